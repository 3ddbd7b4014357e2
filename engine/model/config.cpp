#include "engine/model/config.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "engine/base/small_file.h"
#include "engine/model/config_reader.h"
#include "engine/model/config_rope.h"

namespace cria::engine {
namespace {

// Far above every Llama, and so low that no product of sizes that the program forms leaves 63 bits.
constexpr std::int32_t max_hidden = 1 << 18;
constexpr std::int32_t max_intermediate = 1 << 20;
constexpr std::int32_t max_layers = 1 << 10;
constexpr std::int32_t max_heads = 1 << 12;
constexpr std::int32_t max_head_dim = 1 << 12;
constexpr std::int32_t max_query_size = 1 << 20;
constexpr std::int32_t max_vocab = 1 << 24;
constexpr std::int32_t max_positions = 1 << 30;
constexpr std::size_t max_file_size = 1 << 20;

constexpr std::int32_t max_int32 = std::numeric_limits<std::int32_t>::max();

bool is_llama(const std::string& name) {
  std::string lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
    return c < 128 ? static_cast<char>(std::tolower(c)) : 'x';
  });
  return lower == "llamaforcausallm" || lower == "llamamodel";
}

/// Is it a Llama at all?
void check_architecture(ConfigReader& reader) {
  const std::optional<std::string> model_type = reader.text("model_type");
  if (model_type && *model_type != "llama") reader.expected("model_type", "\"llama\"");
  const nlohmann::json* architectures = reader.find("architectures");
  if (architectures == nullptr) {
    if (!model_type) reader.expected("model_type", "\"llama\"");
    return;
  }
  if (!architectures->is_array()) {
    reader.expected("architectures", "a list of names");
    return;
  }
  for (const nlohmann::json& name : *architectures)
    if (name.is_string() && is_llama(name.get_ref<const std::string&>())) return;
  if (architectures->empty() && model_type) return;
  reader.fail("architectures should hold \"LlamaForCausalLM\", found " +
              (architectures->empty() ? "an empty list" : brief(architectures->front())) + ".");
}

void check_supported(ConfigReader& reader) {
  const std::string activation = reader.text("hidden_act").value_or("silu");
  if (activation != "silu" && activation != "swish") reader.expected("hidden_act", "\"silu\"");
  if (const nlohmann::json* quantization = reader.find("quantization_config")) {
    std::string method;
    if (quantization->is_object() && quantization->contains("quant_method"))
      method = " (quant_method " + brief((*quantization)["quant_method"]) + ")";
    reader.fail("expected F32, F16 or BF16 weights, found quantized ones: quantization_config" +
                method + ".");
  }
}

void read_sizes(ConfigReader& reader, LlamaConfig& config) {
  config.hidden_size = reader.required_integer("hidden_size", 1, max_hidden);
  config.intermediate_size = reader.required_integer("intermediate_size", 1, max_intermediate);
  config.num_hidden_layers = reader.required_integer("num_hidden_layers", 1, max_layers);
  config.num_attention_heads = reader.required_integer("num_attention_heads", 1, max_heads);
  config.num_key_value_heads =
      reader.integer_or("num_key_value_heads", config.num_attention_heads, 1, max_heads);
  config.vocab_size = reader.required_integer("vocab_size", 1, max_vocab);
  config.max_position_embeddings = reader.integer_or(
      "max_position_embeddings", config.max_position_embeddings, 1, max_positions);
  if (reader.error()) return;

  const std::string heads = std::to_string(config.num_attention_heads);
  if (config.hidden_size % config.num_attention_heads != 0)
    reader.expected("hidden_size", "a multiple of num_attention_heads (" + heads + ")");
  if (config.num_attention_heads % config.num_key_value_heads != 0)
    reader.expected("num_key_value_heads", "a divisor of num_attention_heads (" + heads + ")");
  config.head_dim = reader.integer_or("head_dim", config.hidden_size / config.num_attention_heads,
                                      1, max_head_dim);
  if (reader.error()) return;
  if (config.head_dim % 2 != 0 || config.head_dim > max_query_size / config.num_attention_heads)
    reader.fail("head_dim (or hidden_size / num_attention_heads) should be even, and at most " +
                std::to_string(max_query_size) + " over all heads, found " +
                std::to_string(config.head_dim) + ".");
}

/// One id, a list of ids, or null.
std::vector<std::int32_t> read_eos(ConfigReader& reader, const nlohmann::json& object,
                                   std::int32_t vocab_size) {
  const auto at = object.find("eos_token_id");
  if (at == object.end()) return {2};
  if (at->is_null()) return {};
  std::vector<std::int32_t> ids;
  const auto add = [&](const nlohmann::json& id) {
    if (!id.is_number_integer() ||
        (id.is_number_unsigned() &&
         id.get<std::uint64_t>() > static_cast<std::uint64_t>(max_int32)))
      return false;
    const auto value = id.get<std::int64_t>();
    if (value >= 0 && value < vocab_size) ids.push_back(static_cast<std::int32_t>(value));
    return value >= -max_int32;
  };
  bool good = true;
  if (at->is_array()) {
    for (const nlohmann::json& id : *at) good = good && add(id);
  } else {
    good = add(*at);
  }
  if (!good) reader.expected("eos_token_id", "a token id, a list of token ids, or null");
  return ids;
}

}  // namespace

kernels::LlamaShape LlamaConfig::shape() const {
  kernels::LlamaShape shape;
  shape.hidden_size = hidden_size;
  shape.intermediate_size = intermediate_size;
  shape.num_hidden_layers = num_hidden_layers;
  shape.num_attention_heads = num_attention_heads;
  shape.num_key_value_heads = num_key_value_heads;
  shape.head_dim = head_dim;
  shape.rotary_dim = head_dim;
  shape.vocab_size = vocab_size;
  shape.rms_norm_eps = static_cast<float>(rms_norm_eps);
  shape.attention_scale = static_cast<float>(1.0 / std::sqrt(static_cast<double>(head_dim)));
  return shape;
}

std::int32_t LlamaConfig::context_length() const {
  if (rope.type != RopeType::dynamic) return max_position_embeddings;
  constexpr auto most = static_cast<double>(std::numeric_limits<std::int32_t>::max());
  return static_cast<std::int32_t>(std::min(most, max_position_embeddings * rope.factor));
}

std::uint64_t LlamaConfig::layer_parameters() const {
  const auto hidden = static_cast<std::uint64_t>(hidden_size);
  const auto intermediate = static_cast<std::uint64_t>(intermediate_size);
  const auto query = static_cast<std::uint64_t>(num_attention_heads) * head_dim;
  const auto key = static_cast<std::uint64_t>(num_key_value_heads) * head_dim;
  std::uint64_t layer =
      2 * hidden + 2 * hidden * query + 2 * hidden * key + 3 * hidden * intermediate;
  if (attention_bias) layer += query + 2 * key + hidden;
  if (mlp_bias) layer += 2 * intermediate + hidden;
  return layer * num_hidden_layers;
}

std::uint64_t LlamaConfig::parameters() const {
  const auto hidden = static_cast<std::uint64_t>(hidden_size);
  const std::uint64_t table = static_cast<std::uint64_t>(vocab_size) * hidden;
  return layer_parameters() + table * (tie_word_embeddings ? 1 : 2) + hidden;
}

Result<LlamaConfig> parse_config(std::string_view text, const std::filesystem::path& file) {
  const std::string place = file.string() + ": ";
  nlohmann::json object;
  try {
    object = nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception&) {
    return Error{ErrorKind::checkpoint, place + "expected JSON, found something else (" +
                                            std::to_string(text.size()) + " bytes)."};
  }
  if (!object.is_object())
    return Error{ErrorKind::checkpoint,
                 place + "expected a JSON object, found " + brief(object) + "."};

  LlamaConfig config;
  ConfigReader reader(object, place);
  check_architecture(reader);
  check_supported(reader);
  read_sizes(reader, config);
  config.rms_norm_eps = reader.number_or("rms_norm_eps", config.rms_norm_eps, 1e-30, 1);
  config.tie_word_embeddings = reader.boolean_or("tie_word_embeddings", false);
  config.attention_bias = reader.boolean_or("attention_bias", false);
  config.mlp_bias = reader.boolean_or("mlp_bias", false);
  config.rope = read_rope(reader, config.head_dim, config.max_position_embeddings);
  if (object.contains("bos_token_id"))
    config.bos_token_id = static_cast<std::optional<std::int32_t>>(
        reader.integer("bos_token_id", -max_int32, max_int32));
  if (config.bos_token_id &&
      (*config.bos_token_id < 0 || *config.bos_token_id >= config.vocab_size))
    config.bos_token_id.reset();
  config.eos_token_id = read_eos(reader, object, config.vocab_size);
  if (reader.error()) return *reader.error();
  return config;
}

Result<LlamaConfig> read_config(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "config.json";
  const auto text = read_small_file(file, max_file_size);
  if (!text) {
    return Error{ErrorKind::checkpoint,
                 text.error().message + " (the model's description is expected there)."};
  }
  return parse_config(*text, file);
}

}  // namespace cria::engine
