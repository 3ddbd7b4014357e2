// How q8 and q4 weights lie in memory, so that sixteen outputs are computed with full-width loads.
//
// Sixteen rows make a group (rows beyond the last are zero). A block of a group is 16 x 32 weights:
// fours of consecutive weights of a row lie together, the rows' fours one after another, then the
// next fours. q8 stores weight + 128 as a byte. q4 stores weight + 8 in half a byte: the low halves
// of a run of 64 bytes are one set of fours, the high halves the next. Scales lie apart, sixteen
// f16 numbers a block.
#pragma once

#include <cstdint>

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

  std::int64_t block_bytes() const { return format == WeightFormat::q8 ? 512 : 256; }
  std::int64_t value_bytes() const { return groups * blocks * block_bytes(); }
  std::int64_t bytes() const { return value_bytes() + groups * blocks * lanes * 2; }

  /// From group `first` on.
  BlockWeights weights(const std::byte* data, std::int64_t first, int count) const {
    const auto* values = reinterpret_cast<const std::uint8_t*>(data);
    const auto* scales = reinterpret_cast<const std::uint16_t*>(data + value_bytes());
    return {values + first * blocks * block_bytes(), scales + first * blocks * lanes, count};
  }

  /// One weight.
  float at(const std::byte* data, std::int64_t row, std::int64_t col) const {
    const BlockWeights from = weights(data, row / lanes, 1);
    const std::int64_t block = col / block_size;
    const std::int64_t within = col % block_size;
    const std::int64_t four = (row % lanes) * 4 + within % 4;
    const std::uint8_t* values = from.values + block * block_bytes();
    const int stored = format == WeightFormat::q8
                           ? values[within / 4 * 64 + four]
                           : values[within / 8 * 64 + four] >> (within % 8 / 4 * 4) & 15;
    return f32_from_f16(from.scales[block * lanes + row % lanes]) *
           static_cast<float>(stored - offset(format));
  }
};

}  // namespace cria::kernels::cpu
