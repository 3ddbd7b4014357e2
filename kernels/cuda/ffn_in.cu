// ffn_in of a decode step, in one launch: RMSNorm, gate and up, SiLU(gate) * up. A warp computes
// one element of h: a row of gate and the same row of up.
#include "kernels/cuda/decode_dot.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/silu.cuh"
#include "kernels/cuda/stages.h"

namespace cria::kernels::cuda {
namespace {

template <typename Format, int T>
__global__ void __launch_bounds__(threads_a_block, 2) ffn_in_kernel(FfnIn in) {
  const int index =
      static_cast<int>(blockIdx.x) * warps_a_block + static_cast<int>(threadIdx.x) / lanes;
  const Matrix& gate = in.gate.weight;
  const Matrix& up = in.up.weight;
  const int row = min(index, gate.rows - 1);
  const WeightRow rows[2] = {row_of(gate, row), row_of(up, row)};
  const auto own = decode_dot<Format, T, 2>({in.x, in.norm, nullptr, in.rows}, rows);
  if (index >= gate.rows || !own.writes) return;
  float g = own.sums[0];
  float u = own.sums[1];
  if (in.gate.bias != nullptr) g += in.gate.bias[row];
  if (in.up.bias != nullptr) u += in.up.bias[row];
  in.h[in.h_stride * own.t + row] = silu(g) * u;
}

}  // namespace

cudaError_t ffn_in(cudaStream_t stream, const FfnIn& in) {
  return for_format_and_rows(in.gate.weight.format, in.rows, [&]<typename Format, int T>() {
    return launch<ffn_in_kernel<Format, T>>(stream, blocks_for(in.gate.weight.rows),
                                            threads_a_block, 0, in);
  });
}

}  // namespace cria::kernels::cuda
