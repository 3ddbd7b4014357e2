// An engine that writes down what it is asked and answers what a test has laid ready; and a console
// that keeps what is said.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/commands/console.h"
#include "engine/engine.h"

namespace cria::test {

struct Script {
  // What the engine answers.
  engine::ModelInfo info;
  std::optional<Error> open_error;
  std::optional<Error> generate_error;
  int gpu_lost_after = -1;  ///< tokens; but not where the CPU was asked for; -1: never
  std::vector<std::string> pieces = {"Hello", " world"};  ///< of every sequence
  engine::FinishReason finish_reason = engine::FinishReason::eos;
  std::vector<float> logits;
  engine::Inspection inspection;
  // What it was asked.
  std::filesystem::path path;
  engine::LoadOptions load;
  std::vector<engine::GenerationRequest> requests;
  engine::GenerationSettings settings;
  std::vector<std::int32_t> ids;
  bool all_positions = false;
};

class ScriptedSession final : public engine::Session {
 public:
  explicit ScriptedSession(Script& script) : script_(script) {}

  Result<engine::GenerationResult> generate(const engine::GenerationRequest& request,
                                            engine::GenerationObserver& observer,
                                            const std::stop_token&) override {
    script_.requests.push_back(request);
    if (script_.generate_error) {
      return *script_.generate_error;
    }
    engine::GenerationResult result;
    result.prompt_ids =
        request.prompt.ids.empty() ? std::vector<std::int32_t>{1, 7} : request.prompt.ids;
    result.prompt.prompt_tokens = static_cast<std::int32_t>(result.prompt_ids.size());
    result.prompt.context_length = script_.info.context_length;
    result.prefill_ms = 2;
    result.decode_ms = 4;
    observer.on_prompt(result.prompt);
    result.sequences.resize(static_cast<std::size_t>(request.num_return_sequences));
    for (std::size_t step = 0; step < script_.pieces.size(); ++step) {
      if (script_.load.device != "cpu" && static_cast<int>(step) == script_.gpu_lost_after) {
        return Error{ErrorKind::device, "The card fell off."};
      }
      script_.settings = observer.settings();
      for (std::size_t i = 0; i < result.sequences.size(); ++i) {
        auto& sequence = result.sequences[i];
        sequence.sequence = request.first_sequence + static_cast<std::int32_t>(i);
        sequence.finish_reason = script_.finish_reason;
        sequence.ids.push_back(static_cast<std::int32_t>(10 + step));
        sequence.text += script_.pieces[step];
        observer.on_token({sequence.sequence, sequence.ids.back(), script_.pieces[step]});
      }
    }
    return result;
  }
  Result<std::vector<float>> logits(std::span<const std::int32_t> ids,
                                    bool all_positions) override {
    script_.ids.assign(ids.begin(), ids.end());
    script_.all_positions = all_positions;
    return script_.logits;
  }

 private:
  Script& script_;
};

class ScriptedModel final : public engine::Model {
 public:
  explicit ScriptedModel(Script& script) : script_(script) {}
  const engine::ModelInfo& info() const override { return script_.info; }
  Result<std::unique_ptr<engine::Session>> new_session(const engine::SessionOptions&) override {
    return std::unique_ptr<engine::Session>(std::make_unique<ScriptedSession>(script_));
  }
  Result<engine::TokenizedText> tokenize(const engine::Prompt&) const override {
    return engine::TokenizedText{};
  }
  std::string detokenize(std::span<const std::int32_t>) const override { return "piece"; }
  std::vector<std::string> stop_strings(engine::ChatTemplate chat_template) const override {
    return chat_template == engine::ChatTemplate::plain ? std::vector<std::string>{"\nUser:"}
                                                        : std::vector<std::string>{};
  }
  std::uint64_t memory_available() const override { return 0; }

 private:
  Script& script_;
};

class ScriptedEngine final : public engine::Engine {
 public:
  Script script;

  Result<std::unique_ptr<engine::Model>> open(
      const std::filesystem::path& path, const engine::LoadOptions& options,
      const std::function<void(const engine::LoadProgress&)>&, const std::stop_token&) override {
    script.path = path;
    script.load = options;
    if (script.open_error) {
      return *script.open_error;
    }
    if (options.device == "cpu") script.info.device = "cpu";
    return std::unique_ptr<engine::Model>(std::make_unique<ScriptedModel>(script));
  }
  Result<engine::Inspection> inspect(const std::filesystem::path& path) override {
    script.path = path;
    if (script.open_error) {
      return *script.open_error;
    }
    return script.inspection;
  }
  std::vector<engine::DeviceInfo> devices() override {
    return {{"cpu", "Some \"processor\"", "avx2", 2, std::uint64_t{8} << 30U}};
  }
};

class RecordingConsole final : public app::Console {
 public:
  std::string out;
  std::string notes;
  std::deque<std::string> input;
  std::stop_source source;
  std::optional<std::size_t> out_limit;  ///< after so many bytes nobody reads any more
  bool terminated = false;               ///< a stop comes from SIGTERM

  void write(std::string_view text) override {
    if (out_limit && out.size() + text.size() > *out_limit) {
      lost_ = true;
      source.request_stop();
      return;
    }
    out += text;
  }
  bool output_lost() const override { return lost_; }
  void note(std::string_view sentence) override { notes += std::string(sentence) + "\n"; }
  std::optional<std::string> read_line(std::string_view) override {
    if (input.empty()) {
      return std::nullopt;
    }
    std::string line = std::move(input.front());
    input.pop_front();
    return line;
  }
  std::stop_token stop() override { return source.get_token(); }
  bool rearm() override {
    if (!terminated) source = {};
    return !terminated;
  }

 private:
  bool lost_ = false;
};

}  // namespace cria::test
