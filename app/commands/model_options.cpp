#include "app/commands/model_options.h"

#include <CLI/CLI.hpp>

namespace cria::app {
namespace {

Status check(const ModelOptions& options) {
  if (options.checkpoint.empty()) {
    return Error{ErrorKind::usage, "--checkpoint needs the folder of a checkpoint."};
  }
  if (options.threads < 0) {
    return Error{ErrorKind::usage, "--threads must be 0 (one a core) or more, not " +
                                       std::to_string(options.threads) + "."};
  }
  return {};
}

// What is wrong with the name of a device; nothing: "".
std::string check_device(const std::string& device) {
  for (const char* known : {"auto", "cpu", "cuda", "reference"}) {
    if (device == known) {
      return "";
    }
  }
  const std::string card = "cuda:";
  const bool numbered = device.starts_with(card) && device.size() > card.size() &&
                        device.find_first_not_of("0123456789", card.size()) == std::string::npos;
  return numbered ? "" : device + " not in {auto,cpu,cuda,cuda:0,cuda:1,..}";
}

}  // namespace

void add_checkpoint_option(CLI::App& command, ModelOptions& options, bool required) {
  command.add_option("--checkpoint", options.checkpoint, "The checkpoint's folder")
      ->required(required)
      ->type_name("PATH");
}

void add_checkpoint_or_demo_option(CLI::App& command, ModelOptions& options) {
  command.add_option("--checkpoint", options.checkpoint, "The checkpoint's folder; none: the demo")
      ->type_name("PATH");
}

void choose_demo(CommandContext& context, ModelOptions& options) {
  if (!options.checkpoint.empty() || context.demo.empty()) {
    return;
  }
  options.checkpoint = context.demo.string();
  context.console.note(
      "No checkpoint was named: the demo llama speaks, " + context.demo.filename().string() +
      " (3 million parameters; it tells small stories). --checkpoint names another.");
}

void add_device_options(CLI::App& command, ModelOptions& options) {
  command.add_option("--device", options.device, "auto, cpu, cuda, or cuda:1 for the second GPU")
      ->check(check_device)
      ->type_name("DEVICE");
  command.add_option("--precision", options.precision, "auto, f32, f16, bf16, q8 or q4")
      ->check(CLI::IsMember({"auto", "f32", "f16", "bf16", "q8", "q4"}))
      ->type_name("FORMAT");
  command.add_option("--threads", options.threads, "0: one a physical core")->type_name("N");
  command.add_option("--instruction-set", options.instruction_set)->group("");  // for tests
  command.add_option("--cuda-plugin", options.cuda_plugin)->group("");          // for tests
}

Result<std::unique_ptr<engine::Model>> open_model(CommandContext& context,
                                                  const ModelOptions& options) {
  if (auto checked = check(options); !checked) {
    return checked.error();
  }
  engine::LoadOptions load;
  load.device = options.device;
  load.precision = options.precision;
  load.threads = options.threads;
  load.instruction_set = options.instruction_set;
  load.cuda_plugin = options.cuda_plugin;
  auto model = context.engine.open(
      options.checkpoint, load, [](const engine::LoadProgress&) {}, context.console.stop());
  if (model) {
    for (const std::string& note : (*model)->info().notes) {
      context.console.note(note);
    }
  }
  return model;
}

}  // namespace cria::app
