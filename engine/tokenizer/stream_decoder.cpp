#include "engine/tokenizer/stream_decoder.h"

#include <cstddef>
#include <utility>

#include "engine/tokenizer/utf8.h"

namespace cria::engine {
namespace {

constexpr std::string_view kMetaSpace = "\xE2\x96\x81";

void append_piece(std::string_view piece, std::string& text) {
  for (std::size_t at = 0; at < piece.size();) {
    if (piece.substr(at).starts_with(kMetaSpace)) {
      text += ' ';
      at += kMetaSpace.size();
    } else {
      text += piece[at++];
    }
  }
}

}  // namespace

std::string StreamDecoder::push(std::int32_t id) {
  std::string text;
  if (skip_special_tokens_ && tokenizer_->is_special(id)) return text;
  if (const auto byte = tokenizer_->byte_of(id)) {
    take_byte(static_cast<char>(*byte), text);
  } else if (const std::string piece = tokenizer_->piece(id); !piece.empty()) {
    flush(text);
    append_piece(piece, text);
  }
  return without_leading_space(std::move(text));
}

std::string StreamDecoder::finish() {
  std::string text;
  flush(text);
  text = without_leading_space(std::move(text));
  at_start_ = false;
  return text;
}

void StreamDecoder::take_byte(char byte, std::string& text) {
  pending_ += byte;
  while (!pending_.empty()) {
    const Utf8Step step = first_character(pending_);
    if (step.state == Utf8State::truncated) return;
    if (step.state == Utf8State::complete) {
      text.append(pending_, 0, step.length);
      pending_.erase(0, step.length);
    } else {
      text += kReplacementCharacter;
      pending_.erase(0, 1);
    }
  }
}

void StreamDecoder::flush(std::string& text) {
  for (std::size_t i = 0; i < pending_.size(); ++i) text += kReplacementCharacter;
  pending_.clear();
}

std::string StreamDecoder::without_leading_space(std::string text) {
  if (!at_start_ || text.empty()) return text;
  at_start_ = false;
  if (text.front() == ' ') text.erase(0, 1);
  return text;
}

}  // namespace cria::engine
