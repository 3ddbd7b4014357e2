// Writes a checkpoint of a known shape with random weights, so that speed can be measured without a
// download.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string_view>

#include "kernels/result.h"

namespace cria::app {

/// Names are those of config.json.
struct RandomShape {
  std::int32_t hidden_size = 0;
  std::int32_t intermediate_size = 0;
  std::int32_t num_hidden_layers = 0;
  std::int32_t num_attention_heads = 0;
  std::int32_t num_key_value_heads = 0;
  std::int32_t vocab_size = 0;
  std::int32_t max_position_embeddings = 0;
};

/// "tinyllama-1.1b", and "tiny" for tests.
std::optional<RandomShape> shape_named(std::string_view name);

/// config.json, model.safetensors (BF16) and tokenizer.model in the empty folder `folder`. Errors:
/// io (also: the disk is too small, with the numbers), cancelled.
Status write_random_checkpoint(const std::filesystem::path& folder, const RandomShape& shape,
                               const std::stop_token& stop);

}  // namespace cria::app
