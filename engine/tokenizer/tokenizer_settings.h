// What the JSON files beside tokenizer.model say about special tokens.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/tokenizer/added_tokens.h"
#include "kernels/result.h"

namespace cria::engine {

struct TokenizerSettings {
  bool add_bos = true;
  bool add_prefix_space = true;          ///< "▁" before every segment
  std::optional<std::string> bos_token;  ///< none: the model's own
  std::optional<std::string> eos_token;
  std::vector<AddedToken> added_tokens;  ///< ids may repeat those of pieces
};

/// Reads tokenizer_config.json, special_tokens_map.json and added_tokens.json; each may be missing,
/// and where they disagree the first wins. Errors: checkpoint, naming file and key.
Result<TokenizerSettings> read_tokenizer_settings(const std::filesystem::path& folder);

}  // namespace cria::engine
