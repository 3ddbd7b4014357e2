// Puts messages into the format that a chat-tuned checkpoint was trained with, byte for byte as
// its Jinja template does in transformers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/prompt/prompt.h"
#include "engine/tokenizer/tokenizer.h"

namespace cria::engine {

/// A stretch of a rendered prompt.
struct RenderedPart {
  std::string text;
  bool from_message = false;  ///< what a person wrote; else the template's own
};

/// The tokens that templates write out.
struct ChatMarks {
  std::string bos = "<s>";
  std::string eos = "</s>";
};

ChatMarks chat_marks(const Tokenizer& tokenizer);

/// The prompt for an answer to `messages`; a last message of the assistant is left open and is
/// continued (transformers' continue_final_message). A system prompt may stand first; elsewhere it
/// is rendered as the template has it, and nothing is refused. The BOS of the whole is not in it,
/// also where a template writes it (Llama 2): it is the prompt's own option.
///
///   zephyr   <|system|>\nS</s>\n<|user|>\nU</s>\n<|assistant|>\nA</s>\n ..<|assistant|>\n
///   chatml <|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n
///   human    S\n### Human: U### Assistant: A### Human: U### Assistant:
///   llama2   [INST] <<SYS>>\nS\n<</SYS>>\n\nU [/INST] A </s><s>[INST] U [/INST]
///   plain    S\n\nUser: U\nAssistant: A\nUser: U\nAssistant:
std::vector<RenderedPart> render(ChatTemplate chat_template, std::span<const Message> messages,
                                 const ChatMarks& marks);

/// The strings at which a reply ends besides eos: where the model would go on with the user's part.
std::vector<std::string> stop_strings(ChatTemplate chat_template, const Tokenizer& tokenizer);

/// The ids at which a reply ends besides the checkpoint's eos_token_id (ChatML: <|im_end|>).
std::vector<std::int32_t> eos_ids(ChatTemplate chat_template, const Tokenizer& tokenizer);

}  // namespace cria::engine
