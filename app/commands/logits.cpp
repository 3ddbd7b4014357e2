// cria logits: the scores of the next token, for comparing with other programs.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <numeric>

#include "app/commands/command.h"
#include "app/commands/model_options.h"

namespace cria::app {
namespace {

struct Options {
  ModelOptions model;
  std::string ids;
  bool all_positions = false;
  bool json = false;
};

Result<std::vector<std::int32_t>> parse_ids(std::string_view text) {
  std::vector<std::int32_t> ids;
  for (;;) {
    const auto comma = text.find(',');
    std::string_view word = text.substr(0, comma);
    while (word.starts_with(' ')) {
      word.remove_prefix(1);
    }
    while (word.ends_with(' ')) {
      word.remove_suffix(1);
    }
    std::int32_t id = 0;
    const auto end = word.data() + word.size();
    const auto [stopped, error] = std::from_chars(word.data(), end, id);
    if (error != std::errc() || stopped != end || id < 0) {
      return Error{ErrorKind::usage,
                   "--ids takes token ids with commas between, as in 1,403,407; \"" +
                       std::string(word) + "\" is none."};
    }
    ids.push_back(id);
    if (comma == std::string_view::npos) {
      return ids;
    }
    text.remove_prefix(comma + 1);
  }
}

// The shortest decimal that reads back as the same float32; JSON has no infinity and no NaN.
void append(std::string& text, float value) {
  if (!std::isfinite(value)) {
    text += "null";
    return;
  }
  char digits[32];
  const auto written = std::to_chars(digits, digits + sizeof digits, value);
  text.append(digits, written.ptr);
}

void print_json(Console& console, const std::vector<std::int32_t>& ids,
                const std::vector<float>& logits, std::size_t vocab_size) {
  std::string text = "{\"ids\":[";
  for (std::size_t i = 0; i < ids.size(); ++i) {
    text += (i == 0 ? "" : ",") + std::to_string(ids[i]);
  }
  text += "],\"logits\":[";
  for (std::size_t begin = 0; begin < logits.size(); begin += vocab_size) {
    text += begin == 0 ? "[" : ",[";
    for (std::size_t i = 0; i < vocab_size; ++i) {
      if (i > 0) {
        text += ',';
      }
      append(text, logits[begin + i]);
    }
    text += ']';
    console.write(text);  // a row at a time: all of them are large
    text.clear();
  }
  console.write(text + "]}\n");
}

// For people: the ten most likely next tokens of each row.
void print_table(Console& console, const engine::Model& model, const std::vector<float>& logits,
                 std::size_t vocab_size, std::size_t first_position) {
  constexpr std::size_t shown = 10;
  std::vector<std::int32_t> order(vocab_size);
  for (std::size_t row = 0; row * vocab_size < logits.size(); ++row) {
    const float* values = logits.data() + row * vocab_size;
    std::iota(order.begin(), order.end(), 0);
    const std::size_t count = std::min(shown, vocab_size);
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count),
                      order.end(), [values](auto a, auto b) { return values[a] > values[b]; });
    console.write("after token " + std::to_string(first_position + row + 1) + ":\n");
    for (std::size_t i = 0; i < count; ++i) {
      std::string line = "  " + std::to_string(order[i]) + "\t";
      append(line, values[order[i]]);
      console.write(line + "\t" + model.detokenize(std::span(&order[i], 1)) + "\n");
    }
  }
}

int run(CommandContext& context, const Options& options) {
  const auto ids = parse_ids(options.ids);
  if (!ids) {
    return fail(context, ids.error());
  }
  auto model = open_model(context, options.model);
  if (!model) {
    return fail(context, model.error());
  }
  auto session = (*model)->new_session({});
  if (!session) {
    return fail(context, session.error());
  }
  const auto logits = (*session)->logits(*ids, options.all_positions);
  if (!logits) {
    return fail(context, logits.error());
  }
  const auto vocab_size = static_cast<std::size_t>((*model)->info().vocab_size);
  if (vocab_size == 0 || logits->size() % vocab_size != 0) {
    return fail(context, {ErrorKind::device, "The engine gave rows of logits of a wrong length."});
  }
  if (options.json) {
    print_json(context.console, *ids, *logits, vocab_size);
  } else {
    print_table(context.console, **model, *logits, vocab_size,
                ids->size() - logits->size() / vocab_size);
  }
  return exit_code::done;
}

}  // namespace

void add_logits(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("logits", "The scores of the next token");
  add_checkpoint_option(*command, options->model, true);
  command->add_option("--ids", options->ids, "Token ids, as in 1,403,407")
      ->required()
      ->type_name("N,N,..");
  command->add_flag("--all-positions", options->all_positions,
                    "After every id, not only the last one");
  add_device_options(*command, options->model);
  command->add_flag("--json", options->json, "{\"ids\":[..],\"logits\":[[..],..]}");
  command->callback([options, &context] { context.result = run(context, *options); });
}

}  // namespace cria::app
