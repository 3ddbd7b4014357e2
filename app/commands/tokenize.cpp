// cria tokenize: the ids that a text becomes. Needs the tokenizer's files only, no weights.
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "app/commands/command.h"
#include "app/commands/json.h"

namespace cria::app {
namespace {

struct Options {
  std::string checkpoint;
  std::string text;
  bool no_bos = false;
  bool json = false;
};

int run(CommandContext& context, const Options& options) {
  const auto tokens = engine::tokenize(options.checkpoint, options.text,
                                       options.no_bos ? std::optional(false) : std::nullopt);
  if (!tokens) {
    return fail(context, tokens.error());
  }
  if (options.json) {
    Json object;
    object["ids"] = tokens->ids;
    object["pieces"] = tokens->pieces;
    context.console.write(to_line(object));
    return exit_code::done;
  }
  for (std::size_t i = 0; i < tokens->ids.size(); ++i) {
    context.console.write(std::to_string(tokens->ids[i]) + "\t" + tokens->pieces[i] + "\n");
  }
  return exit_code::done;
}

}  // namespace

void add_tokenize(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("tokenize", "The token ids of a text");
  command->add_option("--checkpoint", options->checkpoint, "The checkpoint's folder")
      ->required()
      ->type_name("PATH");
  command->add_option("--text", options->text, "The text")->required()->type_name("TEXT");
  command->add_flag("--no-bos", options->no_bos, "No beginning-of-text token");
  command->add_flag("--json", options->json, "{\"ids\":[..],\"pieces\":[..]}");
  command->callback([options, &context] { context.result = run(context, *options); });
}

}  // namespace cria::app
