// How q8 and q4 weights lie in memory, so that sixteen outputs are computed with full-width loads
// from one stream.
//
// Sixteen rows make a group (rows beyond the last are zero). Its blocks come by twos: a line with
// the scales of both, f16 [2][16], then the values of the one and of the other. The last of an odd
// number of blocks has a line of scales too.
//
// A block's values are 16 x 32 weights: fours of consecutive weights of a row lie together, the
// rows' fours one after another, then the next fours. q8 stores weight + 128 as a byte. q4 stores
// weight + 8 in half a byte: the low halves of a run of 64 bytes are one set of fours, the high
// halves the next.
#pragma once

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
    return (blocks + 1) / 2 * block_scales_bytes + blocks * block_values_bytes[index(format)];
  }
  std::int64_t bytes() const { return groups * group_bytes(); }

  /// From group `first` on.
  BlockWeights weights(const std::byte* data, std::int64_t first, int count) const {
    return {reinterpret_cast<const std::uint8_t*>(data) + first * group_bytes(), group_bytes(),
            count};
  }

  /// Where the scale of a row's block lies.
  std::int64_t scale_at(std::int64_t row, std::int64_t block) const {
    return two_at(row, block) + (block % 2 * lanes + row % lanes) * 2;
  }
  float scale(const std::byte* data, std::int64_t row, std::int64_t block) const {
    std::uint16_t half;
    std::memcpy(&half, data + scale_at(row, block), sizeof half);
    return f32_from_f16(half);
  }
  /// One weight.
  float at(const std::byte* data, std::int64_t row, std::int64_t col) const {
    const std::int64_t block = col / block_size;
    const std::int64_t within = col % block_size;
    const std::int64_t four = (row % lanes) * 4 + within % 4;
    const std::byte* values = data + two_at(row, block) + block_scales_bytes +
                              block % 2 * block_values_bytes[index(format)];
    const int stored =
        format == WeightFormat::q8
            ? static_cast<int>(values[within / 4 * 64 + four])
            : static_cast<int>(values[within / 8 * 64 + four]) >> (within % 8 / 4 * 4) & 15;
    return scale(data, row, block) * static_cast<float>(stored - offset(format));
  }

 private:
  /// Where the two blocks begin of which this is one.
  std::int64_t two_at(std::int64_t row, std::int64_t block) const {
    return row / lanes * group_bytes() +
           block / 2 * (block_scales_bytes + 2 * block_values_bytes[index(format)]);
  }
};

}  // namespace cria::kernels::cpu
