// Rows of blocks laid out as a KernelTable takes them.
#pragma once

#include <algorithm>
#include <vector>

#include "kernels/cpu/block_layout.h"
#include "kernels/cpu/kernel_table.h"

namespace cria::kernels::testing {

/// Holds what a BlockRows points to.
class LaidOutRows {
 public:
  /// Of rows that lie one after another.
  LaidOutRows(const cpu::KernelTable& table, WeightFormat format, std::int64_t blocks, int rows,
              const std::vector<std::int8_t>& values, const std::vector<float>& scales,
              const std::vector<std::int32_t>& starts)
      : blocks_(blocks), rows_(rows), values_(values), scales_(scales), starts_(starts) {
    const int tiles = cpu::gemm_tiles(rows, table.block_tile_rows[cpu::BlockLayout::index(format)]);
    for (int tile = 0; tile < tiles; ++tile) {
      const int first = cpu::gemm_tile_begin(rows, tiles, tile);
      const int count = cpu::gemm_tile_begin(rows, tiles, tile + 1) - first;
      for (int r = 0; r < count; ++r)
        for (std::int64_t b = 0; b < blocks; ++b) {
          const std::int64_t from = (first + r) * blocks + b;
          const std::int64_t to = first * blocks + b * count + r;
          std::copy_n(values.begin() + from * block_size, block_size,
                      values_.begin() + to * block_size);
          scales_[static_cast<std::size_t>(to)] = scales[static_cast<std::size_t>(from)];
          starts_[static_cast<std::size_t>(to)] = starts[static_cast<std::size_t>(from)];
        }
    }
  }

  cpu::BlockRows rows() const {
    return {values_.data(), scales_.data(), starts_.data(), blocks_, rows_};
  }

 private:
  std::int64_t blocks_;
  int rows_;
  std::vector<std::int8_t> values_;
  std::vector<float> scales_;
  std::vector<std::int32_t> starts_;
};

}  // namespace cria::kernels::testing
