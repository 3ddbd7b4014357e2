// Rows of a weight of any format times all rows of a decode step, and how many of them a warp
// takes.
#pragma once

#include "kernels/cuda/block_dot.cuh"
#include "kernels/cuda/row_dot.cuh"

namespace cria::kernels::cuda {

/// Rows of a weight that a warp multiplies where a stage leaves the choice. Rows of blocks are
/// short, and each block of threads has to make the activations ready first, so a warp takes as
/// many as its registers hold.
template <typename Format, int T>
constexpr int rows_a_warp = 1;
template <int T>
constexpr int rows_a_warp<Q8, T> = 2;
template <int T>
constexpr int rows_a_warp<Q4, T> = T == 1  ? 4
                                   : T < 8 ? 2
                                           : 1;

/// The first of the rows that this warp multiplies, and all of them; beyond the weight's last row
/// they repeat it.
template <int Each>
__device__ int first_row_of_warp(const Matrix& weight, WeightRow (&rows)[Each]) {
  const int warp =
      static_cast<int>(blockIdx.x) * warps_a_block + static_cast<int>(threadIdx.x) / lanes;
#pragma unroll
  for (int o = 0; o < Each; ++o) rows[o] = row_of(weight, min(Each * warp + o, weight.rows - 1));
  return Each * warp;
}

/// weights[o] . (normed row t), for all t. The whole block calls it.
template <typename Format, int T, int Outputs>
__device__ RowSums<Outputs> decode_dot(const Input& in, const WeightRow (&weights)[Outputs]) {
  if constexpr (requires { Format::loads; })
    return block_dot<Format, T, Outputs>(in, weights);
  else
    return row_dot<Format, T, Outputs>(in, weights);
}

/// Calls launch.operator()<Format, T>() for the weight's format and the least T that holds `rows`.
template <typename Launch>
cudaError_t for_format_and_rows(WeightFormat format, int rows, const Launch& launch) {
  const auto for_rows = [&]<typename Format>() {
    if (rows <= 1) return launch.template operator()<Format, 1>();
    if (rows <= 2) return launch.template operator()<Format, 2>();
    if (rows <= 4) return launch.template operator()<Format, 4>();
    return launch.template operator()<Format, 8>();
  };
  switch (format) {
    case WeightFormat::f32:
      return for_rows.template operator()<F32>();
    case WeightFormat::f16:
      return for_rows.template operator()<F16>();
    case WeightFormat::bf16:
      return for_rows.template operator()<BF16>();
    case WeightFormat::q8:
      return for_rows.template operator()<Q8>();
    case WeightFormat::q4:
      return for_rows.template operator()<Q4>();
  }
  return cudaErrorInvalidValue;
}

/// Blocks of threads for warps that take `each` of `count`.
constexpr unsigned blocks_for(int count, int each = 1) {
  const int a_block = each * warps_a_block;
  return static_cast<unsigned>((count + a_block - 1) / a_block);
}

}  // namespace cria::kernels::cuda
