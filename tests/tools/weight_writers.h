// Weight files written as a stream: constant memory, whatever their size.
#pragma once

#include <cstdint>
#include <ostream>
#include <vector>

#include "tests/tools/llama_tensors.h"

namespace cria::tools {

void write_safetensors(std::ostream& out, const std::vector<Tensor>& tensors, kernels::DType type,
                       std::uint64_t seed);

/// As torch.save writes a state dict: a zip archive, nothing compressed, Zip64 where offsets need
/// it.
void write_torch_bin(std::ostream& out, const std::vector<Tensor>& tensors, kernels::DType type,
                     std::uint64_t seed);

}  // namespace cria::tools
