// One of the sequences of a request while it is written.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/generation/reply_text.h"
#include "engine/generation/request.h"
#include "engine/sampling/sampler.h"
#include "engine/tokenizer/stream_decoder.h"

namespace cria::engine {

/// What all replies of a request share.
struct ReplyRules {
  std::int32_t context_length = 0;
  ContextPolicy policy = ContextPolicy::stop;
};

/// Takes the logits behind its last token, chooses the next one and knows when it is at an end.
class Reply {
 public:
  Reply(std::int32_t number, std::uint64_t seed, std::vector<std::int32_t> prompt_ids,
        std::optional<StreamDecoder> decoder, const ReplyRules& rules);

  struct Accepted {
    bool token = false;  ///< false: the settings had ended the reply before it
    std::string text;    ///< what became certain
  };
  /// Chooses the next token by `settings`. `visible` is how many positions the model sees already;
  /// the token is one more. Errors: usage (bad settings; everything banned), device (NaN).
  Result<Accepted> accept(std::span<const float> logits, const GenerationSettings& settings,
                          std::int32_t visible, CandidateList& scratch);

  /// The user stopped it, or its context cannot be made shorter.
  void end(FinishReason reason);

  bool ended() const { return finish_.has_value(); }
  std::optional<FinishReason> finish_reason() const { return finish_; }
  /// The context is full: it goes on once older tokens are left out (ContextPolicy::slide).
  bool waits_for_room() const { return waits_for_room_; }
  void wait_for_room() { waits_for_room_ = true; }
  void got_room() { waits_for_room_ = false; }

  std::int32_t number() const { return number_; }
  std::int32_t last_id() const { return history_.back(); }
  std::span<const std::int32_t> ids() const { return std::span(history_).subspan(prompt_length_); }
  GeneratedSequence result() const;

 private:
  std::int32_t number_;
  ReplyRules rules_;
  std::vector<std::int32_t> history_;  // the prompt, as sent, and every new token
  std::size_t prompt_length_;
  Sampler sampler_;
  ReplyText text_;
  std::vector<std::string> stop_strings_;  // of the last token
  std::optional<FinishReason> finish_;
  bool waits_for_room_ = false;
};

}  // namespace cria::engine
