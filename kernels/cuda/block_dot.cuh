// row_dot.cuh for blocks: rows of a q8 or q4 weight times all rows of a decode step.
//
// A block of 8 warps stages the activations in shared memory as bytes, with a scale for 32. A lane
// multiplies whole blocks: integers, added up exactly, then times both scales. It adds its blocks
// in ascending order, then the lanes are added pairwise, and in q4 the sum is multiplied by the
// weight row's scale: neither T nor the slices change that order.
#pragma once

#include <type_traits>

#include "kernels/cuda/blocks.cuh"
#include "kernels/cuda/row_dot.cuh"

namespace cria::kernels::cuda {

/// The staged activations: `slice` blocks of each row. The same 16 bytes of all lanes' blocks lie
/// side by side, so that no two lanes want one bank.
template <int T>
struct StagedBlocks {
  static constexpr int slice = 512 / T;

  __device__ static int index(int t, int block, int half) {
    return t * slice * 2 + (block / lanes * 2 + half) * lanes + block % lanes;
  }

  /// Blocks [first, first + count) of each row. scales[t][block]: x the scale's bits, y `offset`
  /// times the sum of the integers. The whole block of threads calls it.
  __device__ static void fill(const Input& in, const unsigned (&rows)[T], const float (&norms)[T],
                              int offset, int first, int count, uint4* staged, uint2* scales) {
    const int lane = static_cast<int>(threadIdx.x) % lanes;
    auto* const words = reinterpret_cast<unsigned*>(staged);
    // A thread four elements; whole warps come to the exchanges.
    for (int i = static_cast<int>(threadIdx.x); i - lane < count * block_words;
         i += threads_a_block) {
      const int k = first * block_size + 4 * i;
      const bool inside = i < count * block_words;
      const bool reads = inside && k < in.x.cols;
      float4 weight = make_float4(1, 1, 1, 1);
      if (reads && in.norm.weight != nullptr)
        weight = *reinterpret_cast<const float4*>(in.norm.weight + k);
#pragma unroll
      for (int t = 0; t < T; ++t) {
        float4 x = make_float4(0, 0, 0, 0);
        if (reads) x = *reinterpret_cast<const float4*>(in.x.data + rows[t] + k);
        const float values[4] = {x.x * norms[t] * weight.x, x.y * norms[t] * weight.y,
                                 x.z * norms[t] * weight.z, x.w * norms[t] * weight.w};
        unsigned largest = 0;
#pragma unroll
        for (const float value : values) largest = max(largest, magnitude_of(value));
#pragma unroll
        for (int other = block_words / 2; other > 0; other /= 2)
          largest = max(largest, __shfl_xor_sync(all_lanes, largest, other));
        const Rounding rounding = find_rounding(largest);
        unsigned word = 0;
#pragma unroll
        for (int j = 0; j < 4; ++j)
          word |= (static_cast<unsigned>(round_to_byte(values[j], rounding)) & 0xFFU) << 8 * j;
        int sum = __dp4a(static_cast<int>(word), 0x01010101, 0);
#pragma unroll
        for (int other = block_words / 2; other > 0; other /= 2)
          sum += __shfl_xor_sync(all_lanes, sum, other);
        if (!inside) continue;
        const int block = i / block_words;
        const int four = i % block_words;
        words[4 * index(t, block, four / 4) + four % 4] = word;
        if (four == 0)
          scales[t * slice + block] =
              make_uint2(__float_as_uint(rounding.scale), static_cast<unsigned>(offset * sum));
      }
    }
  }
};

/// weights[o] . (normed row t), for all t. The whole block of threads calls it.
template <typename Format, int T, int Outputs>
__device__ RowSums<Outputs> block_dot(const Input& in, const WeightRow (&weights)[Outputs]) {
  using Staged = StagedBlocks<T>;
  constexpr int in_flight = T == 1 ? 8 : T < 8 ? 4 : 2;  // loads of a lane, where registers allow
  constexpr int a_block = Outputs * Format::loads;
  constexpr int batch = in_flight > a_block ? in_flight / a_block : 1;
  CRIA_SHARED_ARRAY(uint4, staged, Staged::slice * 2 * T);
  CRIA_SHARED_ARRAY(uint2, scales, Staged::slice * T);
  const int lane = static_cast<int>(threadIdx.x) % lanes;
  const int blocks = blocks_of(in.x.cols);
  uint4 raw[batch][Outputs][Format::loads];
  typename Format::Scale raw_scales[batch][Outputs];
  const auto load = [&](int from, int end) {
#pragma unroll
    for (int i = 0; i < batch; ++i)
      if (from + i * lanes < end)
#pragma unroll
        for (int o = 0; o < Outputs; ++o) {
#pragma unroll
          for (int half = 0; half < Format::loads; ++half)
            raw[i][o][half] = load_16(
                weights[o].data + 16 * static_cast<std::int64_t>(from + i * lanes + half * blocks));
          raw_scales[i][o] =
              __ldg(reinterpret_cast<const typename Format::Scale*>(weights[o].scales) + from +
                    i * lanes);
        }
  };
  load(lane, min(blocks, Staged::slice));

  unsigned rows[T];
  float norms[T];
  find_rows<T>(in, rows);
  find_scales<T>(in, rows, norms);
  float sums[Outputs * T] = {};  // [o][t]

  for (int first = 0; first < blocks; first += Staged::slice) {
    const int end = min(blocks, first + Staged::slice);
    if (first > 0) __syncthreads();
    Staged::fill(in, rows, norms, Format::offset, first, end - first, staged, scales);
    __syncthreads();
    for (int from = first + lane; from < end; from += batch * lanes) {
      if (from != lane) load(from, end);
#pragma unroll
      for (int i = 0; i < batch; ++i) {
        const int block = from + i * lanes;
        if (block >= end) break;
        int w[Outputs][block_words];
        float w_scales[Outputs];
#pragma unroll
        for (int o = 0; o < Outputs; ++o) {
          Format::unpack(raw[i][o], w[o]);
          w_scales[o] = Format::scale_of(raw_scales[i][o]);
        }
#pragma unroll
        for (int t = 0; t < T; ++t) {
          const uint4 a = staged[Staged::index(t, block - first, 0)];
          const uint4 b = staged[Staged::index(t, block - first, 1)];
          const uint2 scale = scales[t * Staged::slice + block - first];
          const unsigned x[block_words] = {a.x, a.y, a.z, a.w, b.x, b.y, b.z, b.w};
#pragma unroll
          for (int o = 0; o < Outputs; ++o) {
            int dot = -static_cast<int>(scale.y);
#pragma unroll
            for (int j = 0; j < block_words; ++j)
              dot = __dp4a(w[o][j], static_cast<int>(x[j]), dot);
            float& sum = sums[o * T + t];
            sum = fmaf(static_cast<float>(dot), w_scales[o] * __uint_as_float(scale.x), sum);
          }
        }
      }
    }
  }
  RowSums<Outputs> own = sum_rows<T, Outputs>(sums, in.rows, lane);
  if constexpr (std::is_same_v<Format, Q4>) {
#pragma unroll
    for (int o = 0; o < Outputs; ++o) own.sums[o] *= row_scale_of(weights[o].scales);
  }
  return own;
}

}  // namespace cria::kernels::cuda
