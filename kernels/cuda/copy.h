// The measure of a card's memory: a copy within it.
#pragma once

#include <cuda_runtime.h>

#include "kernels/cuda/card.h"

namespace cria::kernels::cuda {

/// Copies `bytes`, a multiple of 16, with all multiprocessors of the card.
cudaError_t copy(cudaStream_t stream, const Card& card, const std::byte* from, std::byte* to,
                 std::int64_t bytes);

}  // namespace cria::kernels::cuda
