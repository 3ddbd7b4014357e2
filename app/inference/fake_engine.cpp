#include "app/inference/fake_engine.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>

namespace cria::app {

namespace {

using Clock = std::chrono::steady_clock;
using engine::FinishReason;

constexpr std::uint64_t kFakeBytes = 2'200'119'864;
constexpr std::int32_t kEos = 2;
constexpr std::int32_t kFirstWordId = 3;

constexpr const char* kStory =
    " Once upon a time there was a small llama who lived on a high, windy hill. Every morning she"
    " looked at the clouds and asked them where they were going. The clouds never answered, but one"
    " day a very old cloud came down, sat beside her in the grass, and told her a long story.\n";

std::vector<std::string> splitWords(const std::string& text) {
  std::vector<std::string> words;
  for (const char c : text) {
    if (words.empty() || c == ' ') words.emplace_back();
    words.back().push_back(c);
  }
  return words;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Sleeps until `due`, in slices short enough for a stop to be felt at once.
bool sleepUntil(Clock::time_point due, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto now = Clock::now();
    if (now >= due) return true;
    std::this_thread::sleep_for(std::min<Clock::duration>(due - now, std::chrono::milliseconds(5)));
  }
  return false;
}

Clock::duration seconds(double value) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(value));
}

double millisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

std::string promptText(const engine::Prompt& prompt) {
  if (prompt.mode == engine::PromptMode::complete) return prompt.text;
  std::string text;
  for (const engine::Message& message : prompt.messages) text += message.text + "\n";
  return text;
}

class FakeSession final : public engine::Session {
 public:
  explicit FakeSession(const FakeEngineOptions& options) : options_(options) {}

  Result<engine::GenerationResult> generate(const engine::GenerationRequest& request,
                                            engine::GenerationObserver& observer,
                                            const std::stop_token& stop) override {
    if (request.num_return_sequences > 1 && !engine::samples(observer.settings())) {
      return Error{ErrorKind::usage, "Greedy search gives the same reply every time."};
    }
    engine::GenerationResult result;
    const auto words = static_cast<std::int32_t>(splitWords(promptText(request.prompt)).size());
    result.prompt_ids.assign(static_cast<std::size_t>(words) + 1, 1);
    result.prompt.prompt_tokens = words + 1;
    result.prompt.context_length = options_.contextLength;
    if (result.prompt.prompt_tokens >= options_.contextLength) {
      if (request.context_policy == engine::ContextPolicy::stop) {
        return Error{ErrorKind::usage, "The prompt has " +
                                           std::to_string(result.prompt.prompt_tokens) +
                                           " tokens, the context only " +
                                           std::to_string(options_.contextLength) + "."};
      }
      result.prompt.dropped_tokens = result.prompt.prompt_tokens - options_.contextLength / 2;
      result.prompt.prompt_tokens = options_.contextLength / 2;
    }
    observer.on_prompt(result.prompt);
    result.sequences.resize(static_cast<std::size_t>(request.num_return_sequences));
    const auto start = Clock::now();
    if (prefill(result.prompt.prompt_tokens, observer, stop)) {
      result.prefill_ms = millisecondsSince(start);
      const Status written = decode(request, observer, stop, result);
      if (!written) return written.error();
    } else {
      for (auto& sequence : result.sequences) sequence.finish_reason = FinishReason::cancelled;
    }
    for (std::size_t i = 0; i < result.sequences.size(); ++i) {
      result.sequences[i].sequence = request.first_sequence + static_cast<std::int32_t>(i);
    }
    result.decode_ms = millisecondsSince(start) - result.prefill_ms;
    return result;
  }

  Result<std::vector<float>> logits(std::span<const std::int32_t>, bool) override {
    return Error{ErrorKind::usage, "The fake engine has no logits."};
  }

 private:
  bool prefill(std::int32_t tokens, engine::GenerationObserver& observer,
               const std::stop_token& stop) const {
    for (std::int32_t done = 0; done < tokens;) {
      const std::int32_t batch = std::min(options_.prefillBatch, tokens - done);
      if (options_.tokensPerSecond > 0 &&
          !sleepUntil(Clock::now() + seconds(batch / options_.prefillTokensPerSecond), stop)) {
        return false;
      }
      done += batch;
      observer.on_prefill(done, tokens);
      if (stop.stop_requested()) return false;
    }
    return true;
  }

  Status decode(const engine::GenerationRequest& request, engine::GenerationObserver& observer,
                const std::stop_token& stop, engine::GenerationResult& result) const {
    const auto start = Clock::now();
    std::vector<bool> running(result.sequences.size(), true);
    for (std::int32_t step = 0;; ++step) {
      if (std::find(running.begin(), running.end(), true) == running.end()) return {};
      if (stop.stop_requested() ||
          (options_.tokensPerSecond > 0 &&
           !sleepUntil(start + seconds(step / options_.tokensPerSecond), stop))) {
        for (std::size_t i = 0; i < running.size(); ++i) {
          if (running[i]) result.sequences[i].finish_reason = FinishReason::cancelled;
        }
        return {};
      }
      if (step == options_.failAfter) return Error{ErrorKind::device, "The fake engine failed."};
      const engine::GenerationSettings settings = observer.settings();
      for (std::size_t i = 0; i < running.size(); ++i) {
        if (running[i]) running[i] = writeToken(request, settings, step, i, observer, result);
      }
    }
  }

  /// Greedy follows the words in their order, sampling jumps by the seed's draw.
  bool writeToken(const engine::GenerationRequest& request,
                  const engine::GenerationSettings& settings, std::int32_t step, std::size_t i,
                  engine::GenerationObserver& observer, engine::GenerationResult& result) const {
    engine::GeneratedSequence& sequence = result.sequences[i];
    const std::int32_t used = result.prompt.prompt_tokens + step;
    if (step >= settings.max_new_tokens.value_or(options_.contextLength) ||
        used >= options_.contextLength) {
      sequence.finish_reason = FinishReason::length;
      return false;
    }
    engine::TokenEvent event;
    event.sequence = request.first_sequence + static_cast<std::int32_t>(i);
    if (options_.endAfter > 0 && step >= options_.endAfter) {
      event.id = kEos;
      sequence.ids.push_back(kEos);
      sequence.finish_reason = FinishReason::eos;
      event.finish_reason = FinishReason::eos;
      observer.on_token(event);
      return false;
    }
    std::size_t word = static_cast<std::size_t>(step) % options_.words.size();
    if (settings.do_sample && settings.top_k != 1) {
      std::seed_seq seeds{
          static_cast<std::uint32_t>(request.seed), static_cast<std::uint32_t>(request.seed >> 32U),
          static_cast<std::uint32_t>(event.sequence), static_cast<std::uint32_t>(step)};
      word = std::mt19937(seeds)() % options_.words.size();
    }
    event.id = kFirstWordId + static_cast<std::int32_t>(word);
    event.text = options_.words[word];
    sequence.ids.push_back(event.id);
    sequence.text += event.text;
    for (const std::string& text : settings.stop_strings) {
      const auto found = sequence.text.find(text);
      if (text.empty() || found == std::string::npos) continue;
      sequence.text.resize(found);
      sequence.finish_reason = FinishReason::stop;
      event.text = {};
      event.finish_reason = FinishReason::stop;
      observer.on_token(event);
      return false;
    }
    observer.on_token(event);
    return true;
  }

  const FakeEngineOptions& options_;
};

class FakeModel final : public engine::Model {
 public:
  FakeModel(const std::filesystem::path& path, const engine::LoadOptions& load,
            FakeEngineOptions options, std::shared_ptr<int> open)
      : options_(std::move(options)), open_(std::move(open)) {
    info_.path = path;
    info_.name = path.filename().string();
    info_.format = "fake";
    info_.parameters = 1'100'048'384;
    info_.vocab_size = 32000;
    info_.context_length = options_.contextLength;
    const bool onGpu = options_.gpuLostAfter >= 0 && load.device != "cpu";
    if (onGpu) options_.failAfter = options_.gpuLostAfter;
    info_.device = onGpu ? "cuda:0" : "cpu";
    info_.device_name = "Fake engine";
    info_.precision = load.precision == "auto" ? "f16" : load.precision;
    info_.weight_bytes = kFakeBytes;
    info_.chat_tuned = lower(info_.name).find("chat") != std::string::npos;
    info_.chat_template =
        info_.chat_tuned ? engine::ChatTemplate::zephyr : engine::ChatTemplate::plain;
    info_.defaults.max_length = options_.contextLength;
    info_.notes = options_.notes;
    info_.defaults.eos_token_id = {kEos};
  }

  const engine::ModelInfo& info() const override { return info_; }
  Result<std::unique_ptr<engine::Session>> new_session(const engine::SessionOptions&) override {
    return std::unique_ptr<engine::Session>(std::make_unique<FakeSession>(options_));
  }
  Result<engine::TokenizedText> tokenize(const engine::Prompt& prompt) const override {
    engine::TokenizedText text;
    text.pieces = splitWords(promptText(prompt));
    text.ids.assign(text.pieces.size(), kFirstWordId);
    return text;
  }
  std::string detokenize(std::span<const std::int32_t> ids) const override {
    std::string text;
    for (const std::int32_t id : ids) {
      if (id < kFirstWordId) continue;
      text += options_.words[static_cast<std::size_t>(id - kFirstWordId) % options_.words.size()];
    }
    return text;
  }
  std::vector<std::string> stop_strings(engine::ChatTemplate chatTemplate) const override {
    if (chatTemplate == engine::ChatTemplate::plain) return {"\nUser:"};
    return {};
  }
  std::uint64_t memory_available() const override { return options_.memoryAvailable; }

 private:
  FakeEngineOptions options_;
  const std::shared_ptr<int> open_;
  engine::ModelInfo info_;
};

class FakeEngine final : public engine::Engine {
 public:
  explicit FakeEngine(FakeEngineOptions options)
      : options_(std::move(options)), open_(std::make_shared<int>(0)) {
    if (options_.words.empty()) options_.words = splitWords(kStory);
  }

  Result<std::unique_ptr<engine::Model>> open(
      const std::filesystem::path& path, const engine::LoadOptions& options,
      const std::function<void(const engine::LoadProgress&)>& progress,
      const std::stop_token& stop) override {
    const std::string name = lower(path.string());
    if (name.find("broken") != std::string::npos) {
      return Error{ErrorKind::checkpoint,
                   path.string() + ": config.json is missing: this is not a checkpoint."};
    }
    const bool huge = name.find("huge") != std::string::npos;
    if (name.find("toolarge") != std::string::npos || (huge && open_.use_count() > 1)) {
      return Error{ErrorKind::device, "The checkpoint needs 9.9 GB, and 1.0 GB are free."};
    }
    constexpr int kSteps = 40;
    for (int step = 0; step <= kSteps; ++step) {
      if (step > 0 && !sleepUntil(Clock::now() + seconds(options_.loadSeconds / kSteps), stop)) {
        return Error{ErrorKind::cancelled, "Loading was cancelled."};
      }
      progress({kFakeBytes / kSteps * static_cast<std::uint64_t>(step), kFakeBytes});
    }
    return std::unique_ptr<engine::Model>(
        std::make_unique<FakeModel>(path, options, options_, open_));
  }

  Result<engine::Inspection> inspect(const std::filesystem::path&) override {
    return Error{ErrorKind::checkpoint, "The fake engine reads no files."};
  }
  std::vector<engine::DeviceInfo> devices() override {
    std::vector<engine::DeviceInfo> devices{
        {"cpu", "Fake engine", "none", 1, options_.memoryAvailable}};
    if (options_.gpuLostAfter >= 0) {
      devices.push_back({"cuda:0", "Fake GPU", "none", 1, options_.memoryAvailable / 2});
    }
    return devices;
  }

 private:
  FakeEngineOptions options_;
  std::shared_ptr<int> open_;  ///< one copy a living model
};

}  // namespace

std::unique_ptr<engine::Engine> makeFakeEngine(FakeEngineOptions options) {
  return std::make_unique<FakeEngine>(std::move(options));
}

}  // namespace cria::app
