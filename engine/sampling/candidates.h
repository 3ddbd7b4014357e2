// The scores of the tokens that may still come next: what the processors work on.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/result.h"

namespace cria::engine {

/// exp(score - best), the probability relative to the best one's. An infinite best (a tiny
/// temperature makes such) leaves 1 for it and 0 for the finite ones.
inline float relative_probability(float score, float best) {
  return score == best ? 1.0F : std::exp(score - best);
}

/// Tokens in ascending id order with their float32 scores; the first one is the first id. Starts as
/// the whole vocabulary and shrinks. A score of -inf is a token that was banned but not yet taken
/// out; both mean the same. One thread at a time; reuse one object, so that a token costs no
/// allocation.
class CandidateList {
 public:
  /// The whole vocabulary. Errors: device, when a logit is NaN or +inf (the model's numbers broke).
  Status assign(std::span<const float> logits);

  std::size_t size() const { return scores_.size(); }
  std::int32_t vocab_size() const { return vocab_size_; }
  std::int32_t id(std::size_t index) const {
    return whole_ ? static_cast<std::int32_t>(index) : ids_[index];
  }
  std::span<float> scores() { return scores_; }
  std::span<const float> scores() const { return scores_; }
  /// The score of a token, null when it is not among the candidates (or no token at all).
  float* find(std::int32_t id);

  /// Takes out every candidate whose mark is 0. `keep` has size() marks.
  void keep_marked(std::span<const std::uint8_t> keep);

  /// Softmax of the scores, float32, summed in double as they come; banned ones are 0. Valid until
  /// the list changes. All banned: all 0.
  std::span<const float> probabilities();

  /// As transformers has it: one score for each id of the vocabulary, -inf where it was taken out.
  std::vector<float> dense() const;

  /// Scratch of size() marks, all `value`.
  std::span<std::uint8_t> marks(std::uint8_t value);

 private:
  std::int32_t vocab_size_ = 0;
  bool whole_ = true;              // position == id, ids_ is not filled in
  std::vector<std::int32_t> ids_;  // ascending, when not whole_
  std::vector<float> scores_;      // one for each candidate
  std::vector<float> probabilities_;
  std::vector<std::uint8_t> marks_;
};

}  // namespace cria::engine
