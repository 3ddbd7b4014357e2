// How the next token is chosen, and when a reply ends. Plain values with Hugging Face's
// generation_config names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernels/result.h"

namespace cria::engine {

/// Defaults are transformers' GenerationConfig defaults, so an empty generation_config.json means
/// these. Read anew before every token: a change acts on the next one.
struct GenerationSettings {
  bool do_sample = false;    ///< false: greedy, the first largest logit
  float temperature = 1.0F;  ///< 0: greedy, whatever do_sample says (transformers refuses it)
  std::int32_t top_k = 50;   ///< 0: off
  float top_p = 1.0F;        ///< 1: off
  float min_p = 0.0F;        ///< 0: off
  float typical_p = 1.0F;    ///< 1: off
  float epsilon_cutoff = 0.0F;
  float eta_cutoff = 0.0F;
  float repetition_penalty = 1.0F;  ///< counts prompt and reply, each distinct id once
  std::int32_t no_repeat_ngram_size = 0;

  std::optional<std::int32_t> max_new_tokens;  ///< wins over max_length
  std::optional<std::int32_t> max_length;  ///< prompt + new; neither: prompt + 20, as transformers
  std::int32_t min_new_tokens = 0;
  std::int32_t min_length = 0;  ///< prompt + new
  std::vector<std::int32_t> eos_token_id;
  std::vector<std::string> stop_strings;

  bool operator==(const GenerationSettings&) const = default;
};

/// Whether the next token is drawn (do_sample and a temperature above 0) or is the best one.
bool samples(const GenerationSettings& settings);

/// Errors: usage, naming the setting, what it may be and what it was. Transformers' own limits, and
/// top_p, epsilon_cutoff and eta_cutoff out of range are refused where it ignores them. A negative
/// eos_token_id is none.
Status validate(const GenerationSettings& settings);

}  // namespace cria::engine
