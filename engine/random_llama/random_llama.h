// Writes a Llama of a known shape with random weights as Hugging Face would, so that speed can be
// measured without a download, and so that tests have something to open.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "kernels/dtype.h"
#include "kernels/result.h"

namespace cria::engine {

/// Names are those of config.json.
struct RandomLlama {
  std::int64_t hidden_size = 64;
  std::int64_t intermediate_size = 160;
  std::int64_t num_hidden_layers = 2;
  std::int64_t num_attention_heads = 4;
  std::int64_t num_key_value_heads = 2;
  std::int64_t vocab_size = 320;
  std::int64_t max_position_embeddings = 256;
  bool tie_word_embeddings = false;
  kernels::DType type = kernels::DType::bf16;  ///< of the weights in the file
  std::uint64_t seed = 1;
};

/// "tinyllama-1.1b", and "tiny" for tests.
std::optional<RandomLlama> random_llama_named(std::string_view name);

/// The text of config.json.
std::string config_text(const RandomLlama& llama);

/// The bytes of a SentencePiece tokenizer.model: special and byte pieces, then made-up words.
/// vocab_size >= 259.
std::string random_tokenizer(std::int64_t vocab_size);

/// config.json, tokenizer.model and model.safetensors in the empty folder `folder`. Errors: io
/// (also: the disk is too small, with the numbers), cancelled.
Status write_random_llama(const std::filesystem::path& folder, const RandomLlama& llama,
                          const std::stop_token& stop);

}  // namespace cria::engine
