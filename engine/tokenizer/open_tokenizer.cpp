#include <cstddef>
#include <system_error>

#include "engine/base/small_file.h"
#include "engine/tokenizer/sentencepiece_tokenizer.h"
#include "engine/tokenizer/tokenizer.h"

namespace cria::engine {
namespace {

constexpr std::size_t kMaxModelBytes = std::size_t{256} << 20U;

Error missing(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::exists(folder / "tokenizer.json", error)) {
    return {ErrorKind::checkpoint,
            folder.string() +
                " has a tokenizer.json but no tokenizer.model, and Cria reads only the latter: put "
                "the tokenizer.model of the same model into the folder"};
  }
  return {ErrorKind::checkpoint, folder.string() + " has no tokenizer.model"};
}

}  // namespace

Result<std::unique_ptr<Tokenizer>> open_tokenizer(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "tokenizer.model";
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return missing(folder);
  const auto bytes = read_small_file(file, kMaxModelBytes);
  if (!bytes) return bytes.error();
  const auto in_file = [&](const Error& e) {
    return Error{e.kind, file.string() + " cannot be used: " + e.message};
  };
  const auto model = parse_sentencepiece_model(*bytes);
  if (!model) return in_file(model.error());
  const auto settings = read_tokenizer_settings(folder);
  if (!settings) return settings.error();
  auto tokenizer = make_sentencepiece_tokenizer(*model, *settings);
  if (!tokenizer) return in_file(tokenizer.error());
  return tokenizer;
}

}  // namespace cria::engine
