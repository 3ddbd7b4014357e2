// Rows of a weight of numbers times all rows of a decode step: what every decode kernel but
// attention is made of (decode_dot.cuh chooses between it and block_dot.cuh).
//
// A block of 8 warps stages the activations in shared memory, normed; each warp multiplies
// `Outputs` rows of the weight by them, a lane 16 bytes at a time, 128 bytes of a lane in flight
// (with eight rows 64). The first of them are asked for before the activations are. A lane adds its
// products in ascending order, then the lanes are added pairwise: neither T nor the slices change
// that order, so a row's bits do not depend on its company.
#pragma once

#include "kernels/cuda/blocks.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/number.cuh"
#include "kernels/cuda/views.h"

namespace cria::kernels::cuda {

constexpr int lanes = 32;
constexpr int warps_a_block = 8;
constexpr int threads_a_block = warps_a_block * lanes;
constexpr unsigned all_lanes = 0xFFFFFFFFU;

/// Where the T rows of a product come from: row t of the step, or row `chosen[t]`.
struct Input {
  Activations x;
  Norm norm;
  const std::int32_t* chosen = nullptr;
  int rows = 0;  ///< at most T; the rows beyond repeat the last
};

/// A row of a weight; `scales` of its blocks are there for q8 and q4 only.
struct WeightRow {
  const std::byte* data = nullptr;
  const std::byte* scales = nullptr;
};

__device__ inline WeightRow row_of(const Matrix& weight, int row) {
  return {weight.data + weight.row_bytes * row,
          weight.scales == nullptr ? nullptr : scales_of(weight, row)};
}

/// Adds up `N` values over the lanes: lane i gets the sum of values[i / (32 / N)]. Lanes are added
/// in one order for every N: 16 apart first.
template <int N>
__device__ float sum_over_lanes(float (&values)[N], int lane) {
  static_assert(N <= lanes && (N & (N - 1)) == 0);
  int apart = lanes / 2;
#pragma unroll
  for (int half = N / 2; half > 0; half /= 2, apart /= 2) {
    const bool upper = (lane & apart) != 0;
#pragma unroll
    for (int i = 0; i < half; ++i) {
      const float given = upper ? values[i] : values[i + half];
      const float kept = upper ? values[i + half] : values[i];
      values[i] = kept + __shfl_xor_sync(all_lanes, given, apart);
    }
  }
  float sum = values[0];
#pragma unroll
  for (; apart > 0; apart /= 2) sum += __shfl_xor_sync(all_lanes, sum, apart);
  return sum;
}

/// The largest of all threads of a block, in every thread.
__device__ inline float largest_of_block(float value) {
  CRIA_SHARED_ARRAY(float, of_warps, warps_a_block);
  for (int other = lanes / 2; other > 0; other /= 2)
    value = fmaxf(value, __shfl_xor_sync(all_lanes, value, other));
  if (threadIdx.x % lanes == 0) of_warps[threadIdx.x / lanes] = value;
  __syncthreads();
  for (int w = 0; w < warps_a_block; ++w) value = fmaxf(value, of_warps[w]);
  return value;
}

/// Where the rows begin, in floats: as 32 bits, for registers are scarce.
template <int T>
__device__ void find_rows(const Input& in, unsigned (&rows)[T]) {
#pragma unroll
  for (int t = 0; t < T; ++t) {
    const int row = min(t, in.rows - 1);
    rows[t] = static_cast<unsigned>(in.x.stride) *
              static_cast<unsigned>(in.chosen == nullptr ? row : in.chosen[row]);
  }
}

/// 1 / sqrt(mean(x^2) + eps) of each row; 1 without a norm. The whole block calls it.
template <int T>
__device__ void find_scales(const Input& in, const unsigned (&rows)[T], float (&scales)[T]) {
  CRIA_SHARED_ARRAY(float, partial, warps_a_block* T);
  if (in.norm.weight == nullptr) {
#pragma unroll
    for (int t = 0; t < T; ++t) scales[t] = 1;
    return;
  }
  const int thread = static_cast<int>(threadIdx.x);
  const int lane = thread % lanes;
  float squares[T];
#pragma unroll
  for (int t = 0; t < T; ++t) {
    float sum = 0;
    for (int k = 4 * thread; k < in.x.cols; k += 4 * threads_a_block) {
      const float4 x = *reinterpret_cast<const float4*>(in.x.data + rows[t] + k);
      sum = fmaf(x.x, x.x, sum);
      sum = fmaf(x.y, x.y, sum);
      sum = fmaf(x.z, x.z, sum);
      sum = fmaf(x.w, x.w, sum);
    }
    squares[t] = sum;
  }
  const float own = sum_over_lanes<T>(squares, lane);
  if (lane % (lanes / T) == 0) partial[lane / (lanes / T) * warps_a_block + thread / lanes] = own;
  __syncthreads();
#pragma unroll
  for (int t = 0; t < T; ++t) {
    float sum = 0;
#pragma unroll
    for (int w = 0; w < warps_a_block; ++w) sum += partial[t * warps_a_block + w];
    scales[t] = 1 / sqrtf(sum / static_cast<float>(in.x.cols) + in.norm.eps);
  }
}

/// The staged activations: `slice` elements of each row. A lane reads its unit in pieces of four
/// floats; the same piece of all lanes lies side by side, so that no two lanes want one bank.
template <typename Format, int T>
struct Stage {
  static constexpr int slice = 8192 / T;
  static constexpr int units = slice / Format::unit;
  static constexpr int pieces = Format::unit / 4;

  __device__ static int index(int t, int unit, int piece) {
    return t * (slice / 4) + (unit / lanes * pieces + piece) * lanes + unit % lanes;
  }

  /// Elements [first, first + count units) of each row. The whole block calls it.
  __device__ static void fill(const Input& in, const unsigned (&rows)[T], const float (&scales)[T],
                              int first, int count, float4* staged) {
    for (int i = static_cast<int>(threadIdx.x); i < count * pieces; i += threads_a_block) {
      const int k = first + 4 * i;
      float4 weight = make_float4(1, 1, 1, 1);
      if (in.norm.weight != nullptr) weight = *reinterpret_cast<const float4*>(in.norm.weight + k);
#pragma unroll
      for (int t = 0; t < T; ++t) {
        const float4 x = *reinterpret_cast<const float4*>(in.x.data + rows[t] + k);
        staged[index(t, i / pieces, i % pieces)] =
            make_float4(Format::activation(x.x * scales[t] * weight.x),
                        Format::activation(x.y * scales[t] * weight.y),
                        Format::activation(x.z * scales[t] * weight.z),
                        Format::activation(x.w * scales[t] * weight.w));
      }
    }
  }
};

/// What a lane gets of a product: the sums of one row of activations.
template <int Outputs>
struct RowSums {
  int t = 0;
  bool writes = false;  ///< of the lanes that have the same, this one is to write it
  float sums[Outputs] = {};
};

/// Adds up the lanes' sums[o][t].
template <int T, int Outputs>
__device__ RowSums<Outputs> sum_rows(float (&sums)[Outputs * T], int rows, int lane) {
  constexpr int same = lanes / (Outputs * T);  // lanes that get the same sum
  RowSums<Outputs> own;
  own.sums[0] = sum_over_lanes<Outputs * T>(sums, lane);
#pragma unroll
  for (int o = 1; o < Outputs; ++o)
    own.sums[o] = __shfl_sync(all_lanes, own.sums[0], (lane + o * (lanes / Outputs)) % lanes);
  own.t = lane / same;
  own.writes = lane % same == 0 && own.t < rows;
  return own;
}

/// weights[o] . (normed row t), for all t. `weights` are rows of Format, two at most. The whole
/// block calls it.
template <typename Format, int T, int Outputs>
__device__ RowSums<Outputs> row_dot(const Input& in, const WeightRow (&weights)[Outputs]) {
  using Staged = Stage<Format, T>;
  constexpr int batch = (T == 8 ? 4 : 8) / Outputs;
  CRIA_SHARED_ARRAY(float4, staged, Staged::slice * T / 4);
  const int lane = static_cast<int>(threadIdx.x) % lanes;
  const int units = (in.x.cols + Format::unit - 1) / Format::unit;
  uint4 raw[batch][Outputs];
  const auto load = [&](int from, int end) {
#pragma unroll
    for (int i = 0; i < batch; ++i)
      if (from + i * lanes < end)
#pragma unroll
        for (int o = 0; o < Outputs; ++o)
          raw[i][o] = load_16(weights[o].data + 16 * static_cast<std::int64_t>(from + i * lanes));
  };
  load(lane, min(units, Staged::units));

  unsigned rows[T];
  float scales[T];
  find_rows<T>(in, rows);
  find_scales<T>(in, rows, scales);
  float sums[Outputs * T] = {};  // [o][t]

  for (int first = 0; first < units; first += Staged::units) {
    const int end = min(units, first + Staged::units);
    if (first > 0) __syncthreads();
    Staged::fill(in, rows, scales, first * Format::unit, end - first, staged);
    __syncthreads();
    for (int from = first + lane; from < end; from += batch * lanes) {
      if (from != lane) load(from, end);
#pragma unroll
      for (int i = 0; i < batch; ++i) {
        const int unit = from + i * lanes;
        if (unit >= end) break;
        float w[Outputs][Format::unit];
#pragma unroll
        for (int o = 0; o < Outputs; ++o) Format::expand(raw[i][o], w[o]);
#pragma unroll
        for (int t = 0; t < T; ++t)
#pragma unroll
          for (int piece = 0; piece < Staged::pieces; ++piece) {
            const float4 x = staged[Staged::index(t, unit - first, piece)];
#pragma unroll
            for (int o = 0; o < Outputs; ++o) {
              float& sum = sums[o * T + t];
              sum = fmaf(w[o][4 * piece], x.x, sum);
              sum = fmaf(w[o][4 * piece + 1], x.y, sum);
              sum = fmaf(w[o][4 * piece + 2], x.z, sum);
              sum = fmaf(w[o][4 * piece + 3], x.w, sum);
            }
          }
      }
    }
  }
  return sum_rows<T, Outputs>(sums, in.rows, lane);
}

}  // namespace cria::kernels::cuda
