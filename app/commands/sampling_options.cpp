#include "app/commands/sampling_options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <limits>
#include <random>
#include <sstream>

namespace cria::app {
namespace {

constexpr std::int32_t max_sequences = 256;
constexpr auto int32_max = std::numeric_limits<std::int32_t>::max();
constexpr float float_max = std::numeric_limits<float>::max();

// A value that must be given in [low, high], or (low, high] where `open`.
template <typename T>
Status check(const char* name, const std::optional<T>& value, T low, T high, bool open = false) {
  if (!value || (*value >= low && *value <= high && !(open && *value == low))) {
    return {};  // NaN is in no range
  }
  std::ostringstream sentence;
  sentence << name << " must be " << (open ? "more than " : "at least ") << low;
  if (high != std::numeric_limits<T>::max()) {
    sentence << " and at most " << high;
  }
  sentence << ", not " << *value << ".";
  return Error{ErrorKind::usage, sentence.str()};
}

Status check_ranges(const SamplingOptions& options) {
  for (const Status& status : {
           check("--temperature", options.temperature, 0.0F, float_max),
           check("--top-k", options.top_k, 0, int32_max),
           check("--top-p", options.top_p, 0.0F, 1.0F, true),
           check("--min-p", options.min_p, 0.0F, 1.0F),
           check("--typical-p", options.typical_p, 0.0F, 1.0F, true),
           check("--repetition-penalty", options.repetition_penalty, 0.0F, float_max, true),
           check("--no-repeat-ngram", options.no_repeat_ngram, 0, int32_max),
           check("--max-new-tokens", options.max_new_tokens, 1, int32_max),
           check("--max-length", options.max_length, 1, int32_max),
           check("--num-return-sequences", options.num_return_sequences, 1, max_sequences),
       }) {
    if (!status) {
      return status;
    }
  }
  for (const std::string& stop : options.stop) {
    if (stop.empty()) {
      return Error{ErrorKind::usage, "--stop needs a text that is not empty."};
    }
  }
  return {};
}

bool asks_for_sampling(const SamplingOptions& options) {
  return options.temperature || options.top_k || options.top_p || options.min_p ||
         options.typical_p || options.seed || options.num_return_sequences.value_or(1) > 1;
}

template <typename T, typename U>
void put(const std::optional<T>& value, U& setting) {
  if (value) {
    setting = *value;
  }
}

}  // namespace

void add_sampling_options(CLI::App& command, SamplingOptions& options) {
  command.add_flag("--greedy", options.greedy, "Always the most likely token");
  command.add_option("--temperature", options.temperature, "0: greedy")->type_name("F");
  command.add_option("--top-k", options.top_k, "0: off")->type_name("N");
  command.add_option("--top-p", options.top_p, "1: off")->type_name("F");
  command.add_option("--min-p", options.min_p, "0: off")->type_name("F");
  command.add_option("--typical-p", options.typical_p, "1: off")->type_name("F");
  command.add_option("--repetition-penalty", options.repetition_penalty, "1: off")->type_name("F");
  command.add_option("--no-repeat-ngram", options.no_repeat_ngram, "0: off")->type_name("N");
  command.add_option("--max-new-tokens", options.max_new_tokens, "Length of the reply")
      ->type_name("N");
  command.add_option("--max-length", options.max_length, "Length of prompt and reply")
      ->type_name("N");
  // CLI11 would take -1 and what is too large for some other number.
  command.add_option("--seed", options.seed, "Without it a random one")
      ->check([](const std::string& text) {
        std::uint64_t seed = 0;
        const auto* end = text.data() + text.size();
        const auto [stopped, error] = std::from_chars(text.data(), end, seed);
        return error == std::errc() && stopped == end
                   ? std::string()
                   : "must be a whole number from 0 to 18446744073709551615, not " + text;
      })
      ->type_name("N");
  // One text an option: CLI11 would else take further arguments, and "[a]" as a list.
  command.add_option("--stop", options.stop, "The reply ends before this text; may be repeated")
      ->take_all()
      ->allow_extra_args(false)
      ->type_name("TEXT");
}

Result<engine::GenerationSettings> settings_from(const SamplingOptions& options,
                                                 const engine::GenerationSettings& defaults) {
  if (auto checked = check_ranges(options); !checked) {
    return checked.error();
  }
  engine::GenerationSettings settings = defaults;
  put(options.temperature, settings.temperature);
  put(options.top_k, settings.top_k);
  put(options.top_p, settings.top_p);
  put(options.min_p, settings.min_p);
  put(options.typical_p, settings.typical_p);
  put(options.repetition_penalty, settings.repetition_penalty);
  put(options.no_repeat_ngram, settings.no_repeat_ngram_size);
  if (options.max_length && !options.max_new_tokens) {
    settings.max_new_tokens.reset();  // the person's max_length, not the checkpoint's other limit
  }
  put(options.max_length, settings.max_length);
  put(options.max_new_tokens, settings.max_new_tokens);
  settings.stop_strings.insert(settings.stop_strings.end(), options.stop.begin(),
                               options.stop.end());

  settings.do_sample = (settings.do_sample || asks_for_sampling(options)) && !options.greedy;
  if (options.temperature && *options.temperature == 0.0F) {
    settings.do_sample = false;
    settings.temperature = 1.0F;
  }
  if (!settings.do_sample && options.num_return_sequences.value_or(1) > 1) {
    return Error{ErrorKind::usage,
                 "--num-return-sequences above 1 needs sampling: greedy replies are all the same."};
  }
  return settings;
}

std::uint64_t seed_from(const SamplingOptions& options,
                        const engine::GenerationSettings& settings) {
  if (options.seed) {
    return *options.seed;
  }
  if (!settings.do_sample) {
    return 0;
  }
  return std::random_device{}();  // 32 bits: a seed that people can read out and type
}

}  // namespace cria::app
