#include "app/commands/bench_measure.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cria::app {
namespace {

using Clock = std::chrono::steady_clock;

// No end but the length; notes when the first token came. Greedy, except where several replies are
// written, which would all be the same.
class Stopwatch final : public engine::GenerationObserver {
 public:
  Stopwatch(std::int32_t new_tokens, std::int32_t replies) {
    settings_.do_sample = replies > 1;
    settings_.max_new_tokens = new_tokens;
    settings_.min_new_tokens = new_tokens;
  }
  engine::GenerationSettings settings() override { return settings_; }
  void on_prompt(const engine::PromptReport&) override {}
  void on_prefill(std::int32_t, std::int32_t) override {}
  void on_token(const engine::TokenEvent&) override {
    if (!first_token_) {
      first_token_ = Clock::now();
    }
  }
  void on_context_slid(std::int32_t) override {}
  double first_token_ms() const {
    return first_token_ ? std::chrono::duration<double, std::milli>(*first_token_ - start_).count()
                        : 0;
  }

 private:
  engine::GenerationSettings settings_;
  Clock::time_point start_ = Clock::now();
  std::optional<Clock::time_point> first_token_;
};

// Ids that are neither special nor all the same; another first one in each run.
std::vector<std::int32_t> some_ids(std::int32_t count, std::int32_t vocab_size, std::int32_t run) {
  const std::int32_t first = vocab_size > 300 ? 259 : 0;
  std::vector<std::int32_t> ids(static_cast<std::size_t>(count));
  std::uint32_t state = 12345;
  for (auto& id : ids) {
    state = state * 1664525U + 1013904223U;
    id = first +
         static_cast<std::int32_t>((state >> 8U) % static_cast<std::uint32_t>(vocab_size - first));
  }
  ids.front() = first + run % (vocab_size - first);
  return ids;
}

}  // namespace

BenchRuns::BenchRuns(engine::Model& model, const BenchSizes& sizes,
                     std::unique_ptr<engine::Session> session)
    : model_(&model), sizes_(sizes), session_(std::move(session)) {}

Result<BenchRuns> BenchRuns::begin(engine::Model& model, const BenchSizes& sizes) {
  const std::int64_t tokens = std::int64_t{sizes.depth} + sizes.prompt + sizes.generate;
  if (tokens > model.info().context_length) {
    return Error{ErrorKind::usage, "Depth, prompt and reply are " + std::to_string(tokens) +
                                       " tokens together; the context holds " +
                                       std::to_string(model.info().context_length) + "."};
  }
  auto session = model.new_session({});
  if (!session) {
    return session.error();
  }
  return BenchRuns(model, sizes, *std::move(session));
}

Result<Measurement> BenchRuns::next(const std::stop_token& stop) {
  const auto ids = some_ids(sizes_.depth + sizes_.prompt, model_->info().vocab_size, run_++);
  engine::GenerationRequest request;
  if (sizes_.depth > 0) {
    request.prompt.ids.assign(ids.begin(), ids.begin() + sizes_.depth);
    Stopwatch ignored(1, 1);
    if (auto filled = session_->generate(request, ignored, stop); !filled) {
      return filled.error();
    }
  }
  request.prompt.ids = ids;
  request.num_return_sequences = sizes_.variants;
  Stopwatch watch(sizes_.generate, sizes_.variants);
  const auto result = session_->generate(request, watch, stop);
  if (!result) {
    return result.error();
  }
  if (stop.stop_requested()) {
    return Error{ErrorKind::cancelled, "Interrupted."};
  }
  const auto& replies = result->sequences;
  if (replies.empty() || replies.front().ids.size() < 2 || result->prefill_ms <= 0 ||
      result->decode_ms <= 0) {
    return Error{ErrorKind::usage, "The reply was too short to be measured."};
  }
  const auto computed = result->prompt.prompt_tokens - result->prompt.reused_tokens;
  std::size_t decoded = 0;  // the first of each came from the prompt
  for (const auto& reply : replies) {
    decoded += reply.ids.size() - 1;
  }
  return Measurement{1000.0 * computed / result->prefill_ms,
                     1000.0 * static_cast<double>(decoded) / result->decode_ms,
                     watch.first_token_ms()};
}

}  // namespace cria::app
