#include "engine/prompt/recognize_chat_template.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "engine/base/small_file.h"
#include "engine/tokenizer/json_file.h"

namespace cria::engine {
namespace {

constexpr std::size_t kMaxTemplateBytes = std::size_t{4} << 20U;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The Jinja text in tokenizer_config.json: a string, or a list of named ones.
std::optional<std::string> template_of(const nlohmann::json& config) {
  const auto found = config.find("chat_template");
  if (found == config.end()) return std::nullopt;
  if (found->is_string()) return found->get<std::string>();
  std::optional<std::string> text;
  if (!found->is_array()) return text;
  for (const nlohmann::json& item : *found) {
    if (!item.is_object()) continue;
    const auto body = item.find("template");
    if (body == item.end() || !body->is_string()) continue;
    const auto name = item.find("name");
    const bool is_default = name != item.end() && name->is_string() && *name == "default";
    if (is_default || !text) text = body->get<std::string>();
    if (is_default) break;
  }
  return text;
}

Result<std::optional<std::string>> read_template(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "chat_template.jinja";
  std::error_code error;
  if (std::filesystem::exists(file, error)) {
    auto text = read_small_file(file, kMaxTemplateBytes);
    if (!text) return text.error();
    return std::optional(*std::move(text));
  }
  const auto config = read_json_object(folder / "tokenizer_config.json");
  if (!config) return config.error();
  return *config ? template_of(**config) : std::nullopt;
}

ChatTemplate from_jinja(std::string_view text) {
  if (contains(text, "<|im_start|>")) return ChatTemplate::chatml;
  if (contains(text, "<|user|>") && contains(text, "<|assistant|>")) return ChatTemplate::zephyr;
  if (contains(text, "[INST]")) return ChatTemplate::llama2;
  if (contains(text, "### Human")) return ChatTemplate::human_assistant;
  return ChatTemplate::plain;
}

/// "TinyLlama-1.1B-Chat-v0.3" -> chatml; `name` is in lower case.
std::optional<ChatTemplate> from_name(std::string_view name) {
  if (contains(name, "llama-2") && contains(name, "-chat")) return ChatTemplate::llama2;
  if (contains(name, "chat-v1")) return ChatTemplate::zephyr;
  constexpr std::string_view kEarly = "chat-v0.";
  const std::size_t at = name.find(kEarly);
  if (at == std::string_view::npos || at + kEarly.size() == name.size()) return std::nullopt;
  const char version = name[at + kEarly.size()];
  if (version == '1') return ChatTemplate::human_assistant;
  if (version >= '2' && version <= '5') return ChatTemplate::chatml;
  if (version >= '6' && version <= '9') return ChatTemplate::zephyr;
  return std::nullopt;
}

/// The name may stand a few folders up:
/// models--TinyLlama--TinyLlama-1.1B-Chat-v0.3/snapshots/ae12..
std::optional<ChatTemplate> from_path(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::path path = std::filesystem::absolute(folder, error).lexically_normal();
  for (int up = 0; up < 4; ++up) {
    std::string name = path.filename().string();
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (const auto found = from_name(name)) return found;
    path = path.parent_path();
  }
  return std::nullopt;
}

}  // namespace

Result<ChatFormat> recognize_chat_template(const std::filesystem::path& folder,
                                           const Tokenizer& tokenizer) {
  const auto jinja = read_template(folder);
  if (!jinja) return jinja.error();
  if (*jinja) return ChatFormat{from_jinja(**jinja), true};
  if (tokenizer.id_of("<|im_start|>") && tokenizer.id_of("<|im_end|>")) {
    return ChatFormat{ChatTemplate::chatml, true};
  }
  if (const auto named = from_path(folder)) return ChatFormat{*named, true};
  // Chat-v0.1 added one token, for padding, and nothing else.
  const auto pad = tokenizer.id_of("[PAD]");
  if (pad && *pad == 32000 && tokenizer.vocab_size() == 32001) {
    return ChatFormat{ChatTemplate::human_assistant, true};
  }
  return ChatFormat();
}

}  // namespace cria::engine
