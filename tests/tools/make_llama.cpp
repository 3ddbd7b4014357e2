// Writes a Hugging Face folder of a Llama with random weights, for measuring and for tests by hand:
//   make_llama OUT [--shape tinyllama-1.1b|small] [--hidden_size N] .. [--type bf16|f16|f32]
//              [--format safetensors|bin] [--seed N] [--tokenizer FOLDER_OR_MODEL]
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>

#include "tests/tools/llama_tensors.h"
#include "tests/tools/weight_writers.h"

namespace fs = std::filesystem;
using cria::kernels::DType;
using cria::tools::Shape;

namespace {

constexpr const char* usage =
    "make_llama OUT [--shape tinyllama-1.1b|small] [--type bf16|f16|f32]\n"
    "  [--format safetensors|bin] [--seed N] [--tokenizer FOLDER|tokenizer.model] [--tied 1]\n"
    "  [--hidden_size N] [--intermediate_size N] [--num_hidden_layers N]\n"
    "  [--num_attention_heads N] [--num_key_value_heads N] [--vocab_size N]\n"
    "  [--max_position_embeddings N]\n";

struct Job {
  fs::path out;
  Shape shape;
  DType type = DType::bf16;
  bool torch_bin = false;
  std::uint64_t seed = 1;
  fs::path tokenizer;
};

bool set_shape(Shape& shape, const std::string& name) {
  if (name == "small") shape = {};
  if (name == "tinyllama-1.1b") shape = {2048, 5632, 22, 32, 4, 32000, 2048, false};
  return name == "small" || name == "tinyllama-1.1b";
}

std::optional<DType> type_of(const std::string& name) {
  for (const DType type : {DType::f32, DType::f16, DType::bf16})
    if (name == cria::kernels::name_of(type)) return type;
  return std::nullopt;
}

/// One option and its value.
bool apply(Job& job, const std::string& option, const std::string& value) {
  const std::map<std::string, std::int64_t*> sizes{
      {"--hidden_size", &job.shape.hidden_size},
      {"--intermediate_size", &job.shape.intermediate_size},
      {"--num_hidden_layers", &job.shape.num_hidden_layers},
      {"--num_attention_heads", &job.shape.num_attention_heads},
      {"--num_key_value_heads", &job.shape.num_key_value_heads},
      {"--vocab_size", &job.shape.vocab_size},
      {"--max_position_embeddings", &job.shape.max_position_embeddings}};
  if (const auto size = sizes.find(option); size != sizes.end()) {
    *size->second = std::atoll(value.c_str());
    return *size->second > 0;
  }
  if (option == "--shape") return set_shape(job.shape, value);
  if (option == "--seed") job.seed = std::strtoull(value.c_str(), nullptr, 10);
  if (option == "--tokenizer") job.tokenizer = value;
  if (option == "--tied") job.shape.tie_word_embeddings = value == "1";
  if (option == "--format") job.torch_bin = value == "bin";
  if (option == "--type") {
    const std::optional<DType> type = type_of(value);
    job.type = type.value_or(DType::bf16);
    return type.has_value();
  }
  return option == "--seed" || option == "--tokenizer" || option == "--tied" ||
         (option == "--format" && (value == "bin" || value == "safetensors"));
}

std::optional<Job> parse(int argc, char** argv) {
  if (argc < 2 || argc % 2 != 0) return std::nullopt;
  Job job;
  job.out = argv[1];
  for (int i = 2; i < argc; i += 2)
    if (!apply(job, argv[i], argv[i + 1])) return std::nullopt;
  if (job.shape.hidden_size % job.shape.num_attention_heads != 0) return std::nullopt;
  return job;
}

void write_config(const Job& job) {
  const Shape& s = job.shape;
  const char* type = job.type == DType::f32   ? "float32"
                     : job.type == DType::f16 ? "float16"
                                              : "bfloat16";
  std::ofstream(job.out / "config.json")
      << "{\n  \"architectures\": [\"LlamaForCausalLM\"],\n  \"attention_bias\": false,\n"
      << "  \"bos_token_id\": 1,\n  \"eos_token_id\": 2,\n  \"hidden_act\": \"silu\",\n"
      << "  \"hidden_size\": " << s.hidden_size
      << ",\n  \"intermediate_size\": " << s.intermediate_size
      << ",\n  \"max_position_embeddings\": " << s.max_position_embeddings
      << ",\n  \"model_type\": \"llama\",\n  \"num_attention_heads\": " << s.num_attention_heads
      << ",\n  \"num_hidden_layers\": " << s.num_hidden_layers
      << ",\n  \"num_key_value_heads\": " << s.num_key_value_heads
      << ",\n  \"rms_norm_eps\": 1e-05,\n  \"rope_scaling\": null,\n  \"rope_theta\": 10000.0,\n"
      << "  \"tie_word_embeddings\": " << (s.tie_word_embeddings ? "true" : "false")
      << ",\n  \"torch_dtype\": \"" << type << "\",\n  \"vocab_size\": " << s.vocab_size << "\n}\n";
  std::ofstream(job.out / "generation_config.json")
      << "{\n  \"bos_token_id\": 1,\n  \"eos_token_id\": 2,\n  \"max_length\": "
      << s.max_position_embeddings << ",\n  \"pad_token_id\": 0\n}\n";
}

void copy_tokenizer(const Job& job) {
  if (job.tokenizer.empty()) return;
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
  const auto tensors = cria::tools::llama_tensors(job->shape);
  std::ofstream file(job->out / (job->torch_bin ? "pytorch_model.bin" : "model.safetensors"),
                     std::ios::binary);
  if (job->torch_bin)
    cria::tools::write_torch_bin(file, tensors, job->type, job->seed);
  else
    cria::tools::write_safetensors(file, tensors, job->type, job->seed);
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
