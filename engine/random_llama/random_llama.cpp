#include "engine/random_llama/random_llama.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/random_llama/llama_tensors.h"
#include "engine/random_llama/safetensors_writer.h"

namespace cria::engine {
namespace {

Error cannot_write(const std::filesystem::path& file) {
  return {ErrorKind::io, file.string() + " cannot be written; is the disk full?"};
}

Status write_file(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream out(file, std::ios::binary);
  out << bytes;
  out.close();
  return out ? Status() : cannot_write(file);
}

const char* torch_name(kernels::DType type) {
  return type == kernels::DType::f32   ? "float32"
         : type == kernels::DType::f16 ? "float16"
                                       : "bfloat16";
}

Status check_space(const std::filesystem::path& folder, std::uint64_t needed) {
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  if (error || space.available >= needed) return {};
  return Error{ErrorKind::io, "The random checkpoint needs " + std::to_string(needed >> 20U) +
                                  " MiB in " + folder.string() + ", where " +
                                  std::to_string(space.available >> 20U) +
                                  " MiB are free; set TMPDIR to another folder."};
}

}  // namespace

std::optional<RandomLlama> random_llama_named(std::string_view name) {
  if (name == "tinyllama-1.1b") return RandomLlama{2048, 5632, 22, 32, 4, 32000, 2048};
  if (name == "tiny") return RandomLlama{};
  return std::nullopt;
}

std::string config_text(const RandomLlama& llama) {
  return nlohmann::ordered_json{{"architectures", {"LlamaForCausalLM"}},
                                {"model_type", "llama"},
                                {"attention_bias", false},
                                {"hidden_act", "silu"},
                                {"hidden_size", llama.hidden_size},
                                {"intermediate_size", llama.intermediate_size},
                                {"num_hidden_layers", llama.num_hidden_layers},
                                {"num_attention_heads", llama.num_attention_heads},
                                {"num_key_value_heads", llama.num_key_value_heads},
                                {"vocab_size", llama.vocab_size},
                                {"max_position_embeddings", llama.max_position_embeddings},
                                {"rms_norm_eps", 1e-5},
                                {"rope_theta", 10000.0},
                                {"tie_word_embeddings", llama.tie_word_embeddings},
                                {"bos_token_id", 1},
                                {"eos_token_id", 2},
                                {"torch_dtype", torch_name(llama.type)}}
             .dump(2) +
         "\n";
}

Status write_random_llama(const std::filesystem::path& folder, const RandomLlama& llama,
                          const std::stop_token& stop) {
  const auto tensors = llama_tensors(llama);
  std::uint64_t bytes = 0;
  for (const RandomTensor& tensor : tensors)
    bytes += static_cast<std::uint64_t>(tensor.count()) * kernels::size_of(llama.type);
  if (Status enough = check_space(folder, bytes); !enough) return enough;
  if (Status written = write_file(folder / "config.json", config_text(llama)); !written)
    return written;
  if (Status written = write_file(folder / "tokenizer.model", random_tokenizer(llama.vocab_size));
      !written)
    return written;
  const auto file = folder / "model.safetensors";
  std::ofstream out(file, std::ios::binary);
  if (!write_safetensors(out, tensors, llama.type, llama.seed, stop))
    return Error{ErrorKind::cancelled, "Interrupted."};
  out.close();
  return out ? Status() : cannot_write(file);
}

}  // namespace cria::engine
