#include "engine/inspect.h"

#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "engine/checkpoint/tensor_source.h"
#include "engine/checkpoint_path.h"
#include "engine/model/config.h"
#include "engine/model/load_weights.h"
#include "engine/prompt/generation_config.h"
#include "engine/prompt/recognize_chat_template.h"
#include "engine/tokenizer/tokenizer.h"

namespace cria::engine {

namespace {

constexpr std::uintmax_t largest_config = 1U << 22U;

std::string text_of(const std::filesystem::path& file) {
  std::error_code problem;
  const std::uintmax_t size = std::filesystem::file_size(file, problem);
  if (problem || size > largest_config) {
    return {};
  }
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

Result<Inspection> inspect_checkpoint(const std::filesystem::path& path) {
  const std::filesystem::path folder = checkpoint_folder(path);
  Inspection found;
  const auto source = open_tensors(path);
  const auto config = read_config(folder);
  found.config_json = text_of(folder / "config.json");
  if (!source && found.config_json.empty()) {
    return source.error();
  }
  if (source) {
    found.format = (*source)->format();
    found.total_bytes = (*source)->total_bytes();
    for (const StoredTensor& tensor : (*source)->tensors()) {
      found.tensors.push_back({tensor.name, std::string(name_of(tensor.type)), tensor.shape});
    }
  } else {
    found.problems.push_back(source.error().message);
  }
  if (!config) {
    found.problems.push_back(config.error().message);
  }
  if (source && config) {
    const auto problems = find_tensor_problems(**source, *config);
    found.problems.insert(found.problems.end(), problems.begin(), problems.end());
  }
  const auto add_error = [&](const auto& result) {
    if (!result) {
      found.problems.push_back(result.error().message);
    }
  };
  const auto tokenizer = open_tokenizer(folder);
  add_error(tokenizer);
  if (tokenizer) {
    add_error(recognize_chat_template(folder, **tokenizer));
  }
  add_error(read_generation_settings(folder));
  return found;
}

}  // namespace cria::engine
