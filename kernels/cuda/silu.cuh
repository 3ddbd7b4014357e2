// SiLU(x) = x / (1 + e^-x)
#pragma once

#include <cuda_runtime.h>

namespace cria::kernels::cuda {

__device__ inline float silu(float x) { return x / (1 + expf(-x)); }

}  // namespace cria::kernels::cuda
