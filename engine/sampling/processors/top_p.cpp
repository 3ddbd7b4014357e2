// top_p and min_p.
#include <charconv>
#include <numeric>
#include <vector>

#include "engine/sampling/processors.h"
#include "engine/sampling/processors/ranking.h"

namespace cria::engine {

namespace {

// 1 - p as Python computes it from the decimal that a person wrote (0.8), not from the float32 next
// to it: with tied scores the last bit decides.
float one_minus(float p) {
  char text[32];
  const auto written = std::to_chars(text, text + sizeof text, p);
  double decimal = static_cast<double>(p);
  std::from_chars(text, written.ptr, decimal);
  return static_cast<float>(1.0 - decimal);
}

// Keeps the last `count` of the whole vocabulary in ascending order. Which of equal scores these
// are transformers leaves to torch.sort, which on a CPU is the standard library's unstable sort of
// (score, id) by score. Doing the same leaves the same ones.
void keep_as_torch(CandidateList& candidates, std::size_t count) {
  const std::vector<float> scores = candidates.dense();
  std::vector<Ranked> order(scores.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = {scores[i], static_cast<std::uint32_t>(i)};
  }
  std::sort(order.begin(), order.end(),
            [](const Ranked& a, const Ranked& b) { return a.key < b.key; });
  std::vector<std::uint8_t> kept_ids(scores.size(), 0);
  for (std::size_t i = order.size() - count; i < order.size(); ++i) {
    kept_ids[order[i].index] = 1;
  }
  const auto keep = candidates.marks(0);
  for (std::size_t i = 0; i < keep.size(); ++i) {
    keep[i] = kept_ids[static_cast<std::size_t>(candidates.id(i))];
  }
  candidates.keep_marked(keep);
}

}  // namespace

void top_p(CandidateList& candidates, float top_p) {
  const auto scores = candidates.scores();
  if (scores.empty()) {
    return;
  }
  const auto probabilities = candidates.probabilities();
  std::vector<Ranked> order(scores.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = {scores[i], static_cast<std::uint32_t>(i)};
  }
  const float limit = one_minus(top_p);
  const std::size_t removed =
      std::min(count_cumulative(order, probabilities, [limit](float c) { return c <= limit; }),
               order.size() - 1);
  if (removed > 0 && order[removed - 1].key == order[removed].key) {
    keep_as_torch(candidates, order.size() - removed);
    return;
  }
  const auto keep = candidates.marks(1);
  for (std::size_t i = 0; i < removed; ++i) {
    keep[order[i].index] = 0;
  }
  candidates.keep_marked(keep);
}

void min_p(CandidateList& candidates, float min_p) {
  const auto probabilities = candidates.probabilities();
  const float best = std::accumulate(probabilities.begin(), probabilities.end(), 0.0F,
                                     [](float a, float b) { return a < b ? b : a; });
  const float smallest = min_p * best;
  const auto keep = candidates.marks(1);
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    keep[i] = probabilities[i] < smallest ? 0 : 1;
  }
  candidates.keep_marked(keep);
}

}  // namespace cria::engine
