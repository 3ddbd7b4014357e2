// A block a row.
#include "kernels/cuda/convert.h"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/number.cuh"

namespace cria::kernels::cuda {
namespace {

constexpr unsigned threads = 256;

__global__ void __launch_bounds__(threads)
    convert_rows_kernel(const std::byte* from, DType type, Matrix to, std::byte* target) {
  const std::int64_t row = blockIdx.x;
  std::byte* out = target + to.row_bytes * row;
  for (int i = static_cast<int>(threadIdx.x); i < to.cols; i += threads)
    store_number(out, dtype_of(to.format), i, load_number(from, type, row * to.cols + i));
}

__global__ void __launch_bounds__(threads)
    widen_rows_kernel(Matrix from, int first, float* to, std::int64_t stride) {
  const std::int64_t row = blockIdx.x;
  const std::byte* in = from.data + from.row_bytes * (first + row);
  for (int i = static_cast<int>(threadIdx.x); i < stride; i += threads)
    to[row * stride + i] = i < from.cols ? load_number(in, dtype_of(from.format), i) : 0.0F;
}

}  // namespace

cudaError_t convert_rows(cudaStream_t stream, const std::byte* from, DType type, int rows,
                         const Matrix& to, int first) {
  std::byte* target = const_cast<std::byte*>(to.data) + to.row_bytes * first;
  return launch<convert_rows_kernel>(stream, static_cast<unsigned>(rows), threads, 0, from, type,
                                     to, target);
}

cudaError_t widen_rows(cudaStream_t stream, const Matrix& from, int first, int rows, float* to,
                       std::int64_t stride) {
  return launch<widen_rows_kernel>(stream, static_cast<unsigned>(rows), threads, 0, from, first, to,
                                   stride);
}

}  // namespace cria::kernels::cuda
