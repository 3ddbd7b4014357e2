// UTF-8, as far as a tokenizer needs it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cria::engine {

/// U+FFFD, what stands for bytes that are no text.
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

enum class Utf8State : std::uint8_t {
  complete,   ///< the bytes begin with a whole character
  truncated,  ///< the bytes end before their first character does; more bytes may complete it
  invalid,    ///< no bytes that follow make this a character
};

struct Utf8Step {
  Utf8State state;
  std::size_t length;  ///< bytes of the character, or of the part that could have become one (>= 1)
};

/// Looks at the first character of `bytes` (not empty). Well-formed as in the Unicode standard,
/// table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
Utf8Step first_character(std::string_view bytes);

/// The code point of a whole character, as first_character() found it.
char32_t code_point(std::string_view character);

/// `bytes` with each maximal part that is no text replaced by U+FFFD: what Python's
/// bytes.decode("utf-8", "replace") gives, so what a transformers tokenizer would see.
std::string to_valid_utf8(std::string_view bytes);

/// What Python's str.isspace and a regular expression's \s agree on.
bool is_space(char32_t c);

}  // namespace cria::engine
