// Which checkpoint, on which device, in which precision: options of most commands.
#pragma once

#include <memory>
#include <string>

#include "app/commands/command.h"

namespace cria::app {

struct ModelOptions {
  std::string checkpoint;
  std::string device = "auto";
  std::string precision = "auto";
  int threads = 0;              ///< 0: one a physical core
  std::string instruction_set;  ///< tests only
  std::string cuda_plugin;      ///< tests only
};

/// --checkpoint; the caller may make it required.
void add_checkpoint_option(CLI::App& command, ModelOptions& options, bool required);
/// --checkpoint of a command that can do with the demo llama.
void add_checkpoint_or_demo_option(CLI::App& command, ModelOptions& options);
/// Where no checkpoint was named: the demo llama, if there is one, and a note that says so.
void choose_demo(CommandContext& context, ModelOptions& options);
/// --device, --precision, --threads.
void add_device_options(CLI::App& command, ModelOptions& options);

/// Errors: usage (an option out of range, or a precision of a later version), and
/// engine::Engine::open's.
Result<std::unique_ptr<engine::Model>> open_model(CommandContext& context,
                                                  const ModelOptions& options);

}  // namespace cria::app
