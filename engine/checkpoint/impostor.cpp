#include "engine/checkpoint/impostor.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace cria::engine {
namespace {

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(), [](char expected, char found) {
           return expected == std::tolower(static_cast<unsigned char>(found));
         });
}

std::string_view without_leading_space(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

bool is_markup(std::string_view text) {
  for (const std::string_view tag : {"<!doctype", "<html", "<head", "<body", "<?xml", "<!--"}) {
    if (starts_with_word(text, tag)) return true;
  }
  return false;
}

}  // namespace

std::string recognise_impostor(std::span<const std::byte> bytes) {
  constexpr std::size_t enough = 1024;
  const std::string_view start(reinterpret_cast<const char*>(bytes.data()),
                               std::min(bytes.size(), enough));
  if (start.starts_with("version https://git-lfs.github.com/") ||
      start.starts_with("version https://hawser.github.com/")) {
    return "is a Git LFS pointer of " + std::to_string(bytes.size()) +
           " bytes, not the weights: download the file itself (git lfs pull)";
  }
  const std::string_view text = without_leading_space(start);
  if (is_markup(text)) {
    return "is a web page (HTML or XML), not weights: download the file itself";
  }
  if (start.size() > 262 && start.substr(257, 5) == "ustar") {
    return "is a tar archive; neither PyTorch's old tar layout nor packed downloads are read: "
           "unpack it, or save it again with a newer PyTorch";
  }
  if (start.starts_with("GGUF")) return "is a GGUF file, which Cria does not read yet";
  if (start.starts_with("\x1f\x8b")) return "is compressed with gzip: unpack it first";
  if (start.starts_with("\x28\xb5\x2f\xfd")) return "is compressed with zstd: unpack it first";
  if (start.starts_with("\x89HDF"))
    return "is an HDF5 file (TensorFlow or Keras), not weights that "
           "Cria reads";
  if (text.starts_with("{\"") || text.starts_with("{\n") || text.starts_with("{ ")) {
    return "is a JSON text, not weights: download the file itself";
  }
  return {};
}

}  // namespace cria::engine
