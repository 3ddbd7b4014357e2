// What must hold for every tensor a reader hands out, whatever the file was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "engine/checkpoint/tensor_source.h"

namespace cria::engine {

/// Ends the program unless every element of `tensor` lies inside `file`. Counts on its own, in a
/// type that cannot overflow, so as not to repeat a mistake of the reader.
inline void expect_inside(const StoredTensor& tensor, std::span<const std::byte> file) {
  __extension__ using Wide = __int128;
  if (tensor.shape.size() != tensor.strides.size()) __builtin_trap();
  Wide last = 0;
  bool empty = false;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    if (tensor.shape[i] < 0 || tensor.strides[i] < 0) __builtin_trap();
    empty = empty || tensor.shape[i] == 0;
    last += Wide{tensor.shape[i] - 1} * tensor.strides[i];
  }
  const auto size = static_cast<Wide>(size_of(tensor.type));
  const Wide begin = tensor.data - file.data();
  const Wide end = empty ? begin : begin + (last + 1) * size;
  if (begin < 0 || end > static_cast<Wide>(file.size())) __builtin_trap();
  if (empty) return;
  const volatile std::byte first = tensor.data[0];
  const volatile std::byte final = file[static_cast<std::size_t>(end - 1)];
  static_cast<void>(first);
  static_cast<void>(final);
}

inline std::span<const std::byte> as_bytes(const std::uint8_t* data, std::size_t size) {
  return std::as_bytes(std::span(data, size));
}

inline const std::filesystem::path fuzzed_name = "fuzzed";

}  // namespace cria::engine
