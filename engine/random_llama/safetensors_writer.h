// A weight file written as a stream: constant memory, whatever its size.
#pragma once

#include <cstdint>
#include <ostream>
#include <stop_token>
#include <vector>

#include "engine/random_llama/llama_tensors.h"

namespace cria::engine {

/// False: stopped before the end. Whether the stream took everything, it tells itself.
bool write_safetensors(std::ostream& out, const std::vector<RandomTensor>& tensors,
                       kernels::DType type, std::uint64_t seed, const std::stop_token& stop = {});

}  // namespace cria::engine
