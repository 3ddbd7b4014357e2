// What every backend checks before it runs a step, and how it words a weight it refuses.
#pragma once

#include <cstdint>

#include "kernels/backend.h"
#include "kernels/result.h"
#include "kernels/weight_format.h"

namespace cria::kernels {

/// Errors: usage (no shape, an id outside the vocabulary, a sequence or position that is not there,
/// tables of the wrong size).
Status check_step(const Step& step);

/// The error for `value` at (row, column) of a weight: NaN, infinite, or beyond `precision`.
Error refused_weight(float value, std::int64_t row, std::int64_t column, WeightFormat precision);

/// The error for `bytes` that could not be had for `what`.
Error out_of_memory(const char* what, std::uint64_t bytes);

}  // namespace cria::kernels
