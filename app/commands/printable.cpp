#include "app/commands/printable.h"

#include <cstddef>

namespace cria::app {

std::string printable(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string safe;
  safe.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool plain = byte >= 0x20 && byte != 0x7F;
    const bool second_block = byte >= 0x80 && byte < 0xA0 && i > 0 && text[i - 1] == '\xC2';
    if ((plain && !second_block) || byte == '\n' || byte == '\t') {
      safe += text[i];
      continue;
    }
    if (second_block) {
      safe.pop_back();
    }
    safe += "\\x";
    safe += digits[byte >> 4U];
    safe += digits[byte & 15U];
  }
  return safe;
}

}  // namespace cria::app
