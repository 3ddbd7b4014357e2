#include "engine/carried_on.h"

#include <algorithm>
#include <utility>

#include "engine/generation/limits.h"

namespace cria::engine {

namespace {

/// Passes on what it hears, and remembers it.
class Remembering : public GenerationObserver {
 public:
  explicit Remembering(GenerationObserver& listener) : listener_(listener) {}

  std::optional<PromptReport> prompt;
  std::map<std::int32_t, WrittenReply> written;  ///< by number of the sequence

  GenerationSettings settings() override { return listener_.settings(); }
  void on_prompt(const PromptReport& report) override {
    if (!prompt) listener_.on_prompt(report);
    prompt = report;
  }
  void on_prefill(std::int32_t done, std::int32_t total) override {
    listener_.on_prefill(done, total);
  }
  void on_token(const TokenEvent& token) override {
    WrittenReply& reply = written[token.sequence];
    reply.ids.push_back(token.id);
    reply.text += token.text;
    reply.finish_reason = token.finish_reason;
    listener_.on_token(token);
  }
  void on_context_slid(std::int32_t dropped) override { listener_.on_context_slid(dropped); }

 private:
  GenerationObserver& listener_;
};

/// Hears the rest of a reply: of the prompt, which holds what was written now, it tells nobody.
class RestListener final : public GenerationObserver {
 public:
  RestListener(GenerationObserver& listener, const PromptReport& prompt, const WrittenReply& before)
      : listener_(listener), prompt_(prompt), before_(before) {}

  GenerationSettings settings() override {
    return settings_for_rest(listener_.settings(), prompt_, before_);
  }
  void on_prompt(const PromptReport&) override {}
  void on_prefill(std::int32_t, std::int32_t) override {}
  void on_token(const TokenEvent& token) override { listener_.on_token(token); }
  void on_context_slid(std::int32_t dropped) override { listener_.on_context_slid(dropped); }

 private:
  GenerationObserver& listener_;
  const PromptReport& prompt_;
  const WrittenReply& before_;
};

/// What was written, and the rest behind it.
GeneratedSequence joined(const WrittenReply& written, GeneratedSequence rest) {
  rest.ids.insert(rest.ids.begin(), written.ids.begin(), written.ids.end());
  rest.text.insert(0, written.text);
  return rest;
}

}  // namespace

GenerationRequest request_for_rest(GenerationRequest request, std::int32_t sequence,
                                   const WrittenReply& written) {
  request.first_sequence = sequence;
  request.num_return_sequences = 1;
  Prompt& prompt = request.prompt;
  if (written.ids.empty()) return request;
  if (!prompt.ids.empty()) {
    prompt.ids.insert(prompt.ids.end(), written.ids.begin(), written.ids.end());
  } else if (prompt.mode == PromptMode::complete) {
    prompt.text += written.text;
  } else if (!prompt.messages.empty() && prompt.messages.back().role == Role::assistant) {
    prompt.messages.back().text += written.text;
  } else {
    prompt.messages.push_back({Role::assistant, written.text});
  }
  return request;
}

GenerationSettings settings_for_rest(GenerationSettings settings, const PromptReport& prompt,
                                     const WrittenReply& written) {
  const std::int64_t limit =
      new_token_limit(settings, prompt.prompt_tokens, prompt.context_length) - written.tokens();
  settings.max_new_tokens = static_cast<std::int32_t>(std::max<std::int64_t>(1, limit));
  settings.min_new_tokens = std::max(0, settings.min_new_tokens - written.tokens());
  return settings;
}

bool cpu_may_go_on(std::string_view asked, const Model& failed, const std::stop_token& stop) {
  return asked == "auto" && failed.info().device != "cpu" && !stop.stop_requested();
}

Result<GenerationResult> CarriedOn::write(const GenerationRequest& request,
                                          GenerationObserver& observer) {
  Remembering remembering(observer);
  auto result = generate_(request, remembering);
  if (result || result.error().kind != ErrorKind::device || !replace_(result.error())) {
    return result;
  }
  // Nothing was written yet: all of it again.
  if (!remembering.prompt || remembering.written.empty()) return generate_(request, remembering);
  return write_rest(request, observer, *remembering.prompt, remembering.written);
}

Result<GenerationResult> CarriedOn::write_rest(const GenerationRequest& request,
                                               GenerationObserver& observer,
                                               const PromptReport& prompt, const Written& written) {
  GenerationResult whole;
  whole.prompt = prompt;
  for (std::int32_t i = 0; i < request.num_return_sequences; ++i) {
    const std::int32_t sequence = request.first_sequence + i;
    const auto found = written.find(sequence);
    const WrittenReply before = found == written.end() ? WrittenReply() : found->second;
    if (before.finish_reason) {
      whole.sequences.push_back({sequence, before.ids, before.text, *before.finish_reason});
      continue;
    }
    RestListener listener(observer, prompt, before);
    auto rest = generate_(request_for_rest(request, sequence, before), listener);
    if (!rest) return rest;
    whole.prefill_ms += rest->prefill_ms;
    whole.decode_ms += rest->decode_ms;
    whole.prompt_ids = std::move(rest->prompt_ids);
    for (GeneratedSequence& part : rest->sequences) {
      whole.sequences.push_back(joined(before, std::move(part)));
    }
  }
  // Of the last one's prompt, without what was written.
  const auto asked = static_cast<std::size_t>(prompt.prompt_tokens);
  if (whole.prompt_ids.size() > asked) whole.prompt_ids.resize(asked);
  return whole;
}

}  // namespace cria::engine
