#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "kernels/cpu/spin.h"
#include "kernels/machine_limits.h"

namespace cria::kernels {
namespace {

constexpr long rounds = 1'000'000;
constexpr int passes = 3;

/// Operations a second; 0 where there is nothing to run.
double measure(int threads, const cpu::Spin& spin) {
  if (spin.run == nullptr) return 0;
  std::atomic<double> sink{0};
  double best = 0;
  for (int pass = 0; pass < passes; ++pass) {
    std::vector<std::jthread> team;
    team.reserve(static_cast<std::size_t>(threads));
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < threads; ++i) team.emplace_back([&] { sink = spin.run(rounds); });
    team.clear();  // joins
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::max(best, spin.operations * rounds * threads / seconds.count());
  }
  return best;
}

}  // namespace

double ComputePeaks::of(std::string_view precision) const {
  if (precision == "bf16" && bf16 > 0) return bf16;
  if (precision == "q8" || precision == "q4") return int8;
  return f32;
}

ComputePeaks measure_compute_peaks(int threads) {
  const cpu::Spins spins = cpu::widest_spins();
  ComputePeaks peaks;
  peaks.f32 = measure(threads, spins.f32);
  peaks.bf16 = measure(threads, spins.bf16);
  peaks.int8 = measure(threads, spins.int8);
  return peaks;
}

}  // namespace cria::kernels
