// Single numbers out of the bytes of a checkpoint or a cache, as float32.
#pragma once

#include <cstring>

#include "kernels/half.h"
#include "kernels/tensor_view.h"

namespace cria::kernels {

/// The number of `type` at `at`, which may be unaligned.
inline float value_of(const std::byte* at, DType type) {
  if (type == DType::f32) {
    float value = 0;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
  std::uint16_t bits = 0;
  std::memcpy(&bits, at, sizeof bits);
  return type == DType::f16 ? f32_from_f16(bits) : f32_from_bf16(bits);
}

/// Where element (row, column) of a view lies.
inline const std::byte* address(const TensorView& view, std::int64_t row, std::int64_t column) {
  const std::int64_t index = row * view.row_stride + column * view.col_stride;
  return view.data + index * static_cast<std::int64_t>(size_of(view.type));
}

inline float value_at(const TensorView& view, std::int64_t row, std::int64_t column) {
  return value_of(address(view, row, column), view.type);
}

}  // namespace cria::kernels
