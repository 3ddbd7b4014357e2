// What a reply is asked for: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cria::engine {

enum class Role : std::uint8_t { system, user, assistant };

struct Message {
  Role role = Role::user;
  std::string text;
  bool operator==(const Message&) const = default;
};

/// The chat formats that Cria renders. `plain` is for base checkpoints: "User: ..\nAssistant: .."
/// with stop strings.
enum class ChatTemplate : std::uint8_t { zephyr, chatml, human_assistant, llama2, plain };

/// "zephyr", "chatml", "human", "llama2", "plain": for the command line, settings and the database.
std::string_view name_of(ChatTemplate chat_template);
std::optional<ChatTemplate> chat_template_from_name(std::string_view name);

enum class PromptMode : std::uint8_t {
  complete,  ///< the text is simply continued
  chat,      ///< the messages are put in a chat template
};

struct Prompt {
  PromptMode mode = PromptMode::complete;
  std::string text;  ///< complete mode
  std::vector<Message>
      messages;  ///< chat mode; a last message of the assistant is continued, not answered
  std::optional<ChatTemplate> chat_template;  ///< none: the checkpoint's own
  std::optional<bool> add_bos;                ///< none: the tokenizer's default
  bool parse_special_tokens = true;  ///< "</s>" in the text is the token, as in transformers
  std::vector<std::int32_t> ids;     ///< not empty: used as they are, instead of everything above
};

}  // namespace cria::engine
