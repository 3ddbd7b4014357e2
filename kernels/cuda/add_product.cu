// attention_out and ffn_out of a decode step: x += W . in + bias. A warp some rows of W.
#include "kernels/cuda/decode_dot.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/stages.h"

namespace cria::kernels::cuda {
namespace {

template <typename Format, int T>
__global__ void __launch_bounds__(threads_a_block, 2)
    add_product_kernel(Product product, Activations in, int count, float* x, std::int64_t stride) {
  constexpr int each = rows_a_warp<Format, T>;
  const Matrix& weight = product.weight;
  WeightRow rows[each];
  const int first = first_row_of_warp<each>(weight, rows);
  const auto own = decode_dot<Format, T, each>({in, {}, nullptr, count}, rows);
  if (!own.writes) return;
#pragma unroll
  for (int o = 0; o < each; ++o) {
    const int row = first + o;
    if (row >= weight.rows) return;
    float sum = own.sums[o];
    if (product.bias != nullptr) sum += product.bias[row];
    x[stride * own.t + row] += sum;
  }
}

}  // namespace

cudaError_t add_product(cudaStream_t stream, const Product& product, const Activations& in,
                        int rows, float* x, std::int64_t stride) {
  return for_format_and_rows(product.weight.format, rows, [&]<typename Format, int T>() {
    return launch<add_product_kernel<Format, T>>(
        stream, blocks_for(product.weight.rows, rows_a_warp<Format, T>), threads_a_block, 0,
        product, in, rows, x, stride);
  });
}

}  // namespace cria::kernels::cuda
