// What a file may claim. Generous for every real checkpoint, small enough that no file can make the
// program use memory or time out of proportion to the file's size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/checkpoint/tensor_source.h"

namespace cria::engine {

inline constexpr std::size_t max_dimensions = 8;
inline constexpr std::size_t max_tensors = 1'000'000;
inline constexpr std::size_t max_tensor_name = 1024;                  ///< bytes
inline constexpr std::uint64_t max_safetensors_header = 100'000'000;  ///< bytes, as its own reader
inline constexpr std::uint64_t max_index_file = 100'000'000;          ///< bytes
inline constexpr std::size_t max_shards = 512;                        ///< each costs a descriptor
inline constexpr std::uint64_t max_pickle = 64'000'000;               ///< bytes
inline constexpr std::size_t max_pickle_values = 16'000'000;          ///< about 12 a tensor
inline constexpr std::size_t max_nesting = 32;                        ///< of dicts around a tensor

/// The type with safetensors' name for it ("BF16"); nothing for a name that is not known.
std::optional<ElementType> element_type_named(std::string_view name);

}  // namespace cria::engine
