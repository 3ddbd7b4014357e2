// cria tokenize: the ids that a text becomes. Needs the tokenizer's files only, no weights.
#include <CLI/CLI.hpp>
#include <memory>

#include "app/commands/command.h"
#include "app/commands/json.h"
#include "engine/tokenizer/tokenizer.h"

namespace cria::app {
namespace {

struct Options {
  std::string checkpoint;
  std::string text;
  bool no_bos = false;
  bool json = false;
};

int run(CommandContext& context, const Options& options) {
  const auto tokenizer = engine::open_tokenizer(options.checkpoint);
  if (!tokenizer) {
    return fail(context, tokenizer.error());
  }
  engine::EncodeOptions encode;
  encode.add_bos = !options.no_bos && (*tokenizer)->add_bos_by_default();
  const auto ids = (*tokenizer)->encode(options.text, encode);
  if (options.json) {
    Json object;
    object["ids"] = ids;
    object["pieces"] = Json::array();
    for (const auto id : ids) {
      object["pieces"].push_back((*tokenizer)->piece(id));
    }
    context.console.write(to_line(object));
    return exit_code::done;
  }
  for (const auto id : ids) {
    context.console.write(std::to_string(id) + "\t" + (*tokenizer)->piece(id) + "\n");
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
