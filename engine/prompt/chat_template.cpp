#include "engine/prompt/chat_template.h"

#include <array>
#include <string_view>
#include <utility>

#include "engine/tokenizer/utf8.h"

namespace cria::engine {
namespace {

constexpr std::array<std::pair<ChatTemplate, std::string_view>, 5> kNames = {{
    {ChatTemplate::zephyr, "zephyr"},
    {ChatTemplate::chatml, "chatml"},
    {ChatTemplate::human_assistant, "human"},
    {ChatTemplate::llama2, "llama2"},
    {ChatTemplate::plain, "plain"},
}};

constexpr std::string_view kImEnd = "<|im_end|>";

std::string_view role_name(Role role) {
  switch (role) {
    case Role::system:
      return "system";
    case Role::user:
      return "user";
    case Role::assistant:
      return "assistant";
  }
  return "user";
}

/// Python's str.isspace(), and the character's length in `length`.
bool begins_with_space(std::string_view text, std::size_t& length) {
  const Utf8Step step = first_character(text);
  length = step.length;
  if (step.state != Utf8State::complete) return false;
  const char32_t c = code_point(text.substr(0, length));
  return is_space(c) || (c >= 0x1C && c <= 0x1F);
}

/// Python's str.rstrip().
std::string_view strip_end(std::string_view text) {
  std::size_t end = 0;  // behind the last character that is no space
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size(); at += length) {
    if (!begins_with_space(text.substr(at), length)) end = at + length;
  }
  return text.substr(0, end);
}

/// Python's str.lstrip().
std::string_view strip_start(std::string_view text) {
  std::size_t length = 0;
  while (!text.empty() && begins_with_space(text, length)) text.remove_prefix(length);
  return text;
}

std::string_view strip(std::string_view text) { return strip_end(strip_start(text)); }

/// Collects parts, one for each change between template and message.
class Writer {
 public:
  Writer& mark(std::string_view text) { return add(text, false); }
  Writer& message(std::string_view text) { return add(text, true); }
  std::vector<RenderedPart> take() { return std::move(parts_); }

 private:
  Writer& add(std::string_view text, bool from_message) {
    if (text.empty()) return *this;
    if (parts_.empty() || parts_.back().from_message != from_message) {
      parts_.push_back({{}, from_message});
    }
    parts_.back().text += text;
    return *this;
  }

  std::vector<RenderedPart> parts_;
};

bool is_open(std::span<const Message> messages, std::size_t i) {
  return i + 1 == messages.size() && messages[i].role == Role::assistant;
}

bool wants_answer(std::span<const Message> messages) {
  return messages.empty() || messages.back().role != Role::assistant;
}

void write_zephyr(std::span<const Message> messages, const ChatMarks& marks, Writer& out) {
  for (std::size_t i = 0; i < messages.size(); ++i) {
    out.mark("<|").mark(role_name(messages[i].role)).mark("|>\n").message(messages[i].text);
    if (!is_open(messages, i)) out.mark(marks.eos).mark("\n");
  }
  if (!messages.empty() && wants_answer(messages)) out.mark("<|assistant|>\n");
}

void write_chatml(std::span<const Message> messages, Writer& out) {
  for (std::size_t i = 0; i < messages.size(); ++i) {
    out.mark("<|im_start|>").mark(role_name(messages[i].role)).mark("\n");
    out.message(messages[i].text);
    if (!is_open(messages, i)) out.mark(kImEnd).mark("\n");
  }
  if (wants_answer(messages)) out.mark("<|im_start|>assistant\n");
}

void write_human(std::span<const Message> messages, Writer& out) {
  for (const Message& message : messages) {
    if (message.role == Role::system) {
      out.message(message.text).mark("\n");
    } else if (message.role == Role::user) {
      out.mark("### Human: ").message(message.text);
    } else {
      out.mark(message.text.empty() ? "### Assistant:" : "### Assistant: ").message(message.text);
    }
  }
  if (wants_answer(messages)) out.mark("### Assistant:");
}

void write_llama2(std::span<const Message> messages, const ChatMarks& marks, Writer& out) {
  const bool has_system = !messages.empty() && messages[0].role == Role::system;
  const std::size_t first = has_system ? 1 : 0;
  for (std::size_t i = first; i < messages.size(); ++i) {
    const std::string_view text = messages[i].text;
    if (messages[i].role == Role::assistant) {
      if (!is_open(messages, i)) {
        out.mark(" ").message(strip(text)).mark(" ").mark(marks.eos);
      } else if (const std::string_view open = strip_start(text); !open.empty()) {
        out.mark(" ").message(open);
      }
      continue;
    }
    if (i > first) out.mark(marks.bos);
    out.mark("[INST] ");
    if (i == first && has_system) {
      // The template strips both as one, so of the message its end only.
      out.mark("<<SYS>>\n").message(messages[0].text).mark("\n<</SYS>>");
      const std::string_view rest = strip_end(text);
      if (!rest.empty()) out.mark("\n\n").message(rest);
    } else {
      out.message(strip(text));
    }
    out.mark(" [/INST]");
  }
}

void write_plain(std::span<const Message> messages, Writer& out) {
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const Message& message = messages[i];
    if (message.role == Role::system) {
      out.message(message.text).mark("\n\n");
      continue;
    }
    out.mark(message.role == Role::user ? "User:" : "Assistant:");
    if (!message.text.empty()) out.mark(" ").message(message.text);
    if (!is_open(messages, i)) out.mark("\n");
  }
  if (wants_answer(messages)) out.mark("Assistant:");
}

}  // namespace

std::string_view name_of(ChatTemplate chat_template) {
  for (const auto& [value, name] : kNames) {
    if (value == chat_template) return name;
  }
  return "plain";
}

std::optional<ChatTemplate> chat_template_from_name(std::string_view name) {
  for (const auto& [value, known] : kNames) {
    if (known == name) return value;
  }
  return std::nullopt;
}

ChatMarks chat_marks(const Tokenizer& tokenizer) {
  ChatMarks marks;
  if (const auto bos = tokenizer.bos()) marks.bos = tokenizer.piece(*bos);
  if (const auto eos = tokenizer.eos()) marks.eos = tokenizer.piece(*eos);
  return marks;
}

std::vector<RenderedPart> render(ChatTemplate chat_template, std::span<const Message> messages,
                                 const ChatMarks& marks) {
  Writer out;
  switch (chat_template) {
    case ChatTemplate::zephyr:
      write_zephyr(messages, marks, out);
      break;
    case ChatTemplate::chatml:
      write_chatml(messages, out);
      break;
    case ChatTemplate::human_assistant:
      write_human(messages, out);
      break;
    case ChatTemplate::llama2:
      write_llama2(messages, marks, out);
      break;
    case ChatTemplate::plain:
      write_plain(messages, out);
      break;
  }
  return out.take();
}

std::vector<std::string> stop_strings(ChatTemplate chat_template, const Tokenizer& tokenizer) {
  switch (chat_template) {
    case ChatTemplate::plain:
      return {"\nUser:", "\nAssistant:"};
    case ChatTemplate::human_assistant:
      return {"### Human:"};
    case ChatTemplate::chatml:
      // On a checkpoint without the token the mark is ordinary text.
      if (!tokenizer.id_of(kImEnd)) return {std::string(kImEnd)};
      return {};
    case ChatTemplate::zephyr:
    case ChatTemplate::llama2:
      return {};
  }
  return {};
}

std::vector<std::int32_t> eos_ids(ChatTemplate chat_template, const Tokenizer& tokenizer) {
  const auto im_end = tokenizer.id_of(kImEnd);
  if (chat_template != ChatTemplate::chatml || !im_end) return {};
  return {*im_end};
}

}  // namespace cria::engine
