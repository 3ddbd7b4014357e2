// The safetensors format: u64 length | JSON header | data.
// Source: github.com/huggingface/safetensors, README.md and safetensors/src/tensor.rs.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "engine/checkpoint/tensor_source.h"

namespace cria::engine {

/// The tensors of a whole file, in the order of their data, borrowed from `bytes`. `file` is for
/// messages and for StoredTensor::file. Refuses what the format's own reader refuses: holes,
/// overlaps, a byte too many or too few, sizes that are not those of shape and dtype.
Result<std::vector<StoredTensor>> read_safetensors(std::span<const std::byte> bytes,
                                                   const std::filesystem::path& file);

}  // namespace cria::engine
