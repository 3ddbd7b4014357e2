// cria inspect: what lies in a checkpoint, without loading it; or what Cria can run on.
#include <CLI/CLI.hpp>
#include <memory>

#include "app/commands/command.h"
#include "app/commands/json.h"
#include "app/commands/printable.h"

namespace cria::app {
namespace {

struct Options {
  std::string path;
  bool devices = false;
  bool json = false;
};

void print_json(Console& console, const engine::Inspection& inspection) {
  Json object;
  object["format"] = inspection.format;
  const Json config = Json::parse(inspection.config_json, nullptr, false);
  object["config"] = config.is_discarded() ? Json() : config;
  object["tensors"] = Json::array();
  for (const auto& tensor : inspection.tensors) {
    Json entry;
    entry["name"] = tensor.name;
    entry["dtype"] = tensor.dtype;
    entry["shape"] = tensor.shape;
    object["tensors"].push_back(std::move(entry));
  }
  object["total_bytes"] = inspection.total_bytes;
  object["problems"] = inspection.problems;
  console.write(to_line(object));
}

void print_text(Console& console, const engine::Inspection& inspection) {
  console.write("format       " + inspection.format + "\n");
  console.write("total bytes  " + std::to_string(inspection.total_bytes) + "\n");
  console.write("tensors      " + std::to_string(inspection.tensors.size()) + "\n");
  for (const auto& tensor : inspection.tensors) {
    std::string line = "  " + tensor.dtype + "\t[";
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
      line += (i == 0 ? "" : ", ") + std::to_string(tensor.shape[i]);
    }
    console.write(line + "]\t" + printable(tensor.name) + "\n");
  }
  if (!inspection.config_json.empty()) {
    console.write("config\n" + printable(inspection.config_json) + "\n");
  }
}

int inspect_devices(CommandContext& context, bool json) {
  Json list = Json::array();
  for (const auto& device : context.engine.devices()) {
    Json entry;
    entry["device"] = device.device;
    entry["name"] = device.name;
    entry["instruction_set"] = device.instruction_set;
    entry["threads"] = device.threads;
    entry["memory_available"] = device.memory_available;
    if (!json) {
      context.console.write(device.device + "\t" + device.name + ", " + device.instruction_set +
                            ", " + std::to_string(device.threads) + " threads, " +
                            std::to_string(device.memory_available >> 20U) + " MiB free\n");
    }
    list.push_back(std::move(entry));
  }
  if (json) {
    Json object;
    object["devices"] = std::move(list);
    context.console.write(to_line(object));
  }
  return exit_code::done;
}

int run(CommandContext& context, const Options& options) {
  if (options.devices == !options.path.empty()) {
    return fail(context, {ErrorKind::usage,
                          "inspect takes either the folder of a checkpoint or --devices."});
  }
  if (options.devices) {
    return inspect_devices(context, options.json);
  }
  const auto inspection = context.engine.inspect(options.path);
  if (!inspection) {
    return fail(context, inspection.error());
  }
  if (options.json) {
    print_json(context.console, *inspection);
  } else {
    print_text(context.console, *inspection);
  }
  for (const std::string& problem : inspection->problems) {
    context.console.note(problem);
  }
  return inspection->problems.empty() ? exit_code::done : exit_code::checkpoint;
}

}  // namespace

void add_inspect(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("inspect", "What lies in a checkpoint");
  command->add_option("path", options->path, "The checkpoint's folder")->type_name("PATH");
  command->add_flag("--devices", options->devices, "List what Cria can run on");
  command->add_flag("--json", options->json, "One JSON object");
  command->callback([options, &context] { context.result = run(context, *options); });
}

}  // namespace cria::app
