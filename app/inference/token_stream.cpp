#include "app/inference/token_stream.h"

#include <algorithm>
#include <utility>

namespace cria::app {

bool StreamBatch::hasTokens() const {
  return std::any_of(sequences.begin(), sequences.end(),
                     [](const Sequence& sequence) { return !sequence.ids.empty(); });
}

TokenStream::TokenStream(std::int32_t sequences, std::function<void()> wake)
    : sequences_(static_cast<std::size_t>(std::max(sequences, 1))), wake_(std::move(wake)) {
  batch_.sequences.resize(sequences_);
}

template <typename Change>
void TokenStream::write(const Change& change) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    change(batch_);
    wake = !std::exchange(woken_, true);
  }
  if (wake) wake_();
}

void TokenStream::addPrompt(const engine::PromptReport& report) {
  write([&](StreamBatch& batch) { batch.prompt = report; });
}

void TokenStream::addPrefill(std::int32_t done, std::int32_t total) {
  write([&](StreamBatch& batch) {
    batch.prefillDone = done;
    batch.prefillTotal = total;
  });
}

void TokenStream::addToken(const engine::TokenEvent& token) {
  if (token.sequence < 0 || static_cast<std::size_t>(token.sequence) >= sequences_) return;
  write([&](StreamBatch& batch) {
    StreamBatch::Sequence& sequence = batch.sequences[static_cast<std::size_t>(token.sequence)];
    sequence.text.append(token.text.data(), static_cast<qsizetype>(token.text.size()));
    sequence.ids.push_back(token.id);
  });
}

void TokenStream::addSlide(std::int32_t droppedTokens) {
  write([&](StreamBatch& batch) { batch.droppedTokens += droppedTokens; });
}

StreamBatch TokenStream::drain() {
  StreamBatch empty;
  empty.sequences.resize(sequences_);
  const std::lock_guard lock(mutex_);
  woken_ = false;
  return std::exchange(batch_, std::move(empty));
}

}  // namespace cria::app
