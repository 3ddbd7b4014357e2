// Shapes and strides as a file gives them: how many bytes do they reach?
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/checkpoint/tensor_source.h"

namespace cria::engine {

/// "[32000, 2048]"
std::string shape_text(std::span<const std::int64_t> shape);

/// Nothing where a size is negative, or the bytes of all elements do not fit a signed 64-bit
/// number.
std::optional<std::uint64_t> element_count(std::span<const std::int64_t> shape, ElementType type);

/// Strides of a tensor whose rows lie one after the other. Precondition: element_count() has a
/// value.
std::vector<std::int64_t> contiguous_strides(std::span<const std::int64_t> shape);

/// Elements from (0, 0, ..) to the farthest one that shape and strides reach, both included; 0 for
/// a tensor without elements. Nothing where that overflows, a stride is negative or the lengths
/// differ.
std::optional<std::uint64_t> reach(std::span<const std::int64_t> shape,
                                   std::span<const std::int64_t> strides, ElementType type);

}  // namespace cria::engine
