// Loops of nothing but multiply-adds, which compute_peak.cpp times.
#pragma once

namespace cria::kernels::cpu {

struct Spin {
  double operations = 0;                 ///< of a round, a multiply-add counted as two
  double (*run)(long rounds) = nullptr;  ///< returns what keeps the compiler from leaving it out
};

/// The widest that this processor runs; without `run` where it has no instruction of that kind.
struct Spins {
  Spin f32;
  Spin bf16;
  Spin int8;
};
Spins widest_spins();

/// The body of a Spin::run. `step` is one operation on a whole register, sum = sum + a * b, done in
/// each of `chains`: as many independent sums as hide what an operation takes. A macro, because a
/// function takes no instruction set from its caller.
#define CRIA_SPIN(Register, chains, start, step, lane)          \
  Register sums[chains];                                        \
  for (int i = 0; i < (chains); ++i) sums[i] = start(i);        \
  for (long round = 0; round < rounds; ++round) {               \
    _Pragma("GCC unroll 16") for (auto& sum : sums) sum = step; \
  }                                                             \
  auto total = lane(sums[0]);                                   \
  for (int i = 1; i < (chains); ++i) total += lane(sums[i]);    \
  return static_cast<double>(total)

}  // namespace cria::kernels::cpu
