// The loop: prompt into the cache, then { forward, settings, processors, choice, text }.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "engine/engine.h"
#include "engine/generation/context_window.h"
#include "engine/generation/reply.h"
#include "engine/model/kv_cache.h"
#include "engine/model/llama_forward.h"
#include "kernels/result.h"

namespace cria::engine {

/// Writes the replies of one request at a time. Borrows everything. Between requests the cache
/// holds exactly the ids that were computed, whatever ended the last one. One thread.
class Generator {
 public:
  Generator(LlamaForward& forward, KvCache& cache, std::int32_t vocab_size);

  /// `prompt` is not empty. `extra_eos` ends a reply besides the settings' eos_token_id. Errors and
  /// stops: as Session::generate.
  Result<GenerationResult> run(const PromptIds& prompt, std::span<const std::int32_t> extra_eos,
                               const GenerationRequest& request, GenerationObserver& observer,
                               const std::stop_token& stop);

 private:
  struct Job;
  Status begin(Job& job);
  Status prefill(Job& job, std::span<const std::int32_t> ids, std::int32_t from);
  Status accept(Job& job, Reply& reply, std::span<const float> logits, std::int32_t visible);
  Status decode(Job& job, std::span<Reply> replies);
  Status go_on_alone(Job& job, Reply& reply);

  LlamaForward& forward_;
  KvCache& cache_;
  std::size_t vocab_size_;
  CandidateList candidates_;
  std::vector<float> logits_;  // [rows of a step, vocab]
};

}  // namespace cria::engine
