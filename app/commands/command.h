// What every command has: the engine, the console, an exit code; and the commands themselves.
#pragma once

#include <filesystem>

#include "app/commands/console.h"
#include "engine/engine.h"
#include "kernels/result.h"

namespace CLI {
class App;
}

namespace cria::app {

/// 0 done; 1 a file or the output could not be written; 2 wrong usage; 3 the checkpoint cannot be
/// read; 4 the device is missing or out of memory; 130 interrupted.
namespace exit_code {
inline constexpr int done = 0;
inline constexpr int io = 1;
inline constexpr int usage = 2;
inline constexpr int checkpoint = 3;
inline constexpr int device = 4;
inline constexpr int interrupted = 130;
}  // namespace exit_code

/// Borrowed by the command that runs; `result` is the exit code it leaves.
struct CommandContext {
  engine::Engine& engine;
  Console& console;
  std::filesystem::path demo;  ///< the checkpoint where none is named; may be empty
  int result = exit_code::done;
};

int exit_code_of(ErrorKind kind);
/// Tells the person and returns the exit code.
int fail(CommandContext& context, const Error& error);

// Each adds its subcommand; when the command line names it, it runs and leaves context.result.
void add_generate(CLI::App& app, CommandContext& context);
void add_logits(CLI::App& app, CommandContext& context);
void add_tokenize(CLI::App& app, CommandContext& context);
void add_inspect(CLI::App& app, CommandContext& context);
void add_bench(CLI::App& app, CommandContext& context);
void add_chat(CLI::App& app, CommandContext& context);

}  // namespace cria::app
