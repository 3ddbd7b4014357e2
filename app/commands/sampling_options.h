// How the next token is chosen, as options of `generate` and `chat`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/sampling/settings.h"
#include "kernels/result.h"

namespace CLI {
class App;
}

namespace cria::app {

/// An option that is not given leaves the checkpoint's default.
struct SamplingOptions {
  bool greedy = false;
  std::optional<float> temperature;
  std::optional<std::int32_t> top_k;
  std::optional<float> top_p;
  std::optional<float> min_p;
  std::optional<float> typical_p;
  std::optional<float> repetition_penalty;
  std::optional<std::int32_t> no_repeat_ngram;
  std::optional<std::int32_t> max_new_tokens;
  std::optional<std::int32_t> max_length;
  std::optional<std::int32_t> num_return_sequences;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> stop;
};

void add_sampling_options(CLI::App& command, SamplingOptions& options);

/// The options over `defaults`. Sampling is on where the checkpoint says so or an option of
/// sampling is given; --greedy and --temperature 0 turn it off. Errors: usage, naming the option.
Result<engine::GenerationSettings> settings_from(const SamplingOptions& options,
                                                 const engine::GenerationSettings& defaults);

/// The seed asked for; else a random one where there is something to draw, else 0.
std::uint64_t seed_from(const SamplingOptions& options, const engine::GenerationSettings& settings);

}  // namespace cria::app
