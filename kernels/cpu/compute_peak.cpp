#include <algorithm>
#include <chrono>
#include <vector>

#include "kernels/cpu/spin.h"
#include "kernels/cpu/thread_team.h"
#include "kernels/machine_limits.h"

namespace cria::kernels {
namespace {

constexpr long rounds = 2'000'000;  // some five milliseconds
constexpr int passes = 5;

/// Operations a second; 0 where there is nothing to run. The first pass only wakes the team.
double measure(cpu::ThreadTeam& team, const cpu::Spin& spin) {
  if (spin.run == nullptr) return 0;
  std::vector<double> results(static_cast<std::size_t>(team.size()));
  double best = 0;
  for (int pass = 0; pass <= passes; ++pass) {
    const auto start = std::chrono::steady_clock::now();
    team.run(team.size(),
             [&](int chunk, int) { results[static_cast<std::size_t>(chunk)] = spin.run(rounds); });
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (pass > 0) best = std::max(best, spin.operations * rounds * team.size() / seconds.count());
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
  cpu::ThreadTeam team(threads);
  ComputePeaks peaks;
  peaks.f32 = measure(team, spins.f32);
  peaks.bf16 = measure(team, spins.bf16);
  peaks.int8 = measure(team, spins.int8);
  return peaks;
}

}  // namespace cria::kernels
