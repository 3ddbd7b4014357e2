// How q8 and q4 weights lie in memory, so that sixteen outputs are computed with full-width loads
// from one stream.
//
// Sixteen rows make a group (rows beyond the last are zero). Blocks come by twos in q8, by fours in
// q4: a line with the scales of all of them, q8 f16 [2][16], q4 codes of a byte [4][16], then the
// values of one after another. Where a row ends with fewer blocks, the line is there as a whole. A
// group of q4 ends with a line of the rows' scales, f32 [16], where a product needs them.
//
// A block's values are 16 x 32 weights: fours of consecutive weights of a row lie together, the
// rows' fours one after another, then the next fours. q8 stores weight + 128 as a byte. q4 stores
// weight + 8 in half a byte: the low halves of a run of 64 bytes are one set of fours, the high
// halves the next.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "kernels/cpu/kernel_table.h"
#include "kernels/half.h"

namespace cria::kernels::cpu {

struct BlockLayout {
  WeightFormat format;
  std::int64_t groups;
  std::int64_t blocks;  ///< of a row

  static BlockLayout of(WeightFormat format, std::int64_t rows, std::int64_t cols) {
    return {format, (rows + lanes - 1) / lanes, (cols + block_size - 1) / block_size};
  }
  /// What is added to a weight before it is stored.
  static int offset(WeightFormat format) { return format == WeightFormat::q8 ? 128 : 8; }
  /// Where a format's kernels stand in the tables.
  static int index(WeightFormat format) { return format == WeightFormat::q8 ? 0 : 1; }

  std::int64_t group_bytes() const {
    const std::int64_t lines = (blocks + line_blocks() - 1) / line_blocks();
    return lines * block_scales_bytes + blocks * values_bytes() + row_scales_bytes[index(format)];
  }
  std::int64_t bytes() const { return groups * group_bytes(); }

  /// From group `first` on.
  BlockWeights weights(const std::byte* data, std::int64_t first, int count) const {
    return {reinterpret_cast<const std::uint8_t*>(data) + first * group_bytes(), group_bytes(),
            count};
  }

  /// Where the row's scale lies. Precondition: q4.
  std::int64_t row_scale_at(std::int64_t row) const {
    return (row / lanes + 1) * group_bytes() - row_scales_bytes[index(format)] + row % lanes * 4;
  }
  /// Where the scale of a row's block lies.
  std::int64_t scale_at(std::int64_t row, std::int64_t block) const {
    const std::int64_t each = block_scales_bytes / line_blocks() / lanes;
    return line_at(row, block) + (block % line_blocks() * lanes + row % lanes) * each;
  }

  /// The row's scale, as QuantisedRow has it.
  float row_scale(const std::byte* data, std::int64_t row) const {
    if (format == WeightFormat::q8) return 1;
    float scale;
    std::memcpy(&scale, data + row_scale_at(row), sizeof scale);
    return scale;
  }
  /// The block's, as QuantisedBlock has it.
  float scale(const std::byte* data, std::int64_t row, std::int64_t block) const {
    const std::byte* at = data + scale_at(row, block);
    if (format == WeightFormat::q8) {
      std::uint16_t half;
      std::memcpy(&half, at, sizeof half);
      return f32_from_f16(half);
    }
    std::int8_t code;
    std::memcpy(&code, at, sizeof code);
    return static_cast<float>(code) * std::abs(static_cast<float>(code));
  }
  /// A weight before its scales.
  int value(const std::byte* data, std::int64_t row, std::int64_t col) const {
    const std::int64_t block = col / block_size;
    const std::int64_t within = col % block_size;
    const std::int64_t four = (row % lanes) * 4 + within % 4;
    const std::byte* values =
        data + line_at(row, block) + block_scales_bytes + block % line_blocks() * values_bytes();
    const int stored =
        format == WeightFormat::q8
            ? static_cast<int>(values[within / 4 * 64 + four])
            : static_cast<int>(values[within / 8 * 64 + four]) >> (within % 8 / 4 * 4) & 15;
    return stored - offset(format);
  }
  /// One weight.
  float at(const std::byte* data, std::int64_t row, std::int64_t col) const {
    return row_scale(data, row) * scale(data, row, col / block_size) *
           static_cast<float>(value(data, row, col));
  }

 private:
  std::int64_t values_bytes() const { return block_values_bytes[index(format)]; }
  int line_blocks() const { return blocks_a_line[index(format)]; }
  /// Where the line of scales lies that holds the block's.
  std::int64_t line_at(std::int64_t row, std::int64_t block) const {
    return row / lanes * group_bytes() +
           block / line_blocks() * (block_scales_bytes + line_blocks() * values_bytes());
  }
};

}  // namespace cria::kernels::cpu
