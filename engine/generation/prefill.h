// The prompt's way into the cache, piece by piece.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>

#include "engine/model/kv_cache.h"
#include "engine/model/llama_forward.h"
#include "kernels/result.h"

namespace cria::engine {

/// Computes prompts in pieces that take about half a second each, so that progress is seen; a stop
/// is heard within a piece too. The size of a piece changes no bit of the result. One thread.
class Prefill {
 public:
  /// Computes ids[from..] into sequence 0, with the last one's logits. `progress` hears how many
  /// are in the cache. Errors: cancelled, device, usage (an id outside the vocabulary).
  Status run(LlamaForward& forward, KvCache& cache, std::span<const std::int32_t> ids,
             std::int32_t from, const std::function<void(std::int32_t done)>& progress,
             const std::stop_token& stop, std::span<float> logits);

 private:
  std::int32_t rows_ = 32;  // of the next piece; from the speed of the last one
};

}  // namespace cria::engine
