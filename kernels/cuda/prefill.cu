// What stands around the matrix products of a prefill: rows made ready for a product, and what each
// stage does with its result.
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/row_dot.cuh"
#include "kernels/cuda/silu.cuh"
#include "kernels/cuda/stages.h"

namespace cria::kernels::cuda {
namespace {

/// The power of two that brings values up to `largest` below 2^15, within f16's reach.
__device__ float power_for(float largest) {
  const int exponent = static_cast<int>(__float_as_uint(largest) >> 23) - 127;
  return largest > 0 ? __uint_as_float(static_cast<unsigned>(max(exponent - 14, -100) + 127) << 23)
                     : 1.0F;
}

/// `value` as a byte and a scale for 32 hold it. A warp calls it with a block of activations.
__device__ float rounded_in_block(float value) {
  unsigned largest = magnitude_of(value);
  for (int other = lanes / 2; other > 0; other /= 2)
    largest = max(largest, __shfl_xor_sync(all_lanes, largest, other));
  const Rounding rounding = find_rounding(largest);
  return rounding.scale * static_cast<float>(round_to_byte(value, rounding));
}

/// A block a row; a warp 32 elements that begin at a multiple of 32. f16: two terms of 11 bits
/// each, of the row over its scale.
__global__ void __launch_bounds__(threads_a_block) split_rows_kernel(Input in, Terms terms) {
  const int t = static_cast<int>(blockIdx.x);
  const int row = in.chosen == nullptr ? t : in.chosen[t];
  const unsigned rows[1] = {static_cast<unsigned>(in.x.stride) * static_cast<unsigned>(row)};
  float scales[1];
  find_scales<1>(in, rows, scales);
  const auto normed = [&](int i) {
    if (i >= in.x.cols) return 0.0F;
    const float value = in.x.data[rows[0] + i] * scales[0];
    return in.norm.weight == nullptr ? value : value * in.norm.weight[i];
  };
  float scale = 1;
  if (terms.type == DType::f16) {
    float largest = 0;
    for (int i = static_cast<int>(threadIdx.x); i < in.x.cols; i += threads_a_block)
      largest = fmaxf(largest, fabsf(normed(i)));
    scale = power_for(largest_of_block(largest));
  }
  if (threadIdx.x == 0) terms.scales[t] = scale;
  const std::int64_t term = terms.stride * terms.rows;
  for (int i = static_cast<int>(threadIdx.x); i < terms.stride; i += threads_a_block) {
    const std::int64_t at = terms.stride * t + i;
    float value = normed(i);
    if (terms.weight == WeightFormat::bf16) value = BF16::activation(value);
    if (is_quantised(terms.weight)) value = rounded_in_block(value);
    if (terms.type == DType::f16) {
      const float scaled = value / scale;
      const float first = f32_of_f16(f16_of_f32(scaled));
      store_number(terms.data, DType::f16, at, first);
      store_number(terms.data, DType::f16, at + term, (scaled - first) / f16_second_term);
    } else {
      store_number(terms.data, terms.type, at, value);
    }
  }
}

__device__ float with_bias(float value, const float* bias, int at) {
  return bias == nullptr ? value : value + bias[at];
}

/// A block a row, a thread a pair of elements of a head, q's heads first, then k's, then v's.
__global__ void __launch_bounds__(threads_a_block)
    finish_attention_in_kernel(AttentionIn in, StepView step, Products products) {
  const int t = static_cast<int>(blockIdx.x);
  const StepRow& row = step.rows[t];
  const float scale = products.scales[t];
  const int dim = in.heads.dim;
  const int half = step.half_rotary;
  const std::int64_t cell = row.cell_of(row.position);
  const int pairs = (in.heads.query + 2 * in.heads.key_value) * (dim / 2);
  for (int i = static_cast<int>(threadIdx.x); i < pairs; i += threads_a_block) {
    const int of_all = i / (dim / 2);
    const int within = i % (dim / 2);
    const bool is_q = of_all < in.heads.query;
    const bool is_v = of_all >= in.heads.query + in.heads.key_value;
    const bool rotated = !is_v && within < half;
    const int head = of_all - (is_q ? 0 : in.heads.query + (is_v ? in.heads.key_value : 0));
    const int first = head * dim + (rotated ? within : 2 * within);
    const int second = head * dim + (rotated ? within + half : 2 * within + 1);
    const float* from = products.data + products.stride * t +
                        (is_q   ? 0
                         : is_v ? products.third
                                : products.second);
    const float* bias = is_q ? in.q.bias : is_v ? in.v.bias : in.k.bias;
    float a = with_bias(from[first] * scale, bias, first);
    float b = with_bias(from[second] * scale, bias, second);
    if (rotated) {
      const float cosine = step.rope_cos[t * half + within];
      const float sine = step.rope_sin[t * half + within];
      const float turned = a * cosine - b * sine;
      b = b * cosine + a * sine;
      a = turned;
    }
    if (is_q) {
      float* out = in.queries + in.query_stride * t;
      out[first] = a;
      out[second] = b;
    } else {
      std::byte* cache = is_v ? in.cache.v : in.cache.k;
      const std::int64_t at =
          (head * in.cache.cells + cell) * in.cache.width - std::int64_t{head} * dim;
      store_number(cache, in.cache.type, at + first, a);
      store_number(cache, in.cache.type, at + second, b);
    }
  }
}

__global__ void __launch_bounds__(threads_a_block)
    finish_add_kernel(Products products, const float* bias, int cols, float* x,
                      std::int64_t stride) {
  const int t = static_cast<int>(blockIdx.x);
  const float* from = products.data + products.stride * t;
  for (int i = static_cast<int>(threadIdx.x); i < cols; i += threads_a_block)
    x[stride * t + i] += with_bias(from[i] * products.scales[t], bias, i);
}

__global__ void __launch_bounds__(threads_a_block)
    finish_ffn_in_kernel(FfnIn in, Products products) {
  const int t = static_cast<int>(blockIdx.x);
  const float* from = products.data + products.stride * t;
  const float scale = products.scales[t];
  for (int i = static_cast<int>(threadIdx.x); i < in.gate.weight.rows; i += threads_a_block) {
    const float g = with_bias(from[i] * scale, in.gate.bias, i);
    const float u = with_bias(from[products.second + i] * scale, in.up.bias, i);
    in.h[in.h_stride * t + i] = silu(g) * u;
  }
}

__global__ void __launch_bounds__(threads_a_block)
    finish_logits_kernel(Products products, int cols) {
  const int t = static_cast<int>(blockIdx.x);
  float* out = products.data + products.stride * t;
  for (int i = static_cast<int>(threadIdx.x); i < cols; i += threads_a_block)
    out[i] *= products.scales[t];
}

}  // namespace

cudaError_t split_rows(cudaStream_t stream, const Activations& x, const Norm& norm,
                       const std::int32_t* chosen, const Terms& terms) {
  return launch<split_rows_kernel>(stream, static_cast<unsigned>(terms.rows), threads_a_block, 0,
                                   Input{x, norm, chosen, terms.rows}, terms);
}

cudaError_t finish_attention_in(cudaStream_t stream, const AttentionIn& in, const StepView& step,
                                const Products& products) {
  return launch<finish_attention_in_kernel>(stream, static_cast<unsigned>(step.count),
                                            threads_a_block, 0, in, step, products);
}

cudaError_t finish_add(cudaStream_t stream, const Products& products, const float* bias, int rows,
                       int cols, float* x, std::int64_t x_stride) {
  return launch<finish_add_kernel>(stream, static_cast<unsigned>(rows), threads_a_block, 0,
                                   products, bias, cols, x, x_stride);
}

cudaError_t finish_ffn_in(cudaStream_t stream, const FfnIn& in, const Products& products) {
  return launch<finish_ffn_in_kernel>(stream, static_cast<unsigned>(in.rows), threads_a_block, 0,
                                      in, products);
}

cudaError_t finish_logits(cudaStream_t stream, const Products& products, int rows, int cols) {
  return launch<finish_logits_kernel>(stream, static_cast<unsigned>(rows), threads_a_block, 0,
                                      products, cols);
}

}  // namespace cria::kernels::cuda
