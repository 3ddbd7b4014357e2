// typical_p, epsilon_cutoff and eta_cutoff.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "engine/sampling/processors.h"
#include "engine/sampling/processors/ranking.h"

namespace cria::engine {

namespace {

constexpr float banned = -std::numeric_limits<float>::infinity();

struct LogProbabilities {
  std::vector<float> values;  // log softmax
  float entropy = 0;          // in nats
};

LogProbabilities log_probabilities(std::span<const float> scores) {
  const float best = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (const float score : scores) {
    sum += static_cast<double>(relative_probability(score, best));
  }
  const auto log_sum = static_cast<float>(std::log(sum));
  LogProbabilities result;
  result.values.reserve(scores.size());
  double entropy = 0;
  for (const float score : scores) {
    const float value = score == best ? -log_sum : score - best - log_sum;
    result.values.push_back(value);
    if (value != banned) {
      entropy -= static_cast<double>(value * std::exp(value));
    }
  }
  result.entropy = static_cast<float>(entropy);
  return result;
}

bool all_banned(std::span<const float> scores) {
  return std::all_of(scores.begin(), scores.end(), [](float score) { return score == banned; });
}

// Takes out the less probable than `smallest`, but never the best.
void keep_probable(CandidateList& candidates, float smallest) {
  const auto probabilities = candidates.probabilities();
  const auto scores = candidates.scores();
  const float best = *std::max_element(scores.begin(), scores.end());
  const auto keep = candidates.marks(1);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    keep[i] = probabilities[i] < smallest && scores[i] < best ? 0 : 1;
  }
  candidates.keep_marked(keep);
}

}  // namespace

void typical_p(CandidateList& candidates, float mass) {
  const auto scores = candidates.scores();
  if (all_banned(scores)) {
    return;
  }
  const LogProbabilities log_p = log_probabilities(scores);
  const auto probabilities = candidates.probabilities();
  std::vector<Ranked> order(scores.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = {std::abs(-log_p.values[i] - log_p.entropy), static_cast<std::uint32_t>(i)};
  }
  const std::size_t last =
      std::min(count_cumulative(order, probabilities, [mass](float c) { return c < mass; }),
               order.size() - 1);
  const float farthest = order[last].key;
  const auto keep = candidates.marks(0);
  for (const Ranked& entry : order) {
    keep[entry.index] = entry.key <= farthest ? 1 : 0;
  }
  candidates.keep_marked(keep);
}

void epsilon_cutoff(CandidateList& candidates, float epsilon) {
  if (!all_banned(candidates.scores())) {
    keep_probable(candidates, epsilon);
  }
}

void eta_cutoff(CandidateList& candidates, float eta) {
  const auto scores = candidates.scores();
  if (!all_banned(scores)) {
    const float entropy = log_probabilities(scores).entropy;
    keep_probable(candidates, std::min(eta, std::sqrt(eta) * std::exp(-entropy)));
  }
}

}  // namespace cria::engine
