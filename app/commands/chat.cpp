// cria chat: a conversation in the terminal, for machines without a display.
#include <CLI/CLI.hpp>
#include <memory>

#include "app/commands/answering_model.h"
#include "app/commands/command.h"
#include "app/commands/model_options.h"
#include "app/commands/reply_printer.h"
#include "app/commands/sampling_options.h"

namespace cria::app {
namespace {

constexpr std::int32_t default_max_new_tokens = 512;

struct Options {
  ModelOptions model;
  SamplingOptions sampling;
  std::string system;
};

// What has been said so far. A chat-tuned checkpoint answers messages, a base checkpoint continues
// a text.
class Conversation {
 public:
  Conversation(bool chat, const std::string& system) : chat_(chat), system_(system) { clear(); }

  void clear() {
    prompt_ = {};
    prompt_.mode = chat_ ? engine::PromptMode::chat : engine::PromptMode::complete;
    if (chat_ && !system_.empty()) {
      prompt_.messages.push_back({engine::Role::system, system_});
    }
  }
  void say(const std::string& line) {
    if (chat_) {
      prompt_.messages.push_back({engine::Role::user, line});
    } else if (!line.empty()) {
      prompt_.text = line;
    }
  }
  void heard(const std::string& reply) {
    if (chat_) {
      prompt_.messages.push_back({engine::Role::assistant, reply});
    } else {
      prompt_.text += reply;
    }
  }
  /// The message that got no reply is taken back.
  void unsay() {
    if (chat_ && !prompt_.messages.empty() && prompt_.messages.back().role == engine::Role::user) {
      prompt_.messages.pop_back();
    }
  }
  bool chat() const { return chat_; }
  const engine::Prompt& prompt() const { return prompt_; }

 private:
  bool chat_;
  std::string system_;
  engine::Prompt prompt_;
};

void greet(Console& console, const engine::ModelInfo& info, bool chat) {
  console.note(info.name + " (" + info.precision + " on " + info.device_name + ").");
  console.note(chat ? "Type a message. /new begins again, /quit or Ctrl+D ends."
                    : "A base checkpoint: type the beginning of a text and it goes on; an empty "
                      "line continues it. /new begins again, /quit or Ctrl+D ends.");
}

// One reply; an error ends it and not the chat.
void reply(CommandContext& context, AnsweringModel& answering, Conversation& conversation,
           const SamplingOptions& sampling, const engine::GenerationSettings& settings) {
  engine::GenerationRequest request;
  request.prompt = conversation.prompt();
  request.seed = seed_from(sampling, settings);
  request.context_policy = engine::ContextPolicy::slide;
  ReplyPrinter printer(context.console, settings, true);
  const auto result = answering.generate(request, printer);
  if (!result) {
    context.console.note(result.error().message);
    conversation.unsay();
    return;
  }
  printer.finish(*result);
  if (!result->sequences.empty()) {
    conversation.heard(result->sequences.front().text);
  }
}

Result<engine::GenerationSettings> chat_settings(const SamplingOptions& sampling,
                                                 const engine::Model& model, bool chat) {
  const engine::ModelInfo& info = model.info();
  auto settings = settings_from(sampling, info.defaults);
  if (!settings) {
    return settings;
  }
  if (!settings->max_new_tokens && !sampling.max_length) {
    settings->max_new_tokens = default_max_new_tokens;
  }
  if (chat) {
    const auto stops = model.stop_strings(info.chat_template);
    settings->stop_strings.insert(settings->stop_strings.end(), stops.begin(), stops.end());
  }
  return settings;
}

int run(CommandContext& context, Options options) {
  if (auto checked = settings_from(options.sampling, {}); !checked) {
    return fail(context, checked.error());
  }
  choose_demo(context, options.model);
  if (options.model.checkpoint.empty()) {
    const auto path = context.console.read_line("Folder of the checkpoint: ");
    if (context.console.stop().stop_requested()) {
      return exit_code::interrupted;
    }
    if (!path || path->empty()) {
      return fail(context, {ErrorKind::usage, "No checkpoint was named; see cria chat --help."});
    }
    options.model.checkpoint = *path;
  }
  auto answering = AnsweringModel::open(context, options.model);
  if (!answering) {
    return fail(context, answering.error());
  }
  const engine::ModelInfo& info = answering->model().info();
  Conversation conversation(info.chat_tuned, options.system);
  const auto settings = chat_settings(options.sampling, answering->model(), conversation.chat());
  if (!settings) {
    return fail(context, settings.error());
  }
  greet(context.console, info, conversation.chat());
  while (!context.console.output_lost()) {
    const auto line = context.console.read_line("> ");
    if (!line || *line == "/quit") {
      context.console.write(line ? "" : "\n");
      break;
    }
    if (*line == "/new") {
      conversation.clear();
      continue;
    }
    if (line->empty() && (conversation.chat() || conversation.prompt().text.empty())) {
      continue;
    }
    conversation.say(*line);
    reply(context, *answering, conversation, options.sampling, *settings);
    // Ctrl+C ended the reply and not the chat; SIGTERM ends both.
    if (context.console.stop().stop_requested() && !context.console.output_lost() &&
        !context.console.rearm()) {
      break;
    }
  }
  return context.console.stop().stop_requested() ? exit_code::interrupted : exit_code::done;
}

}  // namespace

void add_chat(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("chat", "Chat in the terminal");
  add_checkpoint_or_demo_option(*command, options->model);
  command->add_option("--system", options->system, "The system message")->type_name("TEXT");
  add_sampling_options(*command, options->sampling);
  add_device_options(*command, options->model);
  command->callback([options, &context] { context.result = run(context, *options); });
}

}  // namespace cria::app
