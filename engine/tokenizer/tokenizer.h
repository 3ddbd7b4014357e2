// Text to ids and back. An interface: SentencePiece is its first implementation.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/result.h"

namespace cria::engine {

struct EncodeOptions {
  bool add_bos = true;
  bool parse_special_tokens = true;  ///< "</s>" and added tokens in the text become their ids
};

/// A stretch of a text that is encoded as one with its neighbours.
struct TextPart {
  std::string_view text;
  bool parse_special_tokens = true;
};

/// Immutable after opening; any thread.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;
  virtual std::int32_t vocab_size() const = 0;  ///< pieces and added tokens
  virtual std::vector<std::int32_t> encode(std::string_view utf8,
                                           const EncodeOptions& options) const = 0;
  /// The ids of the parts' joined text; a piece may reach across parts, a special token is found
  /// only where all parts it lies in ask for it. So a chat template's marks can be tokens while the
  /// same marks typed by a user are text.
  virtual std::vector<std::int32_t> encode_parts(std::span<const TextPart> parts,
                                                 bool add_bos) const = 0;
  /// The text of all ids, as transformers' fast decoder: one leading space of the whole is dropped.
  /// A byte that belongs to no character becomes U+FFFD, and it alone (transformers: the whole run
  /// of byte pieces around it). Ids out of range are left out.
  virtual std::string decode(std::span<const std::int32_t> ids, bool skip_special_tokens) const = 0;
  virtual std::string piece(
      std::int32_t id) const = 0;  ///< as stored, "▁the", "<0x0A>"; "" when out of range
  /// The byte that a byte-fallback piece stands for.
  virtual std::optional<std::uint8_t> byte_of(std::int32_t id) const = 0;
  virtual bool is_special(std::int32_t id) const = 0;
  virtual std::optional<std::int32_t> id_of(std::string_view special_token) const = 0;
  virtual std::optional<std::int32_t> bos() const = 0;
  virtual std::optional<std::int32_t> eos() const = 0;
  virtual bool add_bos_by_default()
      const = 0;  ///< tokenizer_config.json's add_bos_token; without it true
};

/// Reads tokenizer.model, and from tokenizer_config.json, special_tokens_map.json and
/// added_tokens.json the added and special tokens. Errors: checkpoint.
Result<std::unique_ptr<Tokenizer>> open_tokenizer(const std::filesystem::path& folder);

}  // namespace cria::engine
