#include "tests/engine/generation/testing.h"

#include <cstdlib>
#include <fstream>
#include <random>

#include "engine/random_llama/llama_tensors.h"
#include "engine/random_llama/safetensors_writer.h"

namespace cria::engine::test {

namespace {
namespace fs = std::filesystem;
constexpr int vocab_size = 600;  // more than the tokenizer has
}  // namespace

void write_checkpoint(const fs::path& folder, const TinyShape& shape) {
  fs::create_directories(folder);
  RandomLlama llama;
  llama.hidden_size = shape.hidden_size;
  llama.intermediate_size = 64;
  llama.num_hidden_layers = shape.layers;
  llama.vocab_size = vocab_size;
  llama.max_position_embeddings = shape.context;
  llama.type = kernels::DType::f32;
  std::ofstream(folder / "config.json") << config_text(llama);
  std::ofstream(folder / "generation_config.json")
      << R"({"bos_token_id": 1, "eos_token_id": 2, "max_length": )" << shape.context << "}";
  std::ofstream weights(folder / "model.safetensors", std::ios::binary);
  write_safetensors(weights, llama_tensors(llama), llama.type, shape.seed);
  for (const char* name : {"tokenizer.model", "tokenizer_config.json"}) {
    std::ifstream from(fs::path(CRIA_TEST_DATA_DIR) / "tokenizer" / name, std::ios::binary);
    std::ofstream(folder / name, std::ios::binary) << from.rdbuf();
  }
}

fs::path golden_model(const std::string& name) {
  return fs::path(CRIA_TEST_DATA_DIR) / "models" / name;
}

std::unique_ptr<Model> open_model(const fs::path& folder, const std::string& precision) {
  static const std::unique_ptr<Engine> engine = make_engine();
  LoadOptions options;
  options.device = "cpu";
  options.precision = precision;
  options.threads = 1;
  auto model = engine->open(folder, options, nullptr, {});
  if (!model) {
    qCritical("%s", model.error().message.c_str());
    return nullptr;
  }
  return *std::move(model);
}

void Recorder::on_token(const TokenEvent& token) {
  const auto sequence = static_cast<std::size_t>(token.sequence);
  if (ids.size() <= sequence) {
    ids.resize(sequence + 1);
    texts.resize(sequence + 1);
  }
  ids[sequence].push_back(token.id);
  texts[sequence] += token.text;
  ++tokens;
  if (after_token) {
    after_token(*this);
  }
}

GenerationSettings greedy(std::int32_t max_new_tokens) {
  GenerationSettings settings;
  settings.max_new_tokens = max_new_tokens;
  return settings;
}

GenerationSettings sampling(std::int32_t max_new_tokens) {
  GenerationSettings settings = greedy(max_new_tokens);
  settings.do_sample = true;
  settings.top_k = 0;
  return settings;
}

GenerationRequest complete(std::string text, std::uint64_t seed) {
  GenerationRequest request;
  request.prompt.text = std::move(text);
  request.seed = seed;
  return request;
}

GenerationRequest from_ids(std::vector<std::int32_t> ids, std::uint64_t seed) {
  GenerationRequest request;
  request.prompt.ids = std::move(ids);
  request.seed = seed;
  return request;
}

std::uint64_t fresh_seed() {
  const char* given = std::getenv("CRIA_TEST_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  qInfo("CRIA_TEST_SEED=%llu", static_cast<unsigned long long>(seed));
  return seed;
}

}  // namespace cria::engine::test
