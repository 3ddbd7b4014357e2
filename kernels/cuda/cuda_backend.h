// The seven stages on an NVIDIA GPU. Lives in libcria_cuda.so.
#pragma once

#include <memory>

#include "kernels/backend.h"
#include "kernels/cuda/card.h"

namespace cria::kernels::cuda {

BackendInfo describe(const Card& card);

/// Errors: device (no driver, too old a one, no such card, too old a card).
Result<std::unique_ptr<Backend>> make_cuda_backend(int index);

}  // namespace cria::kernels::cuda
