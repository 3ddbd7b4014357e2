// Writes a Hugging Face folder of a Llama with random weights, for measuring and for tests by hand:
//   make_llama OUT [--shape tinyllama-1.1b|tiny] [--hidden_size N] .. [--type bf16|f16|f32]
//              [--format safetensors|bin] [--seed N] [--tokenizer FOLDER_OR_MODEL]
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>

#include "engine/random_llama/llama_tensors.h"
#include "engine/random_llama/safetensors_writer.h"
#include "tests/tools/torch_bin_writer.h"

namespace fs = std::filesystem;
using cria::engine::RandomLlama;
using cria::kernels::DType;

namespace {

constexpr const char* usage =
    "make_llama OUT [--shape tinyllama-1.1b|tiny] [--type bf16|f16|f32]\n"
    "  [--format safetensors|bin] [--seed N] [--tokenizer FOLDER|tokenizer.model] [--tied 1]\n"
    "  [--hidden_size N] [--intermediate_size N] [--num_hidden_layers N]\n"
    "  [--num_attention_heads N] [--num_key_value_heads N] [--vocab_size N]\n"
    "  [--max_position_embeddings N]\n";

struct Job {
  fs::path out;
  RandomLlama llama;
  bool torch_bin = false;
  fs::path tokenizer;
};

/// Keeps what was said before of the type and the seed.
bool set_shape(RandomLlama& llama, const std::string& name) {
  std::optional<RandomLlama> named = cria::engine::random_llama_named(name);
  if (!named) return false;
  named->type = llama.type;
  named->seed = llama.seed;
  llama = *named;
  return true;
}

std::optional<DType> type_of(const std::string& name) {
  for (const DType type : {DType::f32, DType::f16, DType::bf16})
    if (name == cria::kernels::name_of(type)) return type;
  return std::nullopt;
}

/// One option and its value.
bool apply(Job& job, const std::string& option, const std::string& value) {
  const std::map<std::string, std::int64_t*> sizes{
      {"--hidden_size", &job.llama.hidden_size},
      {"--intermediate_size", &job.llama.intermediate_size},
      {"--num_hidden_layers", &job.llama.num_hidden_layers},
      {"--num_attention_heads", &job.llama.num_attention_heads},
      {"--num_key_value_heads", &job.llama.num_key_value_heads},
      {"--vocab_size", &job.llama.vocab_size},
      {"--max_position_embeddings", &job.llama.max_position_embeddings}};
  if (const auto size = sizes.find(option); size != sizes.end()) {
    *size->second = std::atoll(value.c_str());
    return *size->second > 0;
  }
  if (option == "--shape") return set_shape(job.llama, value);
  if (option == "--seed") job.llama.seed = std::strtoull(value.c_str(), nullptr, 10);
  if (option == "--tokenizer") job.tokenizer = value;
  if (option == "--tied") job.llama.tie_word_embeddings = value == "1";
  if (option == "--format") job.torch_bin = value == "bin";
  if (option == "--type") {
    const std::optional<DType> type = type_of(value);
    job.llama.type = type.value_or(DType::bf16);
    return type.has_value();
  }
  return option == "--seed" || option == "--tokenizer" || option == "--tied" ||
         (option == "--format" && (value == "bin" || value == "safetensors"));
}

std::optional<Job> parse(int argc, char** argv) {
  if (argc < 2 || argc % 2 != 0 || argv[1][0] == '-') return std::nullopt;
  Job job;
  job.out = argv[1];
  for (int i = 2; i < argc; i += 2)
    if (!apply(job, argv[i], argv[i + 1])) return std::nullopt;
  if (job.llama.hidden_size % job.llama.num_attention_heads != 0) return std::nullopt;
  return job;
}

void write_config(const Job& job) {
  std::ofstream(job.out / "config.json") << cria::engine::config_text(job.llama);
  std::ofstream(job.out / "generation_config.json")
      << "{\n  \"bos_token_id\": 1,\n  \"eos_token_id\": 2,\n  \"max_length\": "
      << job.llama.max_position_embeddings << ",\n  \"pad_token_id\": 0\n}\n";
}

void copy_tokenizer(const Job& job) {
  if (job.tokenizer.empty()) {
    std::ofstream(job.out / "tokenizer.model", std::ios::binary)
        << cria::engine::random_tokenizer(job.llama.vocab_size);
    return;
  }
  const auto copy = [&](const fs::path& from, const char* name) {
    fs::copy_file(from, job.out / name, fs::copy_options::overwrite_existing);
    fs::permissions(job.out / name, fs::perms::owner_write, fs::perm_options::add);
  };
  if (!fs::is_directory(job.tokenizer)) {
    copy(job.tokenizer, "tokenizer.model");
    return;
  }
  for (const char* name : {"tokenizer.model", "tokenizer_config.json", "special_tokens_map.json"})
    if (fs::exists(job.tokenizer / name)) copy(job.tokenizer / name, name);
}

}  // namespace

int main(int argc, char** argv) try {
  const std::optional<Job> job = parse(argc, argv);
  if (!job) {
    std::fputs(usage, stderr);
    return 2;
  }
  fs::create_directories(job->out);
  write_config(*job);
  copy_tokenizer(*job);
  const auto tensors = cria::engine::llama_tensors(job->llama);
  std::ofstream file(job->out / (job->torch_bin ? "pytorch_model.bin" : "model.safetensors"),
                     std::ios::binary);
  if (job->torch_bin)
    cria::tools::write_torch_bin(file, tensors, job->llama.type, job->llama.seed);
  else
    cria::engine::write_safetensors(file, tensors, job->llama.type, job->llama.seed);
  file.close();
  if (!file) {
    std::fprintf(stderr, "Could not write %s.\n", job->out.c_str());
    return 1;
  }
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
