#include "app/commands/run_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <new>
#include <string_view>

#include "app/commands/command.h"

#ifndef CRIA_VERSION
#define CRIA_VERSION "unknown"
#endif

namespace cria::app {
namespace {

// CLI11 says more than a sentence at times, and not always with a full stop.
std::string one_sentence(std::string text) {
  text = text.substr(0, text.find('\n'));
  while (!text.empty() && (text.back() == ' ' || text.back() == '.')) {
    text.pop_back();
  }
  return text + ". See cria --help.";
}

int parse_and_run(std::vector<std::string> arguments, CommandContext& context) {
  CLI::App app("Cria: chat with a Llama model at every age of its training.", "cria");
  app.set_version_flag("--version", "cria " CRIA_VERSION);
  app.require_subcommand(1, 1);
  app.footer(
      "Without a command the window opens.\n"
      "Exit codes: 0 done; 1 output lost; 2 wrong usage; 3 the checkpoint cannot be read; 4 the "
      "device is missing or out of memory; 130 interrupted.");
  add_generate(app, context);
  add_chat(app, context);
  add_logits(app, context);
  add_tokenize(app, context);
  add_inspect(app, context);
  add_bench(app, context);

  if (!arguments.empty() && !arguments.front().starts_with('-') &&
      app.get_subcommands(
             [&](const CLI::App* command) { return command->get_name() == arguments.front(); })
          .empty()) {
    context.console.note(one_sentence("\"" + arguments.front() + "\" is no command of cria"));
    return exit_code::usage;
  }
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    const auto named = app.get_subcommands();
    context.console.write(named.empty() ? app.help() : named.front()->help());
    return exit_code::done;
  } catch (const CLI::CallForVersion& version) {
    context.console.write(std::string(version.what()) + "\n");
    return exit_code::done;
  } catch (const CLI::ParseError& error) {
    context.console.note(one_sentence(error.what()));
    return exit_code::usage;
  }
  return context.result;
}

}  // namespace

int exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return exit_code::usage;
    case ErrorKind::checkpoint:
      return exit_code::checkpoint;
    case ErrorKind::device:
      return exit_code::device;
    case ErrorKind::cancelled:
      return exit_code::interrupted;
    case ErrorKind::io:
      return exit_code::io;
  }
  return exit_code::io;
}

int fail(CommandContext& context, const Error& error) {
  context.console.note(error.message);
  return exit_code_of(error.kind);
}

bool is_command(int argc, const char* const* argv) {
  if (argc < 2) {
    return false;
  }
  const std::string_view first = argv[1];
  return !first.starts_with('-') || first == "-h" || first == "--help" || first == "--version";
}

int run_command(std::vector<std::string> arguments, engine::Engine& engine, Console& console,
                const std::filesystem::path& demo) {
  CommandContext context{engine, console, demo};
  int result = exit_code::done;
  try {
    result = parse_and_run(std::move(arguments), context);
  } catch (const std::bad_alloc&) {
    console.note("There is not enough memory for this.");
    result = exit_code::device;
  } catch (const std::exception& error) {  // the standard library's, nothing of ours throws
    console.note(error.what());
    result = exit_code::io;
  }
  return console.output_lost() && (result == exit_code::done || result == exit_code::interrupted)
             ? exit_code::io
             : result;
}

}  // namespace cria::app
