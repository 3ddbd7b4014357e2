// temperature and top_k.
#include <algorithm>
#include <functional>
#include <limits>
#include <vector>

#include "engine/sampling/processors.h"

namespace cria::engine {

namespace {

// The k-th largest. Keeps at most 2k + 64 scores aside, thinned out by nth_element: one fast pass
// over a large vocabulary. Precondition: 1 <= k <= scores.size()
float kth_largest(std::span<const float> scores, std::size_t k) {
  const std::size_t room = 2 * k + 64;
  std::vector<float> best;
  best.reserve(room);
  float floor = -std::numeric_limits<float>::infinity();  // k of `best` are at least this
  const auto thin_out = [&] {
    const auto kth = best.begin() + static_cast<std::ptrdiff_t>(k - 1);
    std::nth_element(best.begin(), kth, best.end(), std::greater<>());
    floor = *kth;
    best.resize(k);
  };
  for (const float score : scores) {
    if (score > floor || best.size() < k) {
      best.push_back(score);
      if (best.size() == room) {
        thin_out();
      }
    }
  }
  thin_out();
  return floor;
}

}  // namespace

void temperature(CandidateList& candidates, float temperature) {
  for (float& score : candidates.scores()) {
    score /= temperature;
  }
}

void top_k(CandidateList& candidates, std::int32_t top_k) {
  const auto scores = candidates.scores();
  const auto k = static_cast<std::size_t>(top_k);
  if (k >= scores.size()) {
    return;
  }
  const float smallest = kth_largest(scores, k);
  const auto keep = candidates.marks(0);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    keep[i] = scores[i] >= smallest ? 1 : 0;
  }
  candidates.keep_marked(keep);
}

}  // namespace cria::engine
