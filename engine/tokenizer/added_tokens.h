// Tokens that are found in a text before it is split into pieces: "</s>", "<|im_start|>".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cria::engine {

/// A token with transformers' flags (AddedToken).
struct AddedToken {
  std::string content;
  std::int32_t id = 0;
  bool special = true;       ///< left out of a reply's text
  bool lstrip = false;       ///< takes the white space before it along
  bool rstrip = false;       ///< takes the white space behind it along
  bool single_word = false;  ///< only where no letter or digit touches it
  bool normalized = false;   ///< looked for in the text with its "▁", not in the text as written
};

/// A part of a text: an added token, or what lies between two of them.
struct TextSegment {
  static constexpr std::int32_t kText = -1;
  std::string_view text;
  std::int32_t id = kText;
};

/// Bytes [begin, end) of a text.
struct TextRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Finds added tokens: leftmost first, of several at one place the longest. Immutable.
class AddedTokenSplitter {
 public:
  AddedTokenSplitter() = default;
  /// Tokens without content are ignored.
  explicit AddedTokenSplitter(std::vector<AddedToken> tokens);

  bool empty() const { return tokens_.empty(); }
  /// The segments of valid UTF-8, in order, views into `text`; none is empty text. Tokens are
  /// looked for in each of `ranges` (ascending, not overlapping) by itself.
  std::vector<TextSegment> split(std::string_view text, std::span<const TextRange> ranges) const;

 private:
  const AddedToken* longest_at(std::string_view rest) const;

  std::vector<AddedToken> tokens_;
  std::array<std::vector<std::uint32_t>, 256> by_first_byte_;  ///< longest first
};

}  // namespace cria::engine
