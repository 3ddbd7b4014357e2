// cria bench: how fast a checkpoint answers here, beside what the memory allows.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <sys/resource.h>

#include "app/commands/bench_measure.h"
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
  BenchSizes sizes;
  int repeat = 3;
  bool json = false;
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
  if (options.sizes.prompt < 1 || options.sizes.generate < 2 || options.sizes.depth < 0 ||
      options.repeat < 1 || options.sizes.variants < 1) {
    return Error{ErrorKind::usage,
                 "bench needs --prompt 1 or more, --generate 2 or more, --depth 0 or more, "
                 "--variants 1 or more and --repeat 1 or more."};
  }
  return {};
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

// What was measured. Memory's speed changes from minute to minute, so it is measured before the
// first run that counts and after each.
struct Measurements {
  std::vector<Measurement> runs;
  std::vector<double> bandwidths;  ///< bytes a second; none on a GPU, which measures its own
  std::uint64_t peak_rss_bytes = 0;
};

std::uint64_t peak_rss_bytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024U;
}

Result<Measurements> measure(CommandContext& context, engine::Model& model,
                             const Options& options) {
  auto runs = BenchRuns::begin(model, options.sizes);
  if (!runs) {
    return runs.error();
  }
  Measurements found;
  // The first run does not count: it is the one for which the system finds memory.
  for (int i = 0; i <= options.repeat; ++i) {
    const auto measured = runs->next(context.console.stop());
    if (!measured) {
      return measured.error();
    }
    if (i == 0) {
      found.peak_rss_bytes = peak_rss_bytes();  // before the bandwidth's own block of memory
    } else {
      found.runs.push_back(*measured);
    }
    if (model.info().device == "cpu") {
      found.bandwidths.push_back(engine::measure_read_bandwidth(model.info().threads));
    }
  }
  return found;
}

Json report(CommandContext& context, engine::Model& model, const Options& options,
            const Measurements& measured) {
  const engine::ModelInfo& info = model.info();
  const auto& runs = measured.runs;
  const auto median_of = [&runs](double Measurement::*field) {
    std::vector<double> values(runs.size());
    std::transform(runs.begin(), runs.end(), values.begin(),
                   [field](const Measurement& run) { return run.*field; });
    return median(std::move(values));
  };
  const double decode_tok_s = median_of(&Measurement::decode_tok_s);
  const double prefill_tok_s = median_of(&Measurement::prefill_tok_s);
  const BenchSizes& sizes = options.sizes;
  const std::int32_t cached = sizes.depth + sizes.prompt + sizes.generate / 2;
  const std::uint64_t kv_read = info.kv_bytes_per_token * static_cast<std::uint64_t>(cached);
  // A step reads the weights once for all replies, and each reply's part of the cache.
  const double bytes_per_token = static_cast<double>(info.weight_bytes_per_token) / sizes.variants +
                                 static_cast<double>(kv_read);
  const double read = bytes_per_token * decode_tok_s;
  // Of the layers' matrices for a token of a prompt, a multiply-add counted as two.
  const double computed = 2.0 * static_cast<double>(info.layer_parameters) * prefill_tok_s;

  Json object;
  object["prefill_tok_s"] = prefill_tok_s;
  object["decode_tok_s"] = decode_tok_s;
  object["weight_bytes"] = info.weight_bytes;
  object["weight_bytes_read_per_token"] = info.weight_bytes_per_token;
  object["kv_bytes_read_per_token"] = kv_read;
  object["read_GBps"] = read / 1e9;
  if (const auto& bandwidths = measured.bandwidths; !bandwidths.empty()) {
    std::vector<double> percents;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const double around = (bandwidths[i] + bandwidths[i + 1]) / 2;
      percents.push_back(around > 0 ? 100.0 * bytes_per_token * runs[i].decode_tok_s / around : 0);
    }
    const engine::ComputePeaks peaks = engine::measure_compute_peaks(info.threads);
    const double peak = peaks.of(info.precision);
    object["bandwidth_GBps"] = median(bandwidths) / 1e9;
    object["bandwidth_percent"] = median(std::move(percents));
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
  object["peak_rss_bytes"] = measured.peak_rss_bytes;
  object["prompt"] = sizes.prompt;
  object["generate"] = sizes.generate;
  object["depth"] = sizes.depth;
  object["variants"] = sizes.variants;
  object["repeat"] = options.repeat;
  object["threads"] = info.threads;
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
  const auto measured = measure(context, **model, options);
  if (!measured) {
    return fail(context, measured.error());
  }
  const Json object = report(context, **model, options, *measured);
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
  command->add_option("--prompt", options->sizes.prompt, "Tokens of the prompt")->type_name("N");
  command->add_option("--generate", options->sizes.generate, "Tokens of the reply")->type_name("N");
  command->add_option("--depth", options->sizes.depth, "Tokens in the cache before the prompt")
      ->type_name("N");
  command->add_option("--variants", options->sizes.variants, "Replies written at once")
      ->type_name("N");
  command
      ->add_option("--repeat", options->repeat,
                   "Runs after a first that does not count; the medians are shown")
      ->type_name("N");
  command->add_flag("--json", options->json, "One JSON object");
  command->callback([options, &context] { context.result = run(context, *options); });
}

}  // namespace cria::app
