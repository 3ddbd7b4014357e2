#include "engine/generation/reply.h"

#include <algorithm>
#include <utility>

#include "engine/generation/limits.h"

namespace cria::engine {

Reply::Reply(std::int32_t number, std::uint64_t seed, std::vector<std::int32_t> prompt_ids,
             std::optional<StreamDecoder> decoder, const ReplyRules& rules)
    : number_(number),
      rules_(rules),
      history_(std::move(prompt_ids)),
      prompt_length_(history_.size()),
      sampler_(seed, number),
      text_(std::move(decoder)) {}

Result<Reply::Accepted> Reply::accept(std::span<const float> logits,
                                      const GenerationSettings& settings, std::int32_t visible,
                                      CandidateList& scratch) {
  if (Status valid = validate(settings); !valid) {
    return valid.error();
  }
  const std::int64_t limit =
      new_token_limit(settings, static_cast<std::int64_t>(prompt_length_), rules_.context_length);
  stop_strings_ = settings.stop_strings;
  if (static_cast<std::int64_t>(ids().size()) >= limit) {  // lowered while the reply is written
    end(FinishReason::length);
    return Accepted{};
  }
  const Result<std::int32_t> token = sampler_.next(
      logits, {settings, history_, static_cast<std::int32_t>(prompt_length_)}, scratch);
  if (!token) {
    return token.error();
  }
  history_.push_back(*token);
  Accepted accepted{true, {}};

  const auto& eos = settings.eos_token_id;
  if (std::find(eos.begin(), eos.end(), *token) != eos.end()) {
    finish_ = FinishReason::eos;  // an end token is not text, even where it is no special token
  } else {
    StopStringMatcher::Step piece = text_.push(*token, stop_strings_);
    accepted.text = std::move(piece.text);
    if (piece.stopped) {
      finish_ = FinishReason::stop;
    } else if (static_cast<std::int64_t>(ids().size()) >= limit) {
      finish_ = FinishReason::length;
    } else if (visible + 1 >= rules_.context_length) {
      if (rules_.policy == ContextPolicy::slide) {
        waits_for_room_ = true;
      } else {
        finish_ = FinishReason::length;
      }
    }
  }
  if (finish_ && finish_ != FinishReason::stop) {
    StopStringMatcher::Step rest = text_.finish(stop_strings_);
    accepted.text += rest.text;
    if (rest.stopped) {
      finish_ = FinishReason::stop;
    }
  }
  return accepted;
}

void Reply::end(FinishReason reason) {
  text_.finish(stop_strings_);  // what was held back belongs to the text after all
  finish_ = reason;
  waits_for_room_ = false;
}

GeneratedSequence Reply::result() const {
  return {number_,
          {ids().begin(), ids().end()},
          text_.text(),
          finish_.value_or(FinishReason::cancelled)};
}

}  // namespace cria::engine
