// Session of engine.h: one KV cache of a LlamaModel.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "engine/engine.h"
#include "engine/generation/generator.h"
#include "engine/model/kv_cache.h"
#include "engine/model/llama_forward.h"
#include "kernels/result.h"

namespace cria::engine {

class LlamaModel;

class LlamaSession final : public Session {
 public:
  static constexpr std::int32_t max_rows = 512;      ///< of one prefill step
  static constexpr std::int32_t max_sequences = 64;  ///< num_return_sequences

  /// The model outlives it. Errors: device (out of memory), usage (a negative context).
  static Result<std::unique_ptr<Session>> create(LlamaModel& model, const SessionOptions& options);

  Result<GenerationResult> generate(const GenerationRequest& request, GenerationObserver& observer,
                                    const std::stop_token& stop) override;
  Result<std::vector<float>> logits(std::span<const std::int32_t> ids, bool all_positions) override;

 private:
  LlamaSession(LlamaModel& model, std::unique_ptr<LlamaForward> forward, std::int32_t context);
  Result<std::vector<float>> compute_logits(std::span<const std::int32_t> ids, bool all_positions);

  LlamaModel& model_;
  std::unique_ptr<LlamaForward> forward_;
  KvCache cache_;
  Generator generator_;
};

}  // namespace cria::engine
