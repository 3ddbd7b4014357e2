// Hears of a generation on behalf of the command line: streams the text and says what the context
// policy did.
#pragma once

#include <string>

#include "app/commands/console.h"
#include "engine/engine.h"

namespace cria::app {

class ReplyPrinter final : public engine::GenerationObserver {
 public:
  /// Borrows the console. `stream`: the first sequence's text goes to standard output as it comes.
  ReplyPrinter(Console& console, engine::GenerationSettings settings, bool stream);

  engine::GenerationSettings settings() override { return settings_; }
  void on_prompt(const engine::PromptReport& report) override;
  void on_prefill(std::int32_t done, std::int32_t total) override;
  void on_token(const engine::TokenEvent& token) override;
  void on_context_slid(std::int32_t dropped_tokens) override;

  /// What has not been streamed yet of every sequence's text, and whether the context is full.
  void finish(const engine::GenerationResult& result);

 private:
  Console& console_;
  engine::GenerationSettings settings_;
  bool stream_;
  std::string streamed_;
  bool slid_ = false;
};

}  // namespace cria::app
