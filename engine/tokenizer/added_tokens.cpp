#include "engine/tokenizer/added_tokens.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "engine/tokenizer/utf8.h"

namespace cria::engine {
namespace {

/// Letters, digits and "_". Beyond ASCII everything counts that is neither white space nor in one
/// of the two blocks of common punctuation; a full table is not worth a flag that no known Llama
/// sets.
bool is_word_character(char32_t c) {
  if (c < 0x80) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  }
  return !is_space(c) && !(c >= 0x2000 && c <= 0x206F) && !(c >= 0x3000 && c <= 0x303F);
}

/// The last character of valid UTF-8 that is not empty.
std::string_view last_character(std::string_view text) {
  std::size_t start = text.size() - 1;
  while (start > 0 && (static_cast<std::uint8_t>(text[start]) & 0xC0U) == 0x80) --start;
  return text.substr(start);
}

std::string_view leading_character(std::string_view text) {
  return text.substr(0, first_character(text).length);
}

bool stands_alone(std::string_view before, std::string_view after) {
  return (before.empty() || !is_word_character(code_point(last_character(before)))) &&
         (after.empty() || !is_word_character(code_point(leading_character(after))));
}

std::size_t spaces_at_end(std::string_view text) {
  const std::size_t size = text.size();
  while (!text.empty() && is_space(code_point(last_character(text)))) {
    text.remove_suffix(last_character(text).size());
  }
  return size - text.size();
}

std::size_t spaces_at_start(std::string_view text) {
  const std::size_t size = text.size();
  while (!text.empty() && is_space(code_point(leading_character(text)))) {
    text.remove_prefix(leading_character(text).size());
  }
  return size - text.size();
}

}  // namespace

AddedTokenSplitter::AddedTokenSplitter(std::vector<AddedToken> tokens)
    : tokens_(std::move(tokens)) {
  std::erase_if(tokens_, [](const AddedToken& token) { return token.content.empty(); });
  std::stable_sort(tokens_.begin(), tokens_.end(), [](const AddedToken& a, const AddedToken& b) {
    return a.content.size() > b.content.size();
  });
  for (std::uint32_t i = 0; i < tokens_.size(); ++i) {
    by_first_byte_[static_cast<std::uint8_t>(tokens_[i].content[0])].push_back(i);
  }
}

const AddedToken* AddedTokenSplitter::longest_at(std::string_view rest) const {
  for (const std::uint32_t i : by_first_byte_[static_cast<std::uint8_t>(rest[0])]) {
    if (rest.starts_with(tokens_[i].content)) return &tokens_[i];
  }
  return nullptr;
}

std::vector<TextSegment> AddedTokenSplitter::split(std::string_view text,
                                                   std::span<const TextRange> ranges) const {
  std::vector<TextSegment> segments;
  std::size_t done = 0;  // everything before it is in a segment
  for (const TextRange& range : ranges) {
    for (std::size_t at = std::max(range.begin, done); at < range.end;) {
      const AddedToken* token = longest_at(text.substr(at, range.end - at));
      if (token == nullptr) {
        ++at;
        continue;
      }
      std::size_t start = at;
      std::size_t end = at + token->content.size();
      at = end;
      if (token->single_word && !stands_alone(text.substr(0, start), text.substr(end))) continue;
      if (token->lstrip) start -= spaces_at_end(text.substr(done, start - done));
      if (token->rstrip) end += spaces_at_start(text.substr(end));
      if (start > done) segments.push_back({text.substr(done, start - done)});
      segments.push_back({text.substr(start, end - start), token->id});
      done = at = end;
    }
  }
  if (done < text.size()) segments.push_back({text.substr(done)});
  return segments;
}

}  // namespace cria::engine
