// A weight file as torch.save writes a state dict, written as a stream.
#pragma once

#include <cstdint>
#include <ostream>
#include <vector>

#include "engine/random_llama/llama_tensors.h"

namespace cria::tools {

/// A zip archive, nothing compressed, Zip64 where offsets need it.
void write_torch_bin(std::ostream& out, const std::vector<engine::RandomTensor>& tensors,
                     kernels::DType type, std::uint64_t seed);

}  // namespace cria::tools
