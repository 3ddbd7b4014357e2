#include "engine/prompt/generation_config.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/tokenizer/json_file.h"

namespace cria::engine {
namespace {

using nlohmann::json;

constexpr std::int32_t kUnsetMaxLength = 20;  // GenerationConfig's default: 20 new tokens
constexpr std::int32_t kLlamaEos = 2;

/// Reads keys of one file into settings; remembers the first that has a wrong type.
class Reader {
 public:
  Reader(const std::filesystem::path& file, const json& object) : file_(file), object_(object) {}

  const std::optional<Error>& error() const { return error_; }

  void read(const char* key, bool& value) {
    const json* found = find(key);
    if (found == nullptr) return;
    if (!found->is_boolean()) return expected(key, "true or false", *found);
    value = found->get<bool>();
  }

  void read(const char* key, float& value) {
    const json* found = find(key);
    if (found == nullptr) return;
    if (!found->is_number()) return expected(key, "a number", *found);
    value = found->get<float>();
    if (!std::isfinite(value)) expected(key, "a number that a float can hold", *found);
  }

  void read(const char* key, std::int32_t& value) {
    const json* found = find(key);
    if (found == nullptr) return;
    if (const auto number = integer(*found)) {
      value = *number;
    } else {
      expected(key, "a whole number", *found);
    }
  }

  void read(const char* key, std::optional<std::int32_t>& value) {
    if (find(key) == nullptr) return;
    std::int32_t number = 0;
    read(key, number);
    value = number;
  }

  /// One id or a list; negative ones, which some write for "none", never occur.
  void read_ids(const char* key, std::vector<std::int32_t>& ids) {
    if (object_.contains(key)) ids.clear();  // null is none
    const json* found = find(key);
    if (found == nullptr) return;
    for (const json& item : found->is_array() ? *found : json::array({*found})) {
      const auto id = integer(item);
      if (!id) return expected(key, "a token id or a list of them", *found);
      if (*id >= 0) ids.push_back(*id);
    }
  }

  void read_strings(const char* key, std::vector<std::string>& strings) {
    const json* found = find(key);
    if (found == nullptr) return;
    strings.clear();
    for (const json& item : found->is_array() ? *found : json::array({*found})) {
      if (!item.is_string()) return expected(key, "a string or a list of them", *found);
      strings.push_back(item.get<std::string>());
    }
  }

 private:
  const json* find(const char* key) const {
    const auto it = object_.find(key);
    return it == object_.end() || it->is_null() ? nullptr : &*it;
  }

  /// Python does not mind 50.0 for 50.
  static std::optional<std::int32_t> integer(const json& value) {
    if (!value.is_number()) return std::nullopt;
    const auto number = value.get<double>();
    if (number != std::floor(number) || number < std::numeric_limits<std::int32_t>::min() ||
        number > std::numeric_limits<std::int32_t>::max()) {
      return std::nullopt;
    }
    return static_cast<std::int32_t>(number);
  }

  void expected(const char* key, const char* what, const json& found) {
    if (error_) return;
    std::string shown = found.dump(-1, ' ', true, json::error_handler_t::replace);
    if (shown.size() > 60) shown = shown.substr(0, 60) + "..";
    error_ = Error{ErrorKind::checkpoint,
                   file_.string() + ": \"" + key + "\" should be " + what + ", but is " + shown};
  }

  const std::filesystem::path& file_;
  const json& object_;
  std::optional<Error> error_;
};

Result<GenerationSettings> read_settings(const std::filesystem::path& file, const json& object,
                                         GenerationSettings settings) {
  Reader reader(file, object);
  reader.read("do_sample", settings.do_sample);
  reader.read("temperature", settings.temperature);
  reader.read("top_k", settings.top_k);
  reader.read("top_p", settings.top_p);
  reader.read("min_p", settings.min_p);
  reader.read("typical_p", settings.typical_p);
  reader.read("epsilon_cutoff", settings.epsilon_cutoff);
  reader.read("eta_cutoff", settings.eta_cutoff);
  reader.read("repetition_penalty", settings.repetition_penalty);
  reader.read("no_repeat_ngram_size", settings.no_repeat_ngram_size);
  reader.read("max_new_tokens", settings.max_new_tokens);
  reader.read("max_length", settings.max_length);
  reader.read("min_new_tokens", settings.min_new_tokens);
  reader.read("min_length", settings.min_length);
  reader.read_ids("eos_token_id", settings.eos_token_id);
  reader.read_strings("stop_strings", settings.stop_strings);
  if (reader.error()) return *reader.error();
  if (settings.max_length == kUnsetMaxLength) settings.max_length.reset();
  return settings;
}

}  // namespace

Result<GenerationSettings> read_generation_settings(const std::filesystem::path& folder) {
  GenerationSettings settings;
  for (const char* name : {"generation_config.json", "config.json"}) {
    const std::filesystem::path file = folder / name;
    const auto object = read_json_object(file);
    if (!object) return object.error();
    if (*object) return read_settings(file, **object, settings);
    settings.eos_token_id = {kLlamaEos};  // what LlamaConfig says where config.json does not
  }
  return GenerationSettings();
}

}  // namespace cria::engine
