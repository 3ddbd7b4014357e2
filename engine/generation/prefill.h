// The prompt's way into the cache.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>

#include "engine/model/kv_cache.h"
#include "engine/model/llama_forward.h"
#include "kernels/result.h"

namespace cria::engine {

/// Computes ids[from..] into sequence 0, with the last one's logits, in pieces as large as
/// `forward` takes: every piece reads all weights once. The size of a piece changes no bit of the
/// result. `progress` hears after each layer how many ids are in the cache or, of the work on the
/// present piece, would be by now. Errors: cancelled (heard between layers), device, usage (an id
/// outside the vocabulary).
Status prefill(LlamaForward& forward, KvCache& cache, std::span<const std::int32_t> ids,
               std::int32_t from, const std::function<void(std::int32_t done)>& progress,
               const std::stop_token& stop, std::span<float> logits);

}  // namespace cria::engine
