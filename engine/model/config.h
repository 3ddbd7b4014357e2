// config.json of a Llama checkpoint, with transformers' defaults for keys that are missing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "kernels/llama_shape.h"
#include "kernels/result.h"

namespace cria::engine {

enum class RopeType : std::uint8_t { plain, linear, dynamic, llama3, yarn };

std::string_view name_of(RopeType type);  ///< transformers' spelling: "default", "linear", ..

/// `rope_theta` with `rope_scaling`, or `rope_parameters`, which holds both (transformers 5).
/// The formulas are in rope.cpp.
struct RopeConfig {
  RopeType type = RopeType::plain;
  double rope_theta = 10000.0;
  double factor = 1.0;                                ///< all but plain
  std::int32_t original_max_position_embeddings = 0;  ///< llama3, yarn
  double low_freq_factor = 1.0;                       ///< llama3
  double high_freq_factor = 4.0;                      ///< llama3
  std::optional<double> attention_factor;             ///< yarn; none: computed from factor, mscale
  std::optional<double> mscale;                       ///< yarn
  std::optional<double> mscale_all_dim;               ///< yarn
  double beta_fast = 32.0;                            ///< yarn
  double beta_slow = 1.0;                             ///< yarn
  bool truncate = true;                               ///< yarn: whole-numbered correction range
};

/// Checked: every size is positive, every product that the program forms fits in 63 bits.
struct LlamaConfig {
  std::int32_t hidden_size = 0;
  std::int32_t intermediate_size = 0;
  std::int32_t num_hidden_layers = 0;
  std::int32_t num_attention_heads = 0;
  std::int32_t num_key_value_heads = 0;  ///< default: num_attention_heads
  std::int32_t head_dim = 0;             ///< default: hidden_size / num_attention_heads; even
  std::int32_t vocab_size = 0;
  std::int32_t max_position_embeddings = 2048;
  double rms_norm_eps = 1e-6;
  bool tie_word_embeddings = false;  ///< the head is the embedding table
  bool attention_bias = false;       ///< q, k, v and o have biases
  bool mlp_bias = false;             ///< gate, up and down have biases
  RopeConfig rope;
  std::optional<std::int32_t> bos_token_id = 1;  ///< null in the file: none
  std::vector<std::int32_t> eos_token_id = {2};  ///< ids outside the vocabulary are left out

  kernels::LlamaShape shape() const;
  /// Positions the model can be used with: max_position_embeddings, stretched where dynamic scaling
  /// does that as it goes. The other kinds of scaling count theirs in max_position_embeddings.
  std::int32_t context_length() const;
  std::uint64_t layer_parameters() const;
  std::uint64_t parameters() const;  ///< with embedding table and head; a tied head counts once
};

/// Reads `text` as config.json; `file` is only named in errors. Errors: checkpoint, one sentence
/// with the file, the key, what was expected and what was found. Refused are architectures other
/// than Llama, activations other than SiLU, quantized checkpoints, and sizes out of range.
Result<LlamaConfig> parse_config(std::string_view text, const std::filesystem::path& file);

/// parse_config of folder/config.json.
Result<LlamaConfig> read_config(const std::filesystem::path& folder);

}  // namespace cria::engine
