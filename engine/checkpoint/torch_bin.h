// pytorch_model.bin: what torch.save writes, and what lit-gpt's incremental_save wrote for
// TinyLlama's intermediate checkpoints (pickle protocol 5, numbers as storage keys).
// Source: pytorch torch/serialization.py and caffe2/serialize/inline_container.cc.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "engine/checkpoint/tensor_source.h"

namespace cria::engine {

/// The tensors of a whole file, in the order of its pickle, borrowed from `bytes`: a zip archive or
/// the legacy layout of PyTorch before 1.6. Nothing in the file is executed.
Result<std::vector<StoredTensor>> read_torch_bin(std::span<const std::byte> bytes,
                                                 const std::filesystem::path& file);

}  // namespace cria::engine
