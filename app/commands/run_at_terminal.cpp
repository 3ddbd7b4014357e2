#include <algorithm>

#include "app/checkpoints/demo_checkpoints.h"
#include "app/commands/run_command.h"
#include "app/commands/terminal_console.h"

namespace cria::app {

int run_command(int argc, char** argv) {
  TerminalConsole console;
  const auto engine = engine::make_engine();
  const auto demo = demo_checkpoints();
  return run_command(std::vector<std::string>(argv + std::min(argc, 1), argv + argc), *engine,
                     console, demo.empty() ? std::filesystem::path() : demo.back());
}

}  // namespace cria::app
