#include "engine/prompt/encode_prompt.h"

#include <algorithm>

#include "engine/prompt/chat_template.h"

namespace cria::engine {
namespace {

std::vector<std::int32_t> encode_chat(const Prompt& prompt, const Tokenizer& tokenizer,
                                      ChatTemplate chat_template, bool add_bos) {
  const std::vector<RenderedPart> rendered =
      render(chat_template, prompt.messages, chat_marks(tokenizer));
  std::vector<TextPart> parts;
  parts.reserve(rendered.size());
  for (const RenderedPart& part : rendered) {
    parts.push_back({part.text, !part.from_message || prompt.parse_special_tokens});
  }
  return tokenizer.encode_parts(parts, add_bos);
}

bool is_answer(const Prompt& prompt) {
  if (prompt.mode != PromptMode::chat || !prompt.ids.empty()) return false;
  if (prompt.messages.empty()) return true;
  const Message& last = prompt.messages.back();
  return last.role != Role::assistant || last.text.empty();
}

/// How many stand at the start.
std::size_t system_prompts(std::span<const Message> messages) {
  const auto first = std::find_if_not(messages.begin(), messages.end(), [](const Message& message) {
    return message.role == Role::system;
  });
  return static_cast<std::size_t>(first - messages.begin());
}

}  // namespace

std::vector<std::int32_t> encode_prompt(const Prompt& prompt, const Tokenizer& tokenizer,
                                        ChatTemplate own_template) {
  if (!prompt.ids.empty()) return prompt.ids;
  const bool add_bos = prompt.add_bos.value_or(tokenizer.add_bos_by_default());
  std::vector<std::int32_t> ids =
      prompt.mode == PromptMode::chat
          ? encode_chat(prompt, tokenizer, prompt.chat_template.value_or(own_template), add_bos)
          : tokenizer.encode(prompt.text, {add_bos, prompt.parse_special_tokens});
  if (ids.empty() && tokenizer.bos()) ids.push_back(*tokenizer.bos());
  return ids;
}

StreamDecoder reply_decoder(const Prompt& prompt, std::span<const std::int32_t> prompt_ids,
                            const Tokenizer& tokenizer) {
  StreamDecoder decoder(tokenizer, LeadingSpace::drop);
  if (!is_answer(prompt)) decoder.skip(prompt_ids);
  return decoder;
}

std::vector<std::size_t> later_turns(std::span<const Message> messages) {
  std::vector<std::size_t> turns;
  for (std::size_t i = system_prompts(messages) + 1; i < messages.size(); ++i) {
    if (messages[i].role == Role::user) turns.push_back(i);
  }
  return turns;
}

std::vector<Message> from_turn(std::span<const Message> messages, std::size_t turn) {
  const auto system = messages.first(system_prompts(messages));
  const auto rest = messages.subspan(turn);
  std::vector<Message> kept(system.begin(), system.end());
  kept.insert(kept.end(), rest.begin(), rest.end());
  return kept;
}

}  // namespace cria::engine
