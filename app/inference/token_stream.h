// The guarded buffer between the engine and the GUI: the engine never waits for the GUI, and at
// most one wake-up is under way.
#pragma once

#include <QByteArray>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/generation/request.h"

namespace cria::app {

/// What came since the last drain.
struct StreamBatch {
  struct Sequence {
    QByteArray text;  ///< UTF-8, whole characters
    std::vector<std::int32_t> ids;
  };
  std::vector<Sequence> sequences;
  std::optional<engine::PromptReport> prompt;
  std::int32_t prefillDone = 0;
  std::int32_t prefillTotal = 0;
  std::int32_t droppedTokens = 0;  ///< slid out of the context

  bool hasTokens() const;
};

/// One a request. The engine thread writes, the GUI thread drains.
class TokenStream {
 public:
  /// `wake` is called on the writer's thread when there is something to drain and no earlier
  /// wake-up is still unanswered; it must only queue a call.
  TokenStream(std::int32_t sequences, std::function<void()> wake);

  void addPrompt(const engine::PromptReport& report);
  void addPrefill(std::int32_t done, std::int32_t total);
  void addToken(const engine::TokenEvent& token);
  void addSlide(std::int32_t droppedTokens);

  /// Takes everything; the next write wakes again.
  StreamBatch drain();

 private:
  template <typename Change>
  void write(const Change& change);

  std::mutex mutex_;
  StreamBatch batch_;
  bool woken_ = false;
  const std::size_t sequences_;
  const std::function<void()> wake_;
};

}  // namespace cria::app
