// A block of threads a row.
#include <algorithm>
#include <iterator>

#include "kernels/cuda/blocks.cuh"
#include "kernels/cuda/convert.h"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/number.cuh"
#include "kernels/cuda/row_dot.cuh"

namespace cria::kernels::cuda {
namespace {

constexpr unsigned threads = threads_a_block;

__global__ void __launch_bounds__(threads)
    convert_rows_kernel(const std::byte* from, DType type, Matrix to, std::byte* target) {
  const std::int64_t row = blockIdx.x;
  std::byte* out = target + to.row_bytes * row;
  for (int i = static_cast<int>(threadIdx.x); i < to.cols; i += threads)
    store_number(out, dtype_of(to.format), i, load_number(from, type, row * to.cols + i));
}

struct Q4Targets {
  float values[std::size(q4_targets)];
};

__device__ float nearest(float value, float low, float high) {
  return rintf(fminf(fmaxf(value, low), high));
}

/// The scale that leaves the least error, before it is rounded. Products are rounded before they
/// are added, as quantisation.cpp does it.
__device__ float best_q4_scale(const float (&weights)[block_size], float largest,
                               const Q4Targets& targets) {
  if (fabsf(largest) < smallest_weight) return 0;
  float best_merit = -1;
  float best_scale = 0;
  for (const float target : targets.values) {
    const float inverse = target / largest;
    float products = 0;
    float squares = 0;
#pragma unroll
    for (int i = 0; i < block_size; ++i) {
      const float value = nearest(__fmul_rn(weights[i], inverse), -8, 7);
      products = __fadd_rn(products, __fmul_rn(weights[i], value));
      squares = __fadd_rn(squares, __fmul_rn(value, value));
    }
    const float scale = products / squares;
    const float merit = __fmul_rn(products, scale);
    if (merit > best_merit) {
      best_merit = merit;
      best_scale = scale;
    }
  }
  return best_scale;
}

/// Block `block` of a row of `cols` numbers, the `row`th at `from`; beyond the row zeros. Returns
/// the first weight of the largest magnitude.
__device__ float load_block(const std::byte* from, DType type, std::int64_t row, int cols,
                            int block, float (&weights)[block_size]) {
  float largest = 0;
#pragma unroll
  for (int i = 0; i < block_size; ++i) {
    const int col = block * block_size + i;
    weights[i] = col < cols ? load_number(from, type, row * cols + col) : 0.0F;
    if (fabsf(weights[i]) > fabsf(largest)) largest = weights[i];
  }
  return largest;
}

// The kernels that quantise: a thread a block of weights, as quantisation.cpp does it; row `first`
// of `to` is the first of `from`.

__device__ uint4* quants_of(const Matrix& to, std::int64_t row) {
  return const_cast<uint4*>(reinterpret_cast<const uint4*>(to.data + to.row_bytes * row));
}

__global__ void __launch_bounds__(threads)
    quantise_to_q8_kernel(const std::byte* from, DType type, Matrix to, int first) {
  const std::int64_t row = blockIdx.x;
  const int blocks = blocks_of(to.cols);
  uint4* const quants = quants_of(to, first + row);
  auto* const scales =
      reinterpret_cast<Q8::Scale*>(const_cast<std::byte*>(scales_of(to, first + row)));
  for (int block = static_cast<int>(threadIdx.x); block < blocks; block += threads) {
    float weights[block_size];
    const unsigned bits =
        f16_of_f32(fabsf(load_block(from, type, row, to.cols, block, weights)) / 127);
    scales[block] = static_cast<Q8::Scale>(bits);
    const float scale = Q8::scale_of(static_cast<Q8::Scale>(bits));
    const float inverse = scale == 0 ? 0.0F : 1 / scale;
    unsigned words[block_words] = {};
#pragma unroll
    for (int i = 0; i < block_size; ++i) {
      const float value = nearest(__fmul_rn(weights[i], inverse), -127, 127);
      words[i / 4] |= (static_cast<unsigned>(static_cast<int>(value)) & 0xFFU) << 8 * (i % 4);
    }
    quants[block] = make_uint4(words[0], words[1], words[2], words[3]);
    quants[blocks + block] = make_uint4(words[4], words[5], words[6], words[7]);
  }
}

__global__ void __launch_bounds__(threads)
    quantise_to_q4_kernel(const std::byte* from, DType type, Matrix to, int first,
                          Q4Targets targets) {
  const std::int64_t row = blockIdx.x;
  const int blocks = blocks_of(to.cols);
  uint4* const quants = quants_of(to, first + row);
  auto* const codes =
      reinterpret_cast<Q4::Scale*>(const_cast<std::byte*>(scales_of(to, first + row)));
  float weights[block_size];
  float largest_scale = 0;
  for (int block = static_cast<int>(threadIdx.x); block < blocks; block += threads) {
    const float largest = load_block(from, type, row, to.cols, block, weights);
    const float scale = best_q4_scale(weights, largest, targets);
    // Until the largest is known it waits where the block's quants will lie.
    quants[block].x = __float_as_uint(scale);
    largest_scale = fmaxf(largest_scale, fabsf(scale));
  }
  const float row_scale = largest_of_block(largest_scale) / (largest_code * largest_code);
  if (threadIdx.x == 0) reinterpret_cast<float*>(codes)[-1] = row_scale;
  for (int block = static_cast<int>(threadIdx.x); block < blocks; block += threads) {
    load_block(from, type, row, to.cols, block, weights);
    const float exact = __uint_as_float(quants[block].x);
    const float root = exact == 0 ? 0.0F : sqrtf(fabsf(exact) / row_scale);
    const auto code = static_cast<Q4::Scale>(copysignf(nearest(root, 0, largest_code), exact));
    codes[block] = code;
    const float scale = row_scale * Q4::scale_of(code);
    const float inverse = scale == 0 ? 0.0F : 1 / scale;
    unsigned words[4] = {};
#pragma unroll
    for (int i = 0; i < block_size; ++i) {
      const float value = nearest(__fmul_rn(weights[i], inverse), -8, 7);
      words[i % 16 / 4] |= static_cast<unsigned>(value + Q4::offset)
                           << (8 * (i % 4) + 4 * (i / 16));
    }
    quants[block] = make_uint4(words[0], words[1], words[2], words[3]);
  }
}

__global__ void __launch_bounds__(threads)
    widen_rows_kernel(Matrix from, int first, float* to, std::int64_t stride) {
  const std::int64_t row = blockIdx.x;
  for (int i = static_cast<int>(threadIdx.x); i < stride; i += threads)
    to[row * stride + i] = i < from.cols ? load_weight(from, first + row, i) : 0.0F;
}

}  // namespace

cudaError_t convert_rows(cudaStream_t stream, const std::byte* from, DType type, int rows,
                         const Matrix& to, int first) {
  const auto blocks = static_cast<unsigned>(rows);
  if (to.format == WeightFormat::q8)
    return launch<quantise_to_q8_kernel>(stream, blocks, threads, 0, from, type, to, first);
  if (to.format == WeightFormat::q4) {
    Q4Targets targets{};
    std::copy(std::begin(q4_targets), std::end(q4_targets), targets.values);
    return launch<quantise_to_q4_kernel>(stream, blocks, threads, 0, from, type, to, first,
                                         targets);
  }
  std::byte* target = const_cast<std::byte*>(to.data) + to.row_bytes * first;
  return launch<convert_rows_kernel>(stream, blocks, threads, 0, from, type, to, target);
}

cudaError_t widen_rows(cudaStream_t stream, const Matrix& from, int first, int rows, float* to,
                       std::int64_t stride) {
  return launch<widen_rows_kernel>(stream, static_cast<unsigned>(rows), threads, 0, from, first, to,
                                   stride);
}

}  // namespace cria::kernels::cuda
