// A request for replies and what comes back: plain values that could cross a wire.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/prompt/prompt.h"
#include "engine/sampling/settings.h"

namespace cria::engine {

/// What happens when the reply reaches the end of the context.
enum class ContextPolicy : std::uint8_t {
  stop,   ///< the reply ends, finish reason length
  slide,  ///< the oldest turns (complete mode: the oldest tokens) are left out, the system prompt
          ///< and BOS are kept
};

struct GenerationRequest {
  Prompt prompt;
  std::int32_t num_return_sequences = 1;
  /// The number of the first one. Sequence i is the same reply, whether it is made with others or
  /// alone (num_return_sequences 1, first_sequence i).
  std::int32_t first_sequence = 0;
  /// Sequence i draws from a stream of its own made from (seed, i): same seed, device, precision ->
  /// same reply.
  std::uint64_t seed = 0;
  ContextPolicy context_policy = ContextPolicy::stop;
};

enum class FinishReason : std::uint8_t {
  eos,        ///< one of eos_token_id; it is the last id
  length,     ///< max_new_tokens, max_length, or the context's end
  stop,       ///< a stop string
  cancelled,  ///< the user stopped it
};

std::string_view name_of(FinishReason reason);

/// What the prompt became, told before the first token.
struct PromptReport {
  std::int32_t prompt_tokens = 0;
  std::int32_t reused_tokens = 0;   ///< found in the cache of an earlier turn
  std::int32_t context_length = 0;  ///< positions the model can see
  std::int32_t dropped_tokens = 0;  ///< left out by ContextPolicy::slide
};

/// One new token of one sequence.
struct TokenEvent {
  std::int32_t sequence = 0;
  std::int32_t id = 0;
  std::string_view
      text;  ///< the UTF-8 that became certain with this token; often a word, sometimes nothing
  std::optional<FinishReason> finish_reason = {};  ///< with the last one, if it is known by then
};

struct GeneratedSequence {
  std::int32_t sequence = 0;
  std::vector<std::int32_t> ids;  ///< every new token, the eos and a stop string's included
  std::string text;               ///< the reply without special tokens, ending before a stop string
  FinishReason finish_reason = FinishReason::length;
};

struct GenerationResult {
  std::vector<std::int32_t> prompt_ids;
  std::vector<GeneratedSequence> sequences;
  PromptReport prompt;
  double prefill_ms = 0;
  double decode_ms = 0;  ///< of all new tokens after the first
};

}  // namespace cria::engine
