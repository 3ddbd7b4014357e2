#include "engine/tokenizer/tokenizer_settings.h"

#include <charconv>
#include <cstdint>
#include <set>
#include <string_view>
#include <utility>

#include "engine/base/file_error.h"
#include "engine/tokenizer/added_token_set.h"
#include "engine/tokenizer/json_file.h"
#include "engine/tokenizer/utf8.h"

namespace cria::engine {
namespace {

using nlohmann::json;

constexpr std::int64_t kMaxId = 1'000'000;

Error wrong(const std::filesystem::path& file, const std::string& key, const char* expected) {
  return {ErrorKind::checkpoint, file.string() + ": " + in_quotes(key) + " should be " + expected};
}

/// The value of `key`; nothing when it is missing or null.
const json* find(const json& object, const char* key) {
  const auto it = object.find(key);
  return it == object.end() || it->is_null() ? nullptr : &*it;
}

Status read_bool(const std::filesystem::path& file, const json& object, const char* key,
                 bool& value) {
  if (const json* found = find(object, key)) {
    if (!found->is_boolean()) return wrong(file, key, "true or false");
    value = found->get<bool>();
  }
  return {};
}

/// A token is written as a string, or as an object with its "content".
std::optional<std::string> token_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_object()) return std::nullopt;
  const json* content = find(value, "content");
  return content != nullptr && content->is_string() ? std::optional(content->get<std::string>())
                                                    : std::nullopt;
}

Status read_token(const std::filesystem::path& file, const json& object, const char* key,
                  std::optional<std::string>& token) {
  const json* found = find(object, key);
  if (found == nullptr || token) return {};
  token = token_text(*found);
  if (!token) return wrong(file, key, "a token");
  return {};
}

/// Collects the tokens that a file calls special, so that added_tokens.json, which gives ids only,
/// can be read.
void collect_special(const json& object, std::set<std::string>& special) {
  for (const char* key : {"bos_token", "eos_token", "unk_token", "pad_token", "sep_token",
                          "cls_token", "mask_token"}) {
    if (const json* found = find(object, key)) {
      if (auto text = token_text(*found)) special.insert(*std::move(text));
    }
  }
  const json* more = find(object, "additional_special_tokens");
  if (more == nullptr || !more->is_array()) return;
  for (const json& item : *more) {
    if (auto text = token_text(item)) special.insert(*std::move(text));
  }
}

/// "<|im_end|>" and "[PAD]" are marks and never part of a reply, even where the old files do not
/// call them special.
bool looks_like_a_mark(std::string_view token) {
  return token.size() > 2 && ((token.front() == '<' && token.back() == '>') ||
                              (token.front() == '[' && token.back() == ']'));
}

std::optional<std::int32_t> valid_id(std::int64_t id) {
  return id >= 0 && id <= kMaxId ? std::optional(static_cast<std::int32_t>(id)) : std::nullopt;
}

/// "added_tokens_decoder": {"32001": {"content": "<|im_start|>", "special": true, ..}}
Status read_added_tokens_decoder(const std::filesystem::path& file, const json& config,
                                 AddedTokenSet& tokens) {
  const json* decoder = find(config, "added_tokens_decoder");
  if (decoder == nullptr) return {};
  if (!decoder->is_object()) return wrong(file, "added_tokens_decoder", "an object");
  for (const auto& [key, value] : decoder->items()) {
    std::int64_t number = -1;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), number);
    const auto id = valid_id(number);
    const auto text = token_text(value);
    if (error != std::errc() || end != key.data() + key.size() || !id) {
      return wrong(file, "added_tokens_decoder." + key, "named by a token id");
    }
    if (!text) return wrong(file, "added_tokens_decoder." + key, "a token with its content");
    AddedToken token{to_valid_utf8(*text), *id};
    token.special = false;
    if (value.is_object()) {
      const std::pair<const char*, bool*> flags[] = {{"special", &token.special},
                                                     {"lstrip", &token.lstrip},
                                                     {"rstrip", &token.rstrip},
                                                     {"single_word", &token.single_word},
                                                     {"normalized", &token.normalized}};
      for (const auto& [name, flag] : flags) {
        if (auto status = read_bool(file, value, name, *flag); !status) return status;
      }
    }
    tokens.add(std::move(token));
  }
  return {};
}

/// added_tokens.json, the older form: {"[PAD]": 32000}
Status read_added_tokens(const std::filesystem::path& file, const json& object,
                         const std::set<std::string>& special, AddedTokenSet& tokens) {
  for (const auto& [content, value] : object.items()) {
    const auto id = value.is_number_integer() ? valid_id(value.get<std::int64_t>()) : std::nullopt;
    if (!id) return wrong(file, content, "a token id");
    AddedToken token{to_valid_utf8(content), *id};
    token.special = special.contains(content) || looks_like_a_mark(content);
    tokens.add(std::move(token));
  }
  return {};
}

}  // namespace

Result<TokenizerSettings> read_tokenizer_settings(const std::filesystem::path& folder) {
  TokenizerSettings settings;
  AddedTokenSet added;
  std::set<std::string> special;
  for (const char* name : {"tokenizer_config.json", "special_tokens_map.json"}) {
    const std::filesystem::path file = folder / name;
    auto object = read_json_object(file);
    if (!object) return object.error();
    if (!*object) continue;
    const json& config = **object;
    collect_special(config, special);
    auto status = read_token(file, config, "bos_token", settings.bos_token);
    if (status) status = read_token(file, config, "eos_token", settings.eos_token);
    if (status && std::string_view(name) == "tokenizer_config.json") {
      status = read_bool(file, config, "add_bos_token", settings.add_bos);
      if (status) status = read_bool(file, config, "add_prefix_space", settings.add_prefix_space);
      if (status) status = read_added_tokens_decoder(file, config, added);
    }
    if (!status) return status.error();
  }
  const std::filesystem::path file = folder / "added_tokens.json";
  auto object = read_json_object(file);
  if (!object) return object.error();
  if (*object) {
    if (auto status = read_added_tokens(file, **object, special, added); !status) {
      return status.error();
    }
  }
  settings.added_tokens = added.take();
  return settings;
}

}  // namespace cria::engine
