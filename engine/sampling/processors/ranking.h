// Candidates put in order only as far as a cumulative probability needs it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace cria::engine {

/// Ascending by key, equal keys by index.
struct Ranked {
  float key = 0;
  std::uint32_t index = 0;
  bool operator<(const Ranked& other) const {
    return key != other.key ? key < other.key : index < other.index;
  }
};

/// How many entries, in ascending order, have a cumulative probability that is `within`, which is
/// true up to some point and false after it. Afterwards these stand first, and behind them the next
/// one in order. Expected time is linear: each round halves what is undecided. Sums are in double,
/// compared as float32 (as torch's cumsum on a CPU).
template <typename Within>
std::size_t count_cumulative(std::span<Ranked> entries, std::span<const float> probabilities,
                             const Within& within) {
  constexpr std::size_t small = 48;
  std::size_t low = 0;
  std::size_t high = entries.size();
  double below = 0;  // the probability of entries [0, low)
  while (high - low > small) {
    const std::size_t middle = low + (high - low) / 2;
    std::nth_element(entries.begin() + low, entries.begin() + middle, entries.begin() + high);
    double sum = below;
    for (std::size_t i = low; i < middle; ++i) {
      sum += static_cast<double>(probabilities[entries[i].index]);
    }
    if (within(static_cast<float>(sum))) {
      low = middle;
      below = sum;
    } else {
      high = middle;
    }
  }
  std::sort(entries.begin() + low, entries.begin() + high);
  for (; low < high; ++low) {
    below += static_cast<double>(probabilities[entries[low].index]);
    if (!within(static_cast<float>(below))) {
      break;
    }
  }
  return low;
}

}  // namespace cria::engine
