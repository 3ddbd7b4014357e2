// logits of at most most_decode_rows rows, in one launch: final RMSNorm and head. A warp a row of
// the head.
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/row_dot.cuh"
#include "kernels/cuda/stages.h"

namespace cria::kernels::cuda {
namespace {

template <typename Format, int T>
__global__ void __launch_bounds__(threads_a_block, 2)
    logits_kernel(Matrix head, Activations x, Norm norm, StepView step, float* out,
                  std::int64_t stride) {
  const int row =
      static_cast<int>(blockIdx.x) * warps_a_block + static_cast<int>(threadIdx.x) / lanes;
  const std::byte* const rows[1] = {head.data + head.row_bytes * min(row, head.rows - 1)};
  const auto own = row_dot<Format, T, 1>({x, norm, step.logit_rows, step.logit_count}, rows);
  if (row >= head.rows || !own.writes) return;
  out[stride * own.t + row] = own.sums[0];
}

}  // namespace

cudaError_t logits(cudaStream_t stream, const Matrix& head, const Activations& x, const Norm& norm,
                   const StepView& step, float* out, std::int64_t stride) {
  return for_format_and_rows(head.format, step.logit_count, [&]<typename Format, int T>() {
    return launch<logits_kernel<Format, T>>(stream, blocks_for(head.rows), threads_a_block, 0, head,
                                            x, norm, step, out, stride);
  });
}

}  // namespace cria::kernels::cuda
