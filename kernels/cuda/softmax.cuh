// What the attention kernels share. Scores are in units of log 2, so that exp2f serves.
#pragma once

#include <cuda_runtime.h>

namespace cria::kernels::cuda {

constexpr float log2_e = 1.44269504F;

__device__ inline float infinity() { return __int_as_float(0x7F800000); }

/// What remains of sums that were taken relative to `before` when they become relative to `now`;
/// nothing where there were none.
__device__ inline float kept_of(float before, float now) {
  return before == -infinity() ? 0.0F : exp2f(before - now);
}

}  // namespace cria::kernels::cuda
