// Activations and the KV cache of the cpu backend.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "kernels/cpu/kernel_table.h"
#include "kernels/cpu/memory.h"
#include "kernels/sized_kv_cache.h"

namespace cria::kernels::cpu {

/// `n` rounded up to whole lanes.
constexpr std::int64_t padded(std::int64_t n) { return (n + lanes - 1) / lanes * lanes; }

/// Floats from one activation row to the next. A line more than needed: rows that are a power of
/// two of bytes apart meet in one set of the nearest cache.
constexpr std::int64_t row_stride(std::int64_t n) { return padded(n) + lanes; }

/// Rows are padded to whole lanes; the padding is zero and stays so.
class CpuBuffer final : public Buffer {
 public:
  CpuBuffer(std::int64_t rows, std::int64_t cols, Memory memory)
      : rows_(rows), cols_(cols), memory_(std::move(memory)) {}
  std::int64_t rows() const override { return rows_; }
  std::int64_t cols() const override { return cols_; }
  std::int64_t stride() const { return row_stride(cols_); }
  float* row(std::int64_t index) { return memory_.floats() + index * stride(); }
  const float* row(std::int64_t index) const { return memory_.floats() + index * stride(); }

 private:
  std::int64_t rows_;
  std::int64_t cols_;
  Memory memory_;
};

/// `count` elements, `from_stride` and `to_stride` bytes apart.
inline void copy_elements(const std::byte* from, std::size_t from_stride, std::byte* to,
                          std::size_t to_stride, std::size_t element, std::int64_t count) {
  const auto copy = [&](auto size) {
    for (std::int64_t i = 0; i < count; ++i, from += from_stride, to += to_stride)
      std::memcpy(to, from, size);
  };
  // Of a size that the compiler knows a copy is a move, else a call.
  if (element == sizeof(std::uint16_t))
    copy(std::integral_constant<std::size_t, sizeof(std::uint16_t)>());
  else
    copy(element);
}

/// V is [layer][kv_head][cell][width], width = head_dim padded to whole lanes. K has sixteen cells
/// side by side, [layer][kv_head][cell / 16][width][16], so that scores are computed with a lane a
/// position.
class CpuKvCache final : public SizedKvCache {
 public:
  CpuKvCache(const LlamaShape& shape, std::int32_t cells, DType type, Memory k, Memory v)
      : SizedKvCache(shape, cells, type), k_(std::move(k)), v_(std::move(v)) {}
  std::size_t bytes() const override {
    const std::int64_t both = padded(cells()) + cells();
    return size_of(type()) * static_cast<std::size_t>(both * width() * layers() * heads());
  }
  std::int64_t width() const { return padded(head_dim()); }
  std::size_t cell_bytes() const { return static_cast<std::size_t>(width()) * size_of(type()); }

  /// Elements of one cell's key lie key_stride() bytes apart.
  std::byte* k(std::int32_t layer, std::int32_t head, std::int64_t cell) {
    return k_.data() + key_offset(layer, head, cell);
  }
  std::size_t key_stride() const { return lanes * size_of(type()); }
  std::byte* v(std::int32_t layer, std::int32_t head, std::int64_t cell) {
    return v_.data() + offset(layer, head, cell);
  }
  const std::byte* k(std::int32_t layer, std::int32_t head, std::int64_t cell) const {
    return k_.data() + key_offset(layer, head, cell);
  }
  const std::byte* v(std::int32_t layer, std::int32_t head, std::int64_t cell) const {
    return v_.data() + offset(layer, head, cell);
  }

 private:
  std::int64_t key_offset(std::int32_t layer, std::int32_t head, std::int64_t cell) const {
    const std::int64_t at = static_cast<std::int64_t>(layer) * heads() + head;
    const std::int64_t block = at * padded(cells()) / lanes + cell / lanes;
    return (block * width() * lanes + cell % lanes) * static_cast<std::int64_t>(size_of(type()));
  }
  std::int64_t offset(std::int32_t layer, std::int32_t head, std::int64_t cell) const {
    const std::int64_t index = (static_cast<std::int64_t>(layer) * heads() + head) * cells() + cell;
    return index * static_cast<std::int64_t>(cell_bytes());
  }

  Memory k_;
  Memory v_;
};

}  // namespace cria::kernels::cpu
