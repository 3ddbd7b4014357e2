// attention_out and ffn_out of a decode step: x += W . in + bias. A warp a row of W.
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/row_dot.cuh"
#include "kernels/cuda/stages.h"

namespace cria::kernels::cuda {
namespace {

template <typename Format, int T>
__global__ void __launch_bounds__(threads_a_block, 2)
    add_product_kernel(Product product, Activations in, int count, float* x, std::int64_t stride) {
  const int row =
      static_cast<int>(blockIdx.x) * warps_a_block + static_cast<int>(threadIdx.x) / lanes;
  const Matrix& weight = product.weight;
  const std::byte* const rows[1] = {weight.data + weight.row_bytes * min(row, weight.rows - 1)};
  const auto own = row_dot<Format, T, 1>({in, {}, nullptr, count}, rows);
  if (row >= weight.rows || !own.writes) return;
  float sum = own.sums[0];
  if (product.bias != nullptr) sum += product.bias[row];
  x[stride * own.t + row] += sum;
}

}  // namespace

cudaError_t add_product(cudaStream_t stream, const Product& product, const Activations& in,
                        int rows, float* x, std::int64_t stride) {
  return for_format_and_rows(product.weight.format, rows, [&]<typename Format, int T>() {
    return launch<add_product_kernel<Format, T>>(stream, blocks_for(product.weight.rows),
                                                 threads_a_block, 0, product, in, rows, x, stride);
  });
}

}  // namespace cria::kernels::cuda
