// The text of one reply while its tokens arrive: decoding, and the end at a stop string.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "engine/prompt/stop_strings.h"
#include "engine/tokenizer/stream_decoder.h"

namespace cria::engine {

/// The stop strings come anew with every token, because they may change in mid-reply. Without a
/// decoder (a checkpoint that has no tokenizer) there is no text. One thread.
class ReplyText {
 public:
  /// `decoder` is the reply's, behind its prompt (engine/prompt/encode_prompt.h).
  explicit ReplyText(std::optional<StreamDecoder> decoder) : decoder_(std::move(decoder)) {}

  /// What became certain with `id`; stopped: a stop string is complete, the text ends before it.
  StopStringMatcher::Step push(std::int32_t id, std::span<const std::string> stop_strings);

  /// The reply ends otherwise: what was held back, which may still complete a stop string.
  StopStringMatcher::Step finish(std::span<const std::string> stop_strings);

  /// All that was given out.
  const std::string& text() const { return text_; }

 private:
  std::optional<StreamDecoder> decoder_;
  StopStringMatcher matcher_;
  std::string text_;
};

}  // namespace cria::engine
