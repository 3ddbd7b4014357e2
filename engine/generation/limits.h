// How long a reply may become.
#pragma once

#include <cstdint>

#include "engine/sampling/settings.h"
#include "kernels/result.h"

namespace cria::engine {

/// How many new tokens the settings allow behind `prompt_tokens`: max_new_tokens, else max_length
/// less the prompt, else 20, cut at the context's end (transformers' defaults). May be 0 or less.
/// Where max_new_tokens or max_length go past the context, its policy decides, not this.
std::int64_t new_token_limit(const GenerationSettings& settings, std::int64_t prompt_tokens,
                             std::int32_t context_length);

/// Errors: usage, when the settings leave no room for a single token, as transformers.
Status check_limits(const GenerationSettings& settings, std::int64_t prompt_tokens,
                    std::int32_t context_length);

}  // namespace cria::engine
