// The number formats of arrays: what lies in a checkpoint, and the KV cache.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cria::kernels {

/// Activations are always float32. What weights are held in: weight_format.h.
enum class DType : std::uint8_t { f32, f16, bf16 };

/// Bytes of one element.
constexpr std::size_t size_of(DType type) { return type == DType::f32 ? 4 : 2; }

constexpr std::string_view name_of(DType type) {
  switch (type) {
    case DType::f32:
      return "f32";
    case DType::f16:
      return "f16";
    case DType::bf16:
      return "bf16";
  }
  return "?";
}

}  // namespace cria::kernels
