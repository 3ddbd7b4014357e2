// From a prompt to ids, and what a reply to it needs to know.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/prompt/prompt.h"
#include "engine/tokenizer/stream_decoder.h"
#include "engine/tokenizer/tokenizer.h"

namespace cria::engine {

/// The ids that `prompt` becomes. `own_template` is the checkpoint's, for a prompt that names none.
/// An empty prompt becomes BOS, also without add_bos: there must be something to start from, and
/// transformers does so too. In chat mode the template's own marks are always tokens;
/// Prompt::parse_special_tokens is about what stands in the messages.
std::vector<std::int32_t> encode_prompt(const Prompt& prompt, const Tokenizer& tokenizer,
                                        ChatTemplate own_template);

/// A decoder for one reply's ids. An answer in a chat begins without the space of its first piece;
/// a continuation (complete mode, an assistant's open message, given ids) is what transformers'
/// decode(prompt + reply) has beyond decode(prompt): the space between them is kept.
StreamDecoder reply_decoder(const Prompt& prompt, std::span<const std::int32_t> prompt_ids,
                            const Tokenizer& tokenizer);

/// Where each turn but the oldest begins: with a user's message. The system prompts at the start
/// are no turn.
std::vector<std::size_t> later_turns(std::span<const Message> messages);

/// The system prompts at the start, and what stands from `turn` on, one of later_turns(): what is
/// left of a chat that has outgrown the context.
std::vector<Message> from_turn(std::span<const Message> messages, std::size_t turn);

}  // namespace cria::engine
