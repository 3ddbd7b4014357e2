// cria bench: how fast a checkpoint answers here, beside what the memory allows.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <sys/resource.h>

#include "app/commands/bench_profile.h"
#include "app/commands/command.h"
#include "app/commands/json.h"
#include "app/commands/model_options.h"
#include "engine/machine_limits.h"
#include "engine/random_llama/random_llama.h"

namespace cria::app {
namespace {

struct Options {
  ModelOptions model;
  std::string shape;
  std::int32_t prompt = 128;
  std::int32_t generate = 64;
  std::int32_t depth = 0;
  std::int32_t variants = 1;
  int repeat = 3;
  bool json = false;
};

using Clock = std::chrono::steady_clock;

// No end but the length; notes when the first token came. Greedy, except where several replies are
// written, which would all be the same.
class Stopwatch final : public engine::GenerationObserver {
 public:
  Stopwatch(std::int32_t new_tokens, std::int32_t replies) {
    settings_.do_sample = replies > 1;
    settings_.max_new_tokens = new_tokens;
    settings_.min_new_tokens = new_tokens;
  }
  engine::GenerationSettings settings() override { return settings_; }
  void on_prompt(const engine::PromptReport&) override {}
  void on_prefill(std::int32_t, std::int32_t) override {}
  void on_token(const engine::TokenEvent&) override {
    if (!first_token_) {
      first_token_ = Clock::now();
    }
  }
  void on_context_slid(std::int32_t) override {}
  double first_token_ms() const {
    return first_token_ ? std::chrono::duration<double, std::milli>(*first_token_ - start_).count()
                        : 0;
  }

 private:
  engine::GenerationSettings settings_;
  Clock::time_point start_ = Clock::now();
  std::optional<Clock::time_point> first_token_;
};

struct Measurement {
  double prefill_tok_s = 0;
  double decode_tok_s = 0;
  double first_token_ms = 0;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// A folder in the temporary directory, removed with what is in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::error_code error;
    auto pattern = (std::filesystem::temp_directory_path(error) / "cria-bench-XXXXXX").string();
    if (!error && ::mkdtemp(pattern.data()) != nullptr) {
      path_ = pattern;
    }
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) {
      std::filesystem::remove_all(path_, ignored);
    }
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

Status check(const Options& options) {
  if (options.model.checkpoint.empty() == options.shape.empty()) {
    return Error{ErrorKind::usage, "bench takes either --checkpoint or --shape."};
  }
  if (!options.shape.empty() && !engine::random_llama_named(options.shape)) {
    return Error{ErrorKind::usage,
                 "--shape " + options.shape + " is not known; there is tinyllama-1.1b."};
  }
  if (options.prompt < 1 || options.generate < 2 || options.depth < 0 || options.repeat < 1 ||
      options.variants < 1) {
    return Error{ErrorKind::usage,
                 "bench needs --prompt 1 or more, --generate 2 or more, --depth 0 or more, "
                 "--variants 1 or more and --repeat 1 or more."};
  }
  return {};
}

// Ids that are neither special nor all the same.
std::vector<std::int32_t> some_ids(std::int32_t count, std::int32_t vocab_size) {
  const std::int32_t first = vocab_size > 300 ? 259 : 0;
  std::vector<std::int32_t> ids(static_cast<std::size_t>(count));
  std::uint32_t state = 12345;
  for (auto& id : ids) {
    state = state * 1664525U + 1013904223U;
    id = first +
         static_cast<std::int32_t>((state >> 8U) % static_cast<std::uint32_t>(vocab_size - first));
  }
  return ids;
}

// One run in a session of its own: `depth` tokens are put in the cache first, then the time of
// prompt and reply is taken.
Result<Measurement> measure(CommandContext& context, engine::Model& model, const Options& options) {
  auto session = model.new_session({});
  if (!session) {
    return session.error();
  }
  const auto ids = some_ids(options.depth + options.prompt, model.info().vocab_size);
  engine::GenerationRequest request;
  if (options.depth > 0) {
    request.prompt.ids.assign(ids.begin(), ids.begin() + options.depth);
    Stopwatch ignored(1, 1);
    if (auto filled = (*session)->generate(request, ignored, context.console.stop()); !filled) {
      return filled.error();
    }
  }
  request.prompt.ids = ids;
  request.num_return_sequences = options.variants;
  Stopwatch watch(options.generate, options.variants);
  const auto result = (*session)->generate(request, watch, context.console.stop());
  if (!result) {
    return result.error();
  }
  if (context.console.stop().stop_requested()) {
    return Error{ErrorKind::cancelled, "Interrupted."};
  }
  const auto& replies = result->sequences;
  if (replies.empty() || replies.front().ids.size() < 2 || result->prefill_ms <= 0 ||
      result->decode_ms <= 0) {
    return Error{ErrorKind::usage, "The reply was too short to be measured; the context holds " +
                                       std::to_string(model.info().context_length) + " tokens."};
  }
  const auto computed = result->prompt.prompt_tokens - result->prompt.reused_tokens;
  std::size_t decoded = 0;  // the first of each came from the prompt
  for (const auto& reply : replies) {
    decoded += reply.ids.size() - 1;
  }
  return Measurement{1000.0 * computed / result->prefill_ms,
                     1000.0 * static_cast<double>(decoded) / result->decode_ms,
                     watch.first_token_ms()};
}

int threads_of(CommandContext& context, const Options& options) {
  if (options.model.threads > 0) {
    return options.model.threads;
  }
  for (const auto& device : context.engine.devices()) {
    if (device.device == "cpu") {
      return device.threads;
    }
  }
  return 1;
}

double bytes_per_weight(const std::string& precision) {
  if (precision == "f32") {
    return 4;
  }
  // Blocks of 32 weights with a scale of two bytes.
  return precision == "q8" ? 34.0 / 32 : precision == "q4" ? 18.0 / 32 : 2;
}

struct Work {
  std::uint64_t weight_bytes = 0;  ///< read for a token
  double operations = 0;           ///< of the layers' matrices for a token of a prompt
};

// Weights that a token reads: all but an embedding table of its own, of which it takes one row.
Work work_per_token(CommandContext& context, const engine::ModelInfo& info) {
  const auto inspection = context.engine.inspect(info.path);
  if (!inspection) {
    return {info.weight_bytes, 2.0 * static_cast<double>(info.parameters)};
  }
  std::uint64_t table = 0;
  bool separate_head = false;
  for (const auto& tensor : inspection->tensors) {
    if (tensor.name == "lm_head.weight") {
      separate_head = true;
    } else if (tensor.name == "model.embed_tokens.weight" && tensor.shape.size() == 2) {
      table =
          static_cast<std::uint64_t>(tensor.shape[0]) * static_cast<std::uint64_t>(tensor.shape[1]);
    }
  }
  const auto embedding =
      static_cast<std::uint64_t>(static_cast<double>(table) * bytes_per_weight(info.precision));
  const std::uint64_t tables = (separate_head ? 2 : 1) * table;
  const std::uint64_t layers = info.parameters > tables ? info.parameters - tables : 0;
  return {separate_head && embedding < info.weight_bytes ? info.weight_bytes - embedding
                                                         : info.weight_bytes,
          2.0 * static_cast<double>(layers)};
}

/// What a GPU measures of a token in the middle of the reply; a note where it cannot.
std::optional<engine::StepProfile> profile_of(CommandContext& context, engine::Model& model,
                                              std::int32_t position) {
  const engine::ModelInfo& info = model.info();
  if (!info.device.starts_with("cuda")) {
    return std::nullopt;
  }
  auto profile = engine::profile_step(model, std::min(position, info.context_length - 1));
  if (!profile) {
    context.console.note("The GPU's own times are missing: " + profile.error().message + ".");
    return std::nullopt;
  }
  return *profile;
}

Json report(CommandContext& context, engine::Model& model, const Options& options,
            const std::vector<Measurement>& runs) {
  const engine::ModelInfo& info = model.info();
  const auto median_of = [&runs](double Measurement::*field) {
    std::vector<double> values(runs.size());
    std::transform(runs.begin(), runs.end(), values.begin(),
                   [field](const Measurement& run) { return run.*field; });
    return median(std::move(values));
  };
  const double decode_tok_s = median_of(&Measurement::decode_tok_s);
  const double prefill_tok_s = median_of(&Measurement::prefill_tok_s);
  const Work work = work_per_token(context, info);
  const std::int32_t cached = options.depth + options.prompt + options.generate / 2;
  const std::uint64_t kv_read = info.kv_bytes_per_token * static_cast<std::uint64_t>(cached);
  // A step reads the weights once for all replies, and each reply's part of the cache.
  const double read =
      (static_cast<double>(work.weight_bytes) / options.variants + static_cast<double>(kv_read)) *
      decode_tok_s;
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);  // before the bandwidth's own block of memory
  const int threads = threads_of(context, options);
  // The processor's, which says nothing of a GPU: that measures its own.
  const bool on_cpu = info.device == "cpu";
  const double bandwidth = on_cpu ? engine::measure_read_bandwidth(threads) : 0.0;
  const engine::ComputePeaks peaks =
      on_cpu ? engine::measure_compute_peaks(threads) : engine::ComputePeaks();
  const double peak = peaks.of(info.precision);
  const double computed = work.operations * prefill_tok_s;

  Json object;
  object["prefill_tok_s"] = prefill_tok_s;
  object["decode_tok_s"] = decode_tok_s;
  object["weight_bytes"] = info.weight_bytes;
  object["weight_bytes_read_per_token"] = work.weight_bytes;
  object["kv_bytes_read_per_token"] = kv_read;
  object["read_GBps"] = read / 1e9;
  if (on_cpu) {
    object["bandwidth_GBps"] = bandwidth / 1e9;
    object["bandwidth_percent"] = bandwidth > 0 ? 100.0 * read / bandwidth : 0.0;
    object["peak_f32_Gops"] = peaks.f32 / 1e9;
    object["peak_bf16_Gops"] = peaks.bf16 / 1e9;
    object["peak_int8_Gops"] = peaks.int8 / 1e9;
    object["peak_percent"] = peak > 0 ? 100.0 * computed / peak : 0.0;
  }
  if (const auto profile = profile_of(context, model, cached)) {
    add_profile(object, *profile, read);
  }
  object["prefill_Gops"] = computed / 1e9;
  object["load_ms"] = info.load_ms;
  object["first_token_ms"] = median_of(&Measurement::first_token_ms);
  object["peak_rss_bytes"] = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024U;
  object["prompt"] = options.prompt;
  object["generate"] = options.generate;
  object["depth"] = options.depth;
  object["variants"] = options.variants;
  object["repeat"] = options.repeat;
  object["threads"] = threads;
  object["parameters"] = info.parameters;
  object["device"] = info.device;
  object["device_name"] = info.device_name;
  object["precision"] = info.precision;
  object["checkpoint"] = options.shape.empty() ? info.path.string() : options.shape;
  return object;
}

int run(CommandContext& context, Options options) {
  if (auto checked = check(options); !checked) {
    return fail(context, checked.error());
  }
  std::optional<TemporaryFolder> folder;
  if (const auto shape = engine::random_llama_named(options.shape)) {
    folder.emplace();
    if (folder->path().empty()) {
      return fail(context, {ErrorKind::io, "No temporary folder can be made; set TMPDIR."});
    }
    context.console.note("Writing random weights to " + folder->path().string() + ".");
    if (auto written = engine::write_random_llama(folder->path(), *shape, context.console.stop());
        !written) {
      return fail(context, written.error());
    }
    options.model.checkpoint = folder->path().string();
  }
  auto model = open_model(context, options.model);
  if (!model) {
    return fail(context, model.error());
  }
  std::vector<Measurement> runs;
  // The first run does not count: it is the one for which the system finds memory.
  for (int i = 0; i <= options.repeat; ++i) {
    const auto measured = measure(context, **model, options);
    if (!measured) {
      return fail(context, measured.error());
    }
    if (i > 0) {
      runs.push_back(*measured);
    }
  }
  const Json object = report(context, **model, options, runs);
  if (options.json) {
    context.console.write(to_line(object));
    return exit_code::done;
  }
  const auto write = [&context](const std::string& name, const Json& value) {
    context.console.write(name + "\t" +
                          (value.is_string() ? value.get<std::string>() : value.dump()) + "\n");
  };
  for (const auto& [name, value] : object.items()) {
    if (!value.is_object()) {
      write(name, value);
      continue;
    }
    const std::string of = name + ".";
    for (const auto& [part, of_part] : value.items()) {
      write(std::string(of).append(part), of_part);
    }
  }
  return exit_code::done;
}

}  // namespace

void add_bench(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("bench", "Measure the speed");
  add_checkpoint_option(*command, options->model, false);
  command->add_option("--shape", options->shape, "Random weights of this shape: tinyllama-1.1b")
      ->type_name("NAME");
  add_device_options(*command, options->model);
  command->add_option("--prompt", options->prompt, "Tokens of the prompt")->type_name("N");
  command->add_option("--generate", options->generate, "Tokens of the reply")->type_name("N");
  command->add_option("--depth", options->depth, "Tokens in the cache before the prompt")
      ->type_name("N");
  command->add_option("--variants", options->variants, "Replies written at once")->type_name("N");
  command
      ->add_option("--repeat", options->repeat,
                   "Runs after a first that does not count; the medians are shown")
      ->type_name("N");
  command->add_flag("--json", options->json, "One JSON object");
  command->callback([options, &context] { context.result = run(context, *options); });
}

}  // namespace cria::app
