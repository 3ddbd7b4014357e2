// Rotary position embedding: cos and sin of each row of a step, with every kind of scaling.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/model/config.h"

namespace cria::engine {

/// Computes as transformers' modeling_rope_utils does, in float32 where it does. Immutable but for
/// a memory of the last dynamic length.
class Rope {
 public:
  explicit Rope(const LlamaConfig& config);

  std::int32_t rotary_dim() const { return rotary_dim_; }

  /// Beyond this length the frequencies depend on the sequence's length (dynamic scaling), and keys
  /// of another length cannot be reused. 0: they never do.
  std::int32_t length_limit() const { return length_limit_; }

  /// Row r of cos and sin ([rotary_dim / 2] each) for `position` in a sequence that is `length`
  /// positions long with this forward pass; length matters for dynamic scaling only, where
  /// transformers takes the largest position of the pass + 1.
  void row(std::int32_t position, std::int32_t length, std::span<float> cos, std::span<float> sin);

  /// Tests: 1/rotations per position, and what cos and sin are multiplied with.
  std::span<const float> inv_freq(std::int32_t length);
  float attention_factor() const { return attention_factor_; }

 private:
  RopeConfig config_;
  std::int32_t rotary_dim_;
  std::int32_t max_position_embeddings_;
  std::int32_t length_limit_ = 0;
  float attention_factor_ = 1.0F;
  std::vector<float> inv_freq_;
  std::vector<float> stretched_;  ///< of stretched_length_
  std::int32_t stretched_length_ = 0;
};

}  // namespace cria::engine
