// A borrowed look at a matrix or vector as a checkpoint stores it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/dtype.h"

namespace cria::kernels {

/// [rows, cols] elements of `type`, element (r, c) at data + (r * row_stride + c * col_stride) *
/// size_of(type). A vector of n is [1, n]. The owner of the bytes is whoever made the view; `data`
/// may be unaligned.
struct TensorView {
  const std::byte* data = nullptr;
  DType type = DType::f32;
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::int64_t row_stride = 0;  ///< in elements
  std::int64_t col_stride = 1;  ///< in elements

  static TensorView contiguous(const void* data, DType type, std::int64_t rows, std::int64_t cols) {
    return {static_cast<const std::byte*>(data), type, rows, cols, cols, 1};
  }
  /// The same view where a stride that is never taken, along a dimension of one, has the value of a
  /// contiguous one: a file may have written anything there.
  TensorView with_plain_strides() const {
    TensorView plain = *this;
    if (cols == 1) plain.col_stride = 1;
    if (rows == 1) plain.row_stride = cols;
    return plain;
  }
};

}  // namespace cria::kernels
