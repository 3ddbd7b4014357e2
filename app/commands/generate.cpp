// cria generate: continue a text, or answer one message.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "app/commands/answering_model.h"
#include "app/commands/command.h"
#include "app/commands/json.h"
#include "app/commands/model_options.h"
#include "app/commands/reply_printer.h"
#include "app/commands/sampling_options.h"

namespace cria::app {
namespace {

struct Options {
  ModelOptions model;
  SamplingOptions sampling;
  std::string prompt;
  std::string system;
  bool chat = false;
  bool no_bos = false;
  bool json = false;
};

engine::Prompt prompt_from(const Options& options) {
  engine::Prompt prompt;
  if (options.chat) {
    prompt.mode = engine::PromptMode::chat;
    if (!options.system.empty()) {
      prompt.messages.push_back({engine::Role::system, options.system});
    }
    prompt.messages.push_back({engine::Role::user, options.prompt});
  } else {
    prompt.text = options.prompt;
    if (options.prompt.empty()) {
      prompt.add_bos = true;  // a text from nothing begins at BOS
    }
  }
  if (options.no_bos) {
    prompt.add_bos = false;
  }
  return prompt;
}

void print_json(Console& console, const engine::GenerationResult& result,
                const engine::ModelInfo& model, std::uint64_t seed) {
  for (const auto& sequence : result.sequences) {
    Json line;
    line["sequence"] = sequence.sequence;
    line["prompt_ids"] = result.prompt_ids;
    line["ids"] = sequence.ids;
    line["text"] = sequence.text;
    line["finish_reason"] = engine::name_of(sequence.finish_reason);
    line["prompt_tokens"] = result.prompt_ids.size();
    line["new_tokens"] = sequence.ids.size();
    line["prefill_ms"] = result.prefill_ms;
    line["decode_ms"] = result.decode_ms;
    line["device"] = model.device;
    line["precision"] = model.precision;
    line["seed"] = seed;
    line["checkpoint"] = model.path.string();
    console.write(to_line(line));
  }
}

void print_summary(Console& console, const engine::GenerationResult& result,
                   const engine::ModelInfo& model, bool sampled, std::uint64_t seed) {
  std::size_t new_tokens = 0;
  std::size_t rest = 0;  // all but the first of each sequence: what decode_ms is the time of
  for (const auto& sequence : result.sequences) {
    new_tokens += sequence.ids.size();
    rest += sequence.ids.empty() ? 0 : sequence.ids.size() - 1;
  }
  std::string line = std::to_string(new_tokens) + " tokens";
  if (rest > 0 && result.decode_ms > 0) {
    char rate[32];
    std::snprintf(rate, sizeof rate, "%.1f", 1000.0 * static_cast<double>(rest) / result.decode_ms);
    line += std::string(", ") + rate + " tokens per second";
  }
  line += ", " + model.precision + " on " + model.device;
  if (sampled) {
    line += ", seed " + std::to_string(seed);
  }
  if (!result.sequences.empty()) {
    line += ", ended by " + std::string(engine::name_of(result.sequences.front().finish_reason));
  }
  console.note(line + ".");
}

int run(CommandContext& context, Options options) {
  if (!options.chat && !options.system.empty()) {
    return fail(context, {ErrorKind::usage, "--system needs --chat."});
  }
  // What is wrong with the options is said before a large checkpoint is loaded.
  if (auto checked = settings_from(options.sampling, {}); !checked) {
    return fail(context, checked.error());
  }
  choose_demo(context, options.model);
  auto answering = AnsweringModel::open(context, options.model);
  if (!answering) {
    return fail(context, answering.error());
  }
  const engine::ModelInfo& info = answering->model().info();
  auto settings = settings_from(options.sampling, info.defaults);
  if (!settings) {
    return fail(context, settings.error());
  }
  if (options.chat) {
    const auto stops = answering->model().stop_strings(info.chat_template);
    settings->stop_strings.insert(settings->stop_strings.end(), stops.begin(), stops.end());
  }
  engine::GenerationRequest request;
  request.prompt = prompt_from(options);
  request.num_return_sequences = options.sampling.num_return_sequences.value_or(1);
  request.seed = seed_from(options.sampling, *settings);

  ReplyPrinter printer(context.console, *settings, !options.json);
  const auto result = answering->generate(request, printer);
  if (!result) {
    return fail(context, result.error());
  }
  printer.finish(*result);
  const engine::ModelInfo& answered = answering->model().info();  // perhaps not where it began
  if (options.json) {
    print_json(context.console, *result, answered, request.seed);
  } else {
    print_summary(context.console, *result, answered, settings->do_sample, request.seed);
  }
  const bool cancelled =
      std::any_of(result->sequences.begin(), result->sequences.end(), [](const auto& sequence) {
        return sequence.finish_reason == engine::FinishReason::cancelled;
      });
  return cancelled ? exit_code::interrupted : exit_code::done;
}

}  // namespace

void add_generate(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("generate", "Continue a text, or answer a message");
  add_checkpoint_or_demo_option(*command, options->model);
  command->add_option("--prompt", options->prompt, "\"\": from the beginning-of-text token")
      ->required()
      ->type_name("TEXT");
  command->add_flag("--chat", options->chat, "The prompt is a message in the chat template");
  command->add_option("--system", options->system, "The system message (with --chat)")
      ->type_name("TEXT");
  add_sampling_options(*command, options->sampling);
  command
      ->add_option("--num-return-sequences", options->sampling.num_return_sequences,
                   "Several replies")
      ->type_name("N");
  command->add_flag("--no-bos", options->no_bos, "No beginning-of-text token");
  add_device_options(*command, options->model);
  command->add_flag("--json", options->json, "One JSON object a reply, a line each");
  command->callback([options, &context] { context.result = run(context, *options); });
}

}  // namespace cria::app
