#include "engine/generation/limits.h"

#include <algorithm>
#include <string>

namespace cria::engine {

namespace {
constexpr std::int64_t transformers_default = 20;
}

std::int64_t new_token_limit(const GenerationSettings& settings, std::int64_t prompt_tokens,
                             std::int32_t context_length) {
  if (settings.max_new_tokens) {
    return *settings.max_new_tokens;
  }
  if (settings.max_length) {
    return *settings.max_length - prompt_tokens;
  }
  return std::min(transformers_default, context_length - prompt_tokens);
}

Status check_limits(const GenerationSettings& settings, std::int64_t prompt_tokens,
                    std::int32_t context_length) {
  if (new_token_limit(settings, prompt_tokens, context_length) > 0) {
    return {};
  }
  return Error{ErrorKind::usage,
               "The prompt has " + std::to_string(prompt_tokens) + " tokens, but max_length is " +
                   std::to_string(settings.max_length.value_or(context_length)) +
                   ", prompt and reply together; raise max_length or set max_new_tokens."};
}

}  // namespace cria::engine
