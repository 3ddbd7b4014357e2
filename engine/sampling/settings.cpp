#include "engine/sampling/settings.h"

#include <cmath>
#include <string_view>

namespace cria::engine {

namespace {

std::string written(float value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (!text.empty() && text.back() == '.') {
    text.pop_back();
  }
  return text;
}

Error out_of_range(std::string_view name, const std::string& wanted, const std::string& found) {
  return {ErrorKind::usage, std::string(name) + " must be " + wanted + ", not " + found + "."};
}

}  // namespace

bool samples(const GenerationSettings& settings) {
  return settings.do_sample && settings.temperature != 0.0F;
}

Status validate(const GenerationSettings& settings) {
  const auto check = [](std::string_view name, float value, bool good,
                        const std::string& wanted) -> Status {
    if (good) {
      return {};
    }
    return out_of_range(name, wanted, written(value));
  };
  const auto& s = settings;
  // A comparison with NaN is false, so NaN is refused everywhere.
  for (const Status& status : {
           check("temperature", s.temperature, s.temperature >= 0 && std::isfinite(s.temperature),
                 "0 (greedy) or a larger number"),
           check("top_p", s.top_p, s.top_p >= 0 && s.top_p <= 1, "between 0 and 1"),
           check("min_p", s.min_p, s.min_p >= 0 && s.min_p <= 1, "between 0 and 1"),
           check("typical_p", s.typical_p, s.typical_p > 0 && s.typical_p <= 1,
                 "greater than 0 and at most 1"),
           check("epsilon_cutoff", s.epsilon_cutoff, s.epsilon_cutoff >= 0 && s.epsilon_cutoff < 1,
                 "at least 0 and less than 1"),
           check("eta_cutoff", s.eta_cutoff, s.eta_cutoff >= 0 && s.eta_cutoff < 1,
                 "at least 0 and less than 1"),
           check("repetition_penalty", s.repetition_penalty,
                 s.repetition_penalty > 0 && std::isfinite(s.repetition_penalty), "greater than 0"),
       }) {
    if (!status) {
      return status;
    }
  }
  struct Whole {
    std::string_view name;
    std::int32_t value;
    std::int32_t least;
  };
  for (const Whole& whole :
       {Whole{"top_k", s.top_k, 0}, Whole{"no_repeat_ngram_size", s.no_repeat_ngram_size, 0},
        Whole{"max_new_tokens", s.max_new_tokens.value_or(1), 1},
        Whole{"max_length", s.max_length.value_or(1), 1},
        Whole{"min_new_tokens", s.min_new_tokens, 0}, Whole{"min_length", s.min_length, 0}}) {
    if (whole.value < whole.least) {
      return out_of_range(whole.name, "at least " + std::to_string(whole.least),
                          std::to_string(whole.value));
    }
  }
  return {};
}

}  // namespace cria::engine
