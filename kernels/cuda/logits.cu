// logits of at most most_decode_rows rows, in one launch: final RMSNorm and head. A warp some
// rows of the head.
#include "kernels/cuda/decode_dot.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/stages.h"

namespace cria::kernels::cuda {
namespace {

template <typename Format, int T>
__global__ void __launch_bounds__(threads_a_block, T == 8 ? 1 : 2)
    logits_kernel(Matrix head, Activations x, Norm norm, StepView step, float* out,
                  std::int64_t stride) {
  constexpr int each = rows_a_warp<Format, T>;
  WeightRow rows[each];
  const int first = first_row_of_warp<each>(head, rows);
  const auto own = decode_dot<Format, T, each>({x, norm, step.logit_rows, step.logit_count}, rows);
  if (!own.writes) return;
#pragma unroll
  for (int o = 0; o < each; ++o)
    if (first + o < head.rows) out[stride * own.t + first + o] = own.sums[o];
}

}  // namespace

cudaError_t logits(cudaStream_t stream, const Matrix& head, const Activations& x, const Norm& norm,
                   const StepView& step, float* out, std::int64_t stride) {
  return for_format_and_rows(head.format, step.logit_count, [&]<typename Format, int T>() {
    return launch<logits_kernel<Format, T>>(stream, blocks_for(head.rows, rows_a_warp<Format, T>),
                                            threads_a_block, 0, head, x, norm, step, out, stride);
  });
}

}  // namespace cria::kernels::cuda
