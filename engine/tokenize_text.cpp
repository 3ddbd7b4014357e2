#include "engine/engine.h"
#include "engine/tokenizer/tokenizer.h"

namespace cria::engine {

Result<TokenizedText> tokenize(const std::filesystem::path& folder, std::string_view text,
                               std::optional<bool> add_bos) {
  const auto tokenizer = open_tokenizer(folder);
  if (!tokenizer) {
    return tokenizer.error();
  }
  EncodeOptions options;
  options.add_bos = add_bos.value_or((*tokenizer)->add_bos_by_default());
  TokenizedText tokens;
  tokens.ids = (*tokenizer)->encode(text, options);
  tokens.pieces.reserve(tokens.ids.size());
  for (const auto id : tokens.ids) {
    tokens.pieces.push_back((*tokenizer)->piece(id));
  }
  return tokens;
}

}  // namespace cria::engine
