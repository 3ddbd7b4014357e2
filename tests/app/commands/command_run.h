// A command run in process, before a scripted engine and a console that listens.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/commands/run_command.h"
#include "tests/app/commands/scripted_engine.h"

namespace cria::test {

using Arguments = std::vector<std::string>;

struct CommandRun {
  ScriptedEngine engine;
  RecordingConsole console;
  std::filesystem::path demo;  ///< the demo llama's checkpoint; none
  int code = -1;

  CommandRun() {
    engine.script.info.path = "/models/x";
    engine.script.info.device = "cpu";
    engine.script.info.precision = "f16";
    engine.script.info.vocab_size = 3;
    engine.script.info.context_length = 100;
  }
  void operator()(const Arguments& arguments) {
    code = app::run_command(arguments, engine, console, demo);
  }
  Script& script() { return engine.script; }
};

/// `cria generate` with all it needs, and `more`.
inline Arguments generate(const Arguments& more) {
  Arguments all = {"generate", "--checkpoint", "/models/x", "--prompt", "Hi"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace cria::test
