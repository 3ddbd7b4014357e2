// From a request's prompt to ids, with what may be left out of them later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/generation/context_window.h"
#include "engine/prompt/prompt.h"
#include "engine/tokenizer/tokenizer.h"
#include "kernels/result.h"

namespace cria::engine {

/// What a prompt is read with.
struct PromptReader {
  const Tokenizer* tokenizer = nullptr;  ///< null: only given ids can be read
  std::string no_tokenizer;              ///< why there is none, a sentence
  ChatTemplate own_template = ChatTemplate::plain;
  std::optional<std::int32_t> bos;  ///< of the tokenizer, else of config.json
  std::int32_t vocab_size = 0;      ///< of the model
};

/// Keeps `reader` and a copy of `prompt`. Errors: usage (an id outside the vocabulary,
/// nothing to start from), checkpoint (a text, but no tokenizer).
Result<PromptIds> read_prompt(const Prompt& prompt, const PromptReader& reader);

}  // namespace cria::engine
