#include "engine/checkpoint/tensor_layout.h"

#include <limits>

#include "engine/base/checked.h"

namespace cria::engine {
namespace {

constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

bool bytes_fit(std::uint64_t count, ElementType type) { return count <= largest / size_of(type); }

}  // namespace

std::string shape_text(std::span<const std::int64_t> shape) {
  std::string text = "[";
  for (const std::int64_t size : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(size);
  }
  return text + "]";
}

std::optional<std::uint64_t> element_count(std::span<const std::int64_t> shape, ElementType type) {
  std::uint64_t count = 1;
  for (const std::int64_t size : shape) {
    if (size < 0) return std::nullopt;
    const auto product = checked_mul(count, static_cast<std::uint64_t>(size));
    if (!product || !bytes_fit(*product, type)) return std::nullopt;
    count = *product;
  }
  return count;
}

std::vector<std::int64_t> contiguous_strides(std::span<const std::int64_t> shape) {
  std::vector<std::int64_t> strides(shape.size());
  std::int64_t step = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    strides[i] = step;
    // An empty tensor may have any other sizes; as PyTorch does, count its empty dimensions as 1.
    if (__builtin_mul_overflow(step, shape[i] > 0 ? shape[i] : 1, &step)) step = 0;
  }
  return strides;
}

std::optional<std::uint64_t> reach(std::span<const std::int64_t> shape,
                                   std::span<const std::int64_t> strides, ElementType type) {
  if (shape.size() != strides.size()) return std::nullopt;
  const auto count = element_count(shape, type);
  if (!count) return std::nullopt;
  std::uint64_t farthest = 0;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (strides[i] < 0) return std::nullopt;
    if (*count == 0) continue;
    const auto step = checked_mul(static_cast<std::uint64_t>(shape[i] - 1),
                                  static_cast<std::uint64_t>(strides[i]));
    const auto sum = step ? checked_add(farthest, *step) : std::nullopt;
    if (!sum || !bytes_fit(*sum, type)) return std::nullopt;
    farthest = *sum;
  }
  if (*count == 0) return 0;
  return bytes_fit(farthest + 1, type) ? std::optional(farthest + 1) : std::nullopt;
}

}  // namespace cria::engine
