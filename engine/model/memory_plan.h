// What a model will need, computed from its config before anything is loaded.
#pragma once

#include <cstdint>

#include "engine/model/config.h"
#include "kernels/backend.h"
#include "kernels/result.h"

namespace cria::engine {

/// Bytes.
struct MemoryPlan {
  std::uint64_t weights = 0;
  std::uint64_t kv_cache = 0;
  std::uint64_t activations = 0;

  std::uint64_t total() const { return weights + kv_cache + activations; }
};

/// `cells` positions of KV cache, steps of up to `max_rows` rows with `max_logit_rows` logits.
MemoryPlan plan_memory(const LlamaConfig& config, kernels::WeightFormat precision,
                       kernels::DType kv_type, std::int32_t cells, std::int32_t max_rows,
                       std::int32_t max_logit_rows);

/// K and V of one position.
std::uint64_t kv_bytes_per_token(const LlamaConfig& config, kernels::DType kv_type);

/// Errors: device, with the numbers, when `plan` needs more than device.memory_available.
/// Weights that are used in place in a mapped file count too: if they do not fit, every token would
/// read the disk.
Status check_memory(const MemoryPlan& plan, const kernels::BackendInfo& device);

}  // namespace cria::engine
