#include "engine/model/config_rope.h"

namespace cria::engine {
namespace {

// Wide enough for every model there is, narrow enough that float32 never overflows.
constexpr double min_theta = 1e-3;
constexpr double max_theta = 1e30;
constexpr double min_factor = 1e-3;
constexpr double max_factor = 1e6;
constexpr std::int32_t max_length = 1 << 30;

/// The rotation's kind, under either of its two names.
std::optional<RopeType> read_type(ConfigReader& rope) {
  const char* key = rope.find("rope_type") != nullptr ? "rope_type" : "type";
  const std::optional<std::string> name = rope.text(key);
  if (!name) return RopeType::plain;
  for (const RopeType type :
       {RopeType::plain, RopeType::linear, RopeType::dynamic, RopeType::llama3, RopeType::yarn})
    if (*name == name_of(type)) return type;
  rope.expected(key, "default, linear, dynamic, llama3 or yarn");
  return std::nullopt;
}

void read_llama3(ConfigReader& rope, RopeConfig& config) {
  config.factor = rope.required_number("factor", min_factor, max_factor);
  config.low_freq_factor = rope.required_number("low_freq_factor", min_factor, max_factor);
  config.high_freq_factor = rope.required_number("high_freq_factor", min_factor, max_factor);
  if (!rope.error() && config.high_freq_factor <= config.low_freq_factor)
    rope.expected("high_freq_factor", "larger than low_freq_factor");
}

void read_yarn(ConfigReader& rope, RopeConfig& config, std::int32_t max_position_embeddings) {
  // Without a factor it is the ratio of the two lengths.
  config.factor = rope.number_or(
      "factor",
      static_cast<double>(max_position_embeddings) / config.original_max_position_embeddings,
      min_factor, max_factor);
  config.attention_factor = rope.number("attention_factor", 0, max_factor);
  config.mscale = rope.number("mscale", 0, max_factor);
  config.mscale_all_dim = rope.number("mscale_all_dim", 0, max_factor);
  // 0 means the default here, as in transformers.
  const double fast = rope.number_or("beta_fast", 0, 0, max_factor);
  const double slow = rope.number_or("beta_slow", 0, 0, max_factor);
  if (fast > 0) config.beta_fast = fast;
  if (slow > 0) config.beta_slow = slow;
  config.truncate = rope.boolean_or("truncate", true);
  if (!rope.error() && config.rope_theta <= 1)
    rope.fail("rope_theta should be larger than 1 for yarn.");
}

/// Every Llama rotates whole heads.
void refuse_partial(ConfigReader& reader) {
  if (reader.number_or("partial_rotary_factor", 1.0, 0, max_factor) != 1.0)
    reader.expected("partial_rotary_factor", "1, since Llama rotates whole heads");
}

}  // namespace

std::string_view name_of(RopeType type) {
  switch (type) {
    case RopeType::plain:
      return "default";
    case RopeType::linear:
      return "linear";
    case RopeType::dynamic:
      return "dynamic";
    case RopeType::llama3:
      return "llama3";
    case RopeType::yarn:
      return "yarn";
  }
  return "?";
}

RopeConfig read_rope(ConfigReader& reader, std::int32_t head_dim,
                     std::int32_t max_position_embeddings) {
  RopeConfig config;
  config.rope_theta = reader.number_or("rope_theta", config.rope_theta, min_theta, max_theta);
  refuse_partial(reader);

  // rope_scaling wins where both are there, unless it is empty.
  const char* key = "rope_scaling";
  const nlohmann::json* object = reader.find(key);
  if (object == nullptr || object->empty()) {
    key = "rope_parameters";
    object = reader.find(key);
  }
  if (object == nullptr) return config;
  if (!object->is_object()) {
    reader.expected(key, "an object");
    return config;
  }

  ConfigReader rope(*object, reader.place() + key + ".");
  config.rope_theta = rope.number_or("rope_theta", config.rope_theta, min_theta, max_theta);
  refuse_partial(rope);
  const std::optional<RopeType> type = read_type(rope);
  if (type) {
    config.type = *type;
    const std::int32_t inner =
        rope.integer_or("original_max_position_embeddings", max_position_embeddings, 1, max_length);
    config.original_max_position_embeddings =
        reader.integer_or("original_max_position_embeddings", inner, 1, max_length);
    if (*type == RopeType::linear || *type == RopeType::dynamic)
      config.factor = rope.required_number("factor", min_factor, max_factor);
    if (*type == RopeType::dynamic && head_dim <= 2)
      reader.fail("head_dim should be larger than 2 for dynamic rope scaling, found " +
                  std::to_string(head_dim) + ".");
    if (*type == RopeType::llama3) read_llama3(rope, config);
    if (*type == RopeType::yarn) read_yarn(rope, config, max_position_embeddings);
  }
  reader.inherit(rope);
  return config;
}

}  // namespace cria::engine
