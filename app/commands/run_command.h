// The command line of the same binary: no window and no display needed.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/commands/console.h"
#include "engine/engine.h"

namespace cria::app {

/// Whether the arguments ask for a command (or for --help or --version) rather than the window.
bool is_command(int argc, const char* const* argv);

/// Runs the command that argv names with the real engine at the real terminal, and returns the exit
/// code. Neither Qt nor a display is needed.
int run_command(int argc, char** argv);

/// The same for tests: `arguments` without the program's name; `demo` is the checkpoint that speaks
/// where none is named.
int run_command(std::vector<std::string> arguments, engine::Engine& engine, Console& console,
                const std::filesystem::path& demo = {});

}  // namespace cria::app
