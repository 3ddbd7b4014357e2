// The formats in which a weight is held while computing, and what each means for the activations
// that it meets.
//
//   f32, f16  the number itself; activations stay float32
//   bf16      the number itself; a matrix product rounds its activations to bf16 (nearest even)
//   q8, q4    blocks of 32 along a row, a scale each (q4's in a byte, times one of the row); a
//             matrix product rounds its activations to blocks of int8 (quantisation.h has both, bit
//             for bit)
//
// Products are added up in float32 (blocks of integers exactly) in every format.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernels/dtype.h"

namespace cria::kernels {

enum class WeightFormat : std::uint8_t { f32, f16, bf16, q8, q4 };

inline constexpr std::array<WeightFormat, 5> all_weight_formats = {
    WeightFormat::f32, WeightFormat::f16, WeightFormat::bf16, WeightFormat::q8, WeightFormat::q4};

/// Weights along a row that share a scale; the last block of a row is filled up with zeros.
inline constexpr int block_size = 32;

constexpr bool is_quantised(WeightFormat format) {
  return format == WeightFormat::q8 || format == WeightFormat::q4;
}

constexpr WeightFormat format_of(DType type) { return static_cast<WeightFormat>(type); }

/// Precondition: not quantised.
constexpr DType dtype_of(WeightFormat format) { return static_cast<DType>(format); }

constexpr std::string_view name_of(WeightFormat format) {
  if (format == WeightFormat::q8) return "q8";
  if (format == WeightFormat::q4) return "q4";
  return name_of(dtype_of(format));
}

/// Bytes of `rows` x `cols` weights: q8 takes 8.5 bits each, q4 4.25 and four bytes a row; the
/// scales of a row's blocks are counted as whole fours of bytes.
constexpr std::size_t weight_bytes(WeightFormat format, std::int64_t rows, std::int64_t cols) {
  if (!is_quantised(format))
    return static_cast<std::size_t>(rows * cols) * size_of(dtype_of(format));
  const std::int64_t blocks = (cols + block_size - 1) / block_size;
  const std::int64_t scales =
      format == WeightFormat::q8 ? (blocks + 1) / 2 * 4 : 4 + (blocks + 3) / 4 * 4;
  const std::int64_t values = blocks * block_size / (format == WeightFormat::q8 ? 1 : 2);
  return static_cast<std::size_t>(rows * (scales + values));
}

}  // namespace cria::kernels
