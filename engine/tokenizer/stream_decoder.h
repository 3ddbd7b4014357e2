// Text from ids that arrive one at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/tokenizer/tokenizer.h"

namespace cria::engine {

/// What becomes of a space at the very start of the text ("▁Hello").
enum class LeadingSpace : std::uint8_t {
  drop,  ///< one is dropped, as decode() does: an answer, or a text from its beginning
  keep,  ///< it separates the text from what stands before: a continuation
};

/// Lossless: what push() returned and then finish() gives, joined, is Tokenizer::decode() of all
/// ids, whatever they are. Text comes as early as it can: only an unfinished UTF-8 character is
/// held back, at most 3 bytes. What is returned is always valid UTF-8, if the pieces are.
/// The tokenizer must outlive it. One thread.
class StreamDecoder {
 public:
  explicit StreamDecoder(const Tokenizer& tokenizer, LeadingSpace leading_space,
                         bool skip_special_tokens = true)
      : tokenizer_(&tokenizer),
        at_start_(leading_space == LeadingSpace::drop),
        skip_special_tokens_(skip_special_tokens) {}

  /// Goes over ids that were said before, without giving their text: after it, push() gives what
  /// decode(before + after) has beyond decode(before). So a continuation keeps its space, and a
  /// text that begins now loses it.
  void skip(std::span<const std::int32_t> ids) {
    for (const std::int32_t id : ids) (void)push(id);
  }

  /// The text that became certain with `id`; often a word, sometimes nothing. Ids out of range are
  /// nothing.
  std::string push(std::int32_t id);

  /// What was held back, at the end; then the decoder stands where it stood at the beginning of a
  /// continuation.
  std::string finish();

 private:
  void take_byte(char byte, std::string& text);
  void flush(std::string& text);
  std::string without_leading_space(std::string text);

  const Tokenizer* tokenizer_;
  bool at_start_;  ///< no text yet, and the first space is to be dropped
  bool skip_special_tokens_;
  std::string pending_;  ///< the beginning of a character
};

}  // namespace cria::engine
