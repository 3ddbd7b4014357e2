// Changes the format of numbers that lie in the card's memory.
#pragma once

#include <cuda_runtime.h>

#include "kernels/cuda/views.h"

namespace cria::kernels::cuda {

/// from [rows][cols] of `type`, without padding -> rows of `to`, beginning at row `first`, rounded
/// to nearest even or as quantisation.h says. Precondition: every value is finite in to.format.
cudaError_t convert_rows(cudaStream_t stream, const std::byte* from, DType type, int rows,
                         const Matrix& to, int first);

/// Rows [first, first + rows) of `from` as float32 rows of `stride` floats; zeros from cols on.
cudaError_t widen_rows(cudaStream_t stream, const Matrix& from, int first, int rows, float* to,
                       std::int64_t stride);

}  // namespace cria::kernels::cuda
