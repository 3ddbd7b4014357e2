// What torch.save wrote before PyTorch 1.6: five pickles in a row, then the storages.
// Source: pytorch torch/serialization.py, _legacy_save and _legacy_load.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "engine/checkpoint/tensor_source.h"

namespace cria::engine {

/// The tensors of a whole file, in the order of its pickle, borrowed from `bytes`.
Result<std::vector<StoredTensor>> read_torch_legacy(std::span<const std::byte> bytes,
                                                    const std::filesystem::path& file);

}  // namespace cria::engine
