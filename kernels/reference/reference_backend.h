// The seven stages in plain scalar code, for tests: float32 values, sums in double. One thread.
#pragma once

#include <memory>

#include "kernels/backend.h"

namespace cria::kernels {

std::unique_ptr<Backend> make_reference_backend();

}  // namespace cria::kernels
