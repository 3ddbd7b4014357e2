#include "engine/sampling/candidates.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace cria::engine {

Status CandidateList::assign(std::span<const float> logits) {
  constexpr float largest = std::numeric_limits<float>::max();
  // NaN fails every comparison, +inf this one. Without branches, so that it is one fast pass.
  bool sound = true;
  for (const float logit : logits) {
    sound &= logit <= largest;
  }
  if (!sound) {
    const auto bad =
        std::find_if(logits.begin(), logits.end(), [](float logit) { return !(logit <= largest); });
    return Error{ErrorKind::device, "The model's score for token " +
                                        std::to_string(bad - logits.begin()) +
                                        " is not a finite number; try a wider precision (f32)."};
  }
  vocab_size_ = static_cast<std::int32_t>(logits.size());
  whole_ = true;
  scores_.assign(logits.begin(), logits.end());
  return {};
}

float* CandidateList::find(std::int32_t id) {
  if (id < 0 || id >= vocab_size_) {
    return nullptr;
  }
  if (whole_) {
    return &scores_[static_cast<std::size_t>(id)];
  }
  const auto at = std::lower_bound(ids_.begin(), ids_.end(), id);
  return at != ids_.end() && *at == id ? &scores_[static_cast<std::size_t>(at - ids_.begin())]
                                       : nullptr;
}

void CandidateList::keep_marked(std::span<const std::uint8_t> keep) {
  if (whole_) {
    ids_.resize(scores_.size());
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    if (keep[i] != 0) {
      ids_[kept] = id(i);
      scores_[kept] = scores_[i];
      ++kept;
    }
  }
  whole_ = false;
  ids_.resize(kept);
  scores_.resize(kept);
}

std::span<const float> CandidateList::probabilities() {
  constexpr float banned = -std::numeric_limits<float>::infinity();
  probabilities_.resize(scores_.size());
  float best = banned;
  for (const float score : scores_) {
    best = std::max(best, score);
  }
  if (best == banned) {
    std::fill(probabilities_.begin(), probabilities_.end(), 0.0F);
    return probabilities_;
  }
  double sum = 0;
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    probabilities_[i] = relative_probability(scores_[i], best);
    sum += static_cast<double>(probabilities_[i]);
  }
  const auto divisor = static_cast<float>(sum);
  for (float& probability : probabilities_) {
    probability /= divisor;
  }
  return probabilities_;
}

std::vector<float> CandidateList::dense() const {
  std::vector<float> all(static_cast<std::size_t>(vocab_size_),
                         -std::numeric_limits<float>::infinity());
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    all[static_cast<std::size_t>(id(i))] = scores_[i];
  }
  return all;
}

std::span<std::uint8_t> CandidateList::marks(std::uint8_t value) {
  marks_.assign(scores_.size(), value);
  return marks_;
}

}  // namespace cria::engine
