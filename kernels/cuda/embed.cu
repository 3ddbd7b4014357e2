// embed: rows of the embedding table. A block a row.
#include "kernels/cuda/blocks.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/stages.h"

namespace cria::kernels::cuda {
namespace {

constexpr unsigned threads = 256;

__global__ void __launch_bounds__(threads)
    embed_kernel(Matrix table, StepView step, float* x, std::int64_t stride) {
  const int t = static_cast<int>(blockIdx.x);
  for (int i = static_cast<int>(threadIdx.x); i < table.cols; i += threads)
    x[stride * t + i] = load_weight(table, step.rows[t].token, i);
}

}  // namespace

cudaError_t embed(cudaStream_t stream, const Matrix& table, const StepView& step, float* x,
                  std::int64_t stride) {
  return launch<embed_kernel>(stream, static_cast<unsigned>(step.count), threads, 0, table, step, x,
                              stride);
}

}  // namespace cria::kernels::cuda
