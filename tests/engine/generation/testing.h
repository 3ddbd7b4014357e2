// A small checkpoint with text, and an observer that records.
#pragma once

#include <QTemporaryDir>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace cria::engine::test {

struct TinyShape {
  int hidden_size = 48;
  int layers = 2;
  int context = 160;
  std::uint64_t seed = 1;
};

/// Writes a Llama with random weights and the tests' tokenizer (tests/data/tokenizer).
void write_checkpoint(const std::filesystem::path& folder, const TinyShape& shape = {});

/// The folder of a checkpoint that lies in tests/data/models.
std::filesystem::path golden_model(const std::string& name);

/// float32 on the cpu with one thread; fails the program's test by returning null with a message.
std::unique_ptr<Model> open_model(const std::filesystem::path& folder,
                                  const std::string& precision = "f32");

class Recorder : public GenerationObserver {
 public:
  explicit Recorder(GenerationSettings first = {}) : now(std::move(first)) {}

  GenerationSettings settings() override {
    if (before_token) {
      before_token(*this);
    }
    return now;
  }
  void on_prompt(const PromptReport& report) override { prompt = report; }
  void on_prefill(std::int32_t done, std::int32_t total) override {
    prefill.emplace_back(done, total);
  }
  void on_token(const TokenEvent& token) override;
  void on_context_slid(std::int32_t dropped_tokens) override { slides.push_back(dropped_tokens); }

  GenerationSettings now;
  std::function<void(Recorder&)> before_token;
  std::function<void(Recorder&)> after_token;
  PromptReport prompt;
  std::vector<std::pair<std::int32_t, std::int32_t>> prefill;
  std::vector<std::int32_t> slides;
  std::vector<std::vector<std::int32_t>> ids;  ///< by sequence
  std::vector<std::string> texts;              ///< by sequence
  std::size_t tokens = 0;
};

GenerationSettings sampling(std::int32_t max_new_tokens);
GenerationSettings greedy(std::int32_t max_new_tokens);

GenerationRequest complete(std::string text, std::uint64_t seed = 1);
GenerationRequest from_ids(std::vector<std::int32_t> ids, std::uint64_t seed = 1);

/// The error's message, "" where there is none: for QVERIFY2, which reads it in any case.
template <typename T>
std::string why(const Result<T>& result) {
  return result ? std::string() : result.error().message;
}

/// A seed for fresh random inputs, printed; CRIA_TEST_SEED sets it.
std::uint64_t fresh_seed();

}  // namespace cria::engine::test
