#include "app/commands/reply_printer.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace cria::app {

ReplyPrinter::ReplyPrinter(Console& console, engine::GenerationSettings settings, bool stream)
    : console_(console), settings_(std::move(settings)), stream_(stream) {}

void ReplyPrinter::on_prompt(const engine::PromptReport& report) {
  if (report.dropped_tokens > 0) {
    console_.note("The context of " + std::to_string(report.context_length) +
                  " tokens is full: the oldest " + std::to_string(report.dropped_tokens) +
                  " tokens were left out (policy: slide).");
  }
}

void ReplyPrinter::on_prefill(std::int32_t /*done*/, std::int32_t /*total*/) {}

void ReplyPrinter::on_token(const engine::TokenEvent& token) {
  if (stream_ && token.sequence == 0 && !token.text.empty()) {
    streamed_ += token.text;
    console_.write(token.text);
  }
}

void ReplyPrinter::on_context_slid(std::int32_t /*dropped_tokens*/) {
  if (!slid_) {  // once a reply is enough
    slid_ = true;
    console_.note("The context is full: its oldest tokens are being left out (policy: slide).");
  }
}

void ReplyPrinter::finish(const engine::GenerationResult& result) {
  if (stream_) {
    for (const auto& sequence : result.sequences) {
      std::string_view text = sequence.text;
      if (sequence.sequence == 0) {
        if (text.starts_with(streamed_)) {
          text.remove_prefix(streamed_.size());
        } else {
          text = {};
        }
      } else {
        console_.write("\n--- " + std::to_string(sequence.sequence + 1) + " ---\n");
      }
      console_.write(text);
      console_.write("\n");
    }
  }
  const auto full = [&](const engine::GeneratedSequence& sequence) {
    return sequence.finish_reason == engine::FinishReason::length &&
           std::cmp_greater_equal(
               static_cast<std::size_t>(result.prompt.prompt_tokens) + sequence.ids.size(),
               result.prompt.context_length);
  };
  if (result.prompt.context_length > 0 && !slid_ &&
      std::any_of(result.sequences.begin(), result.sequences.end(), full)) {
    console_.note("The context of " + std::to_string(result.prompt.context_length) +
                  " tokens is full: the reply ends here (policy: stop).");
  }
}

}  // namespace cria::app
