// What the model goes on seeing when the text no longer fits in its context.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "engine/tokenizer/stream_decoder.h"

namespace cria::engine {

/// A prompt as ids, with what may be left out of it.
struct PromptIds {
  std::vector<std::int32_t> ids;
  /// How many leading ids always stay: BOS and, in a chat, the system prompt.
  std::int32_t pinned = 0;
  /// Chat: how many of the oldest turns can be left out (not the last one).
  std::int32_t droppable_turns = 0;
  /// Chat: the ids without the `n` oldest turns, 0 <= n <= droppable_turns.
  std::function<std::vector<std::int32_t>(std::int32_t n)> without_oldest;
  /// For a reply's text; none where there is no tokenizer.
  std::optional<StreamDecoder> decoder;
};

/// What is left of a prompt and `reply` that do not fit: a chat without its oldest turns, and where
/// that is not enough (or there are none) without the oldest tokens behind the pinned ones.
///
/// Of the room behind the pinned ids at least a quarter is left free. Tokens go by steps of a
/// quarter, so that the beginning of what is left stays the same, and in the cache, until the text
/// has grown by another quarter; which does not depend on any turn before, so that a reply can be
/// had again from its seed. None: the pinned ids leave no room for two tokens.
std::optional<std::vector<std::int32_t>> fit_in_context(const PromptIds& prompt,
                                                        std::span<const std::int32_t> reply,
                                                        std::int32_t context_length);

}  // namespace cria::engine
