// q8 and q4 on the card: blocks of 32 weights as quantisation.h makes them, in planes.
//
// Quants of a row lie together. q8: 16 bytes of every block (its first 16 weights), then the other
// 16 of every block. q4: 16 bytes a block; byte i holds weight i, plus 8, in its low half and
// weight i + 16 in its high half. So the lanes of a warp, a block each, load 16 bytes side by side.
// Behind all quants lie the scales, row after row: q8 f16 of its blocks, q4 its own, f32, then
// codes of a byte of its blocks, filled up to four bytes.
#pragma once

#include "kernels/cuda/number.cuh"
#include "kernels/cuda/views.h"
#include "kernels/quantisation.h"

namespace cria::kernels::cuda {

constexpr int block_words = block_size / 4;

/// Formats of blocks: `loads` times 16 bytes. unpack makes words of four signed bytes of them,
/// weights plus `offset`, in ascending order. scale_of: of what is stored as a Scale, still to be
/// multiplied by the row's in q4.
struct Q8 {
  static constexpr int loads = 2;
  static constexpr int offset = 0;
  using Scale = std::uint16_t;
  __device__ static float scale_of(Scale bits) { return f32_of_f16(bits); }
  __device__ static void unpack(const uint4 (&raw)[loads], int (&words)[block_words]) {
    const unsigned all[block_words] = {raw[0].x, raw[0].y, raw[0].z, raw[0].w,
                                       raw[1].x, raw[1].y, raw[1].z, raw[1].w};
#pragma unroll
    for (int i = 0; i < block_words; ++i) words[i] = static_cast<int>(all[i]);
  }
};

struct Q4 {
  static constexpr int loads = 1;
  static constexpr int offset = 8;
  using Scale = std::int8_t;
  __device__ static float scale_of(Scale code) {
    return static_cast<float>(code) * fabsf(static_cast<float>(code));
  }
  __device__ static void unpack(const uint4 (&raw)[loads], int (&words)[block_words]) {
    const unsigned fours[4] = {raw[0].x, raw[0].y, raw[0].z, raw[0].w};
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      words[i] = static_cast<int>(fours[i] & 0x0F0F0F0FU);
      words[i + 4] = static_cast<int>(fours[i] >> 4 & 0x0F0F0F0FU);
    }
  }
};

__device__ inline int blocks_of(int cols) { return (cols + block_size - 1) / block_size; }

/// Of the blocks of a row.
__device__ inline const std::byte* scales_of(const Matrix& weight, std::int64_t row) {
  return weight.scales + row * scales_bytes(weight.format, blocks_of(weight.cols)) +
         (weight.format == WeightFormat::q4 ? sizeof(float) : 0);
}
/// Of the row whose codes these are.
__device__ inline float row_scale_of(const std::byte* codes) {
  return __ldg(reinterpret_cast<const float*>(codes) - 1);
}

/// Weight (row, col), of any format.
__device__ inline float load_weight(const Matrix& from, std::int64_t row, int col) {
  const std::byte* data = from.data + from.row_bytes * row;
  if (!is_quantised(from.format)) return load_number(data, dtype_of(from.format), col);
  const int blocks = blocks_of(from.cols);
  const int block = col / block_size;
  const int within = col % block_size;
  const int byte = 16 * block + within % 16;
  if (from.format == WeightFormat::q8) {
    const float scale =
        Q8::scale_of(reinterpret_cast<const Q8::Scale*>(scales_of(from, row))[block]);
    const auto* quants = reinterpret_cast<const std::int8_t*>(data);
    return scale * static_cast<float>(quants[within < 16 ? byte : byte + 16 * blocks]);
  }
  const std::byte* codes = scales_of(from, row);
  const float scale = row_scale_of(codes) * Q4::scale_of(static_cast<Q4::Scale>(codes[block]));
  const auto* quants = reinterpret_cast<const std::uint8_t*>(data);
  return scale * static_cast<float>((quants[byte] >> (within < 16 ? 0 : 4) & 15) - Q4::offset);
}

/// How a block of activations is rounded (quantisation.h: quantise_activations).
struct Rounding {
  float scale = 0;
  float inverse = 0;  ///< 0: every value is zero
};

/// `largest`: the largest magnitude of the block, as bits, so that a NaN is larger than all.
__device__ inline Rounding find_rounding(unsigned largest) {
  const float value = __uint_as_float(largest);
  const bool counts = !(value < smallest_activation);
  const bool is_finite = largest < 0x7F800000U;
  return {counts ? value / 127 : 0.0F, counts && is_finite ? 127 / value : 0.0F};
}

__device__ inline int round_to_byte(float value, const Rounding& rounding) {
  if (rounding.inverse == 0) return 0;
  return static_cast<int>(rintf(fminf(fmaxf(value * rounding.inverse, -127.0F), 127.0F)));
}

__device__ inline unsigned magnitude_of(float value) {
  return __float_as_uint(value) & 0x7FFFFFFFU;
}

}  // namespace cria::kernels::cuda
