#include "app/commands/memory_bandwidth.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

namespace cria::app {
namespace {

constexpr std::size_t block_bytes = std::size_t{512} << 20U;
constexpr int passes = 5;
constexpr std::size_t lanes = 16;  // independent sums: the loads, not the additions, are waited for

// Reads all of [begin, end); the sum keeps the compiler from leaving that out.
std::uint64_t read_all(const std::uint64_t* begin, const std::uint64_t* end) {
  std::uint64_t sums[lanes] = {};
  for (; begin + lanes <= end; begin += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      sums[lane] += begin[lane];
    }
  }
  std::uint64_t total = 0;
  for (const auto sum : sums) {
    total += sum;
  }
  return total;
}

}  // namespace

double measure_read_bandwidth(int threads) {
  const auto count = static_cast<std::size_t>(std::max(threads, 1));
  const std::size_t words = block_bytes / sizeof(std::uint64_t);
  const std::size_t share = words / count / lanes * lanes;
  const std::unique_ptr<std::uint64_t, decltype(&std::free)> block(
      static_cast<std::uint64_t*>(std::malloc(block_bytes)), &std::free);
  if (!block) {
    return 0;
  }
  std::atomic<std::uint64_t> sink{0};
  double best = 0;
  for (int pass = -1; pass < passes; ++pass) {  // pass -1 writes: its own share to each thread
    std::vector<std::jthread> team;
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < count; ++i) {
      team.emplace_back([&, i, begin = block.get() + i * share] {
        if (pass < 0) {
          std::fill(begin, begin + share, i + 1);
        } else {
          sink += read_all(begin, begin + share);
        }
      });
    }
    team.clear();  // joins
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (pass >= 0) {
      best = std::max(best,
                      static_cast<double>(share * count * sizeof(std::uint64_t)) / seconds.count());
    }
  }
  return best;
}

}  // namespace cria::app
