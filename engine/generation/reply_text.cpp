#include "engine/generation/reply_text.h"

namespace cria::engine {

StopStringMatcher::Step ReplyText::push(std::int32_t id,
                                        std::span<const std::string> stop_strings) {
  if (!decoder_) {
    return {};
  }
  StopStringMatcher::Step step = matcher_.push(decoder_->push(id), stop_strings);
  text_ += step.text;
  return step;
}

StopStringMatcher::Step ReplyText::finish(std::span<const std::string> stop_strings) {
  if (!decoder_) {
    return {};
  }
  StopStringMatcher::Step step = matcher_.push(decoder_->finish(), stop_strings);
  if (!step.stopped) {
    step.text += matcher_.finish();
  }
  text_ += step.text;
  return step;
}

}  // namespace cria::engine
