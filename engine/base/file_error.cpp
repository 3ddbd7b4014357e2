#include "engine/base/file_error.h"

#include <cstddef>

namespace cria::engine {
namespace {

constexpr std::size_t longest_quote = 120;

/// Length of the UTF-8 sequence at the front of `text`, 0 where it is broken or a control
/// character.
std::size_t printable_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return lead < 0x20 || lead == 0x7f ? 0 : 1;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  // Over-long forms, surrogates, beyond U+10FFFF, and the C1 control characters.
  if (lead == 0xe0 && byte(1) < 0xa0) return 0;
  if (lead == 0xed && byte(1) > 0x9f) return 0;
  if (lead == 0xf0 && byte(1) < 0x90) return 0;
  if (lead == 0xf4 && byte(1) > 0x8f) return 0;
  if (lead == 0xc2 && byte(1) < 0xa0) return 0;
  return length;
}

}  // namespace

std::string in_quotes(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  while (!text.empty() && out.size() < longest_quote) {
    const std::size_t length = printable_length(text);
    if (length > 0) {
      out += text.substr(0, length);
      text.remove_prefix(length);
      continue;
    }
    const auto value = static_cast<unsigned char>(text.front());
    out += "\\x";
    out += digits[value >> 4];
    out += digits[value & 15];
    text.remove_prefix(1);
  }
  return out + (text.empty() ? "\"" : "...\"");
}

Error file_error(const std::filesystem::path& path, const std::string& what) {
  return {ErrorKind::checkpoint, path.string() + ": " + what};
}

Error tensor_error(const std::filesystem::path& path, std::string_view tensor,
                   const std::string& what) {
  return file_error(path, "tensor " + in_quotes(tensor) + " " + what);
}

}  // namespace cria::engine
