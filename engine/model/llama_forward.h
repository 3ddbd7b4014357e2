// The forward pass of Llama, written once over the seven stages of kernels/backend.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "engine/model/config.h"
#include "engine/model/kv_cache.h"
#include "engine/model/rope.h"
#include "engine/model/weights.h"
#include "kernels/backend.h"
#include "kernels/result.h"

namespace cria::engine {

/// Owns the activations of steps up to max_rows. Borrows backend and weights. One thread at a time.
class LlamaForward {
 public:
  /// Errors: device (out of memory).
  static Result<std::unique_ptr<LlamaForward>> create(kernels::Backend& backend,
                                                      const LlamaConfig& config,
                                                      const LlamaWeights& weights,
                                                      std::int32_t max_rows,
                                                      std::int32_t max_logit_rows);

  /// Computes `rows` and records them in `cache`. Rows of a sequence continue where it ends:
  /// positions cache.length(sequence), +1, ..; rows of the prompt belong to sequence 0.
  /// `logit_rows` are ascending indices into rows; `logits` is [logit_rows.size(), vocab_size].
  /// `progress` hears, between the layers of a step of many rows, what share of them is behind.
  /// Errors: usage (rows that do not continue their sequence, an id outside the vocabulary, too
  /// many), cancelled (asked between the layers of a step of many rows, before one of few; nothing
  /// is recorded), device, checkpoint (weights that are used in place were cut off their file;
  /// nothing is recorded).
  Status run(std::span<const kernels::Row> rows, std::span<const std::int32_t> logit_rows,
             KvCache& cache, const std::stop_token& stop, std::span<float> logits,
             const std::function<void(double share)>& progress = {});

  /// Measures the step of one token at `position` (kernels/backend.h: Backend::profile); `cells`
  /// holds at least position + 1, and what they hold afterwards counts for nothing. Errors: device.
  Result<kernels::StepProfile> profile(std::int32_t position, kernels::KvCache& cells);

  std::int32_t max_rows() const { return max_rows_; }
  std::int32_t max_logit_rows() const { return max_logit_rows_; }

 private:
  LlamaForward(kernels::Backend& backend, const LlamaConfig& config, const LlamaWeights& weights,
               std::int32_t max_rows, std::int32_t max_logit_rows);
  Status check(std::span<const kernels::Row> rows, std::span<const std::int32_t> logit_rows,
               const KvCache& cache, std::span<const float> logits) const;
  std::int32_t half_rotary() const { return rope_.rotary_dim() / 2; }
  void rotate(std::span<const kernels::Row> rows, const KvCache& cache);
  /// `between` is asked before each layer, whose index it gets, whether to go on. False: it was
  /// not.
  bool stages(const kernels::Step& step, kernels::KvCache& cells,
              const std::function<bool(std::size_t layer)>& between);

  kernels::Backend& backend_;
  const LlamaWeights& weights_;
  kernels::LlamaShape shape_;
  std::int32_t max_rows_;
  std::int32_t max_logit_rows_;
  Rope rope_;
  std::vector<float> cos_;  ///< [max_rows, rotary_dim / 2]
  std::vector<float> sin_;
  std::unique_ptr<kernels::Buffer> x_;       ///< [max_rows, hidden_size], the residual stream
  std::unique_ptr<kernels::Buffer> q_;       ///< [max_rows, num_attention_heads * head_dim]
  std::unique_ptr<kernels::Buffer> a_;       ///< [max_rows, num_attention_heads * head_dim]
  std::unique_ptr<kernels::Buffer> h_;       ///< [max_rows, intermediate_size]
  std::unique_ptr<kernels::Buffer> logits_;  ///< [max_logit_rows, vocab_size]
};

}  // namespace cria::engine
