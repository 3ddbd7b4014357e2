#include "app/inference/inference_worker.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <exception>
#include <utility>

#include "app/inference/carried_on.h"

namespace cria::app {

namespace {

constexpr qint64 kProgressIntervalMs = 30;

/// The last line of defence: whatever an engine throws (bad_alloc above all) becomes an error.
template <typename Value, typename Call>
Result<Value> guarded(const Call& call) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return Error{ErrorKind::device, "There is not enough memory."};
  } catch (const std::exception& exception) {
    return Error{ErrorKind::device, std::string("The engine failed: ") + exception.what()};
  }
}

/// Writes what it hears into the stream, and hands the engine the settings as they stand.
class StreamObserver final : public engine::GenerationObserver {
 public:
  StreamObserver(const ReplyJob& job, std::vector<std::string> stopStrings)
      : job_(job), stopStrings_(std::move(stopStrings)) {}

  /// From now on it hears what comes behind what was written; of the prompt, which holds that now,
  /// the stream hears nothing more.
  void carryOn() { before_ = written_; }
  /// Of the first sequence.
  const WrittenReply& written() const { return written_; }
  const WrittenReply& before() const { return before_; }

  engine::GenerationSettings settings() override {
    engine::GenerationSettings settings = job_.settings->read();
    settings.stop_strings.insert(settings.stop_strings.end(), stopStrings_.begin(),
                                 stopStrings_.end());
    return settingsForRest(std::move(settings), before_);
  }
  void on_prompt(const engine::PromptReport& report) override {
    if (!before_.ids.empty()) return;
    written_.prompt = report;
    job_.stream->addPrompt(report);
  }
  void on_prefill(std::int32_t done, std::int32_t total) override {
    if (before_.ids.empty()) job_.stream->addPrefill(done, total);
  }
  void on_token(const engine::TokenEvent& token) override {
    if (token.sequence == 0) {
      written_.ids.push_back(token.id);
      written_.text += token.text;
    }
    job_.stream->addToken(token);
  }
  void on_context_slid(std::int32_t dropped) override { job_.stream->addSlide(dropped); }

 private:
  const ReplyJob& job_;
  const std::vector<std::string> stopStrings_;  ///< the chat template's
  WrittenReply written_;
  WrittenReply before_;  ///< of written_: on a device that failed
};

engine::GenerationResult cancelledBeforeBegin(const ReplyJob& job) {
  engine::GenerationResult result;
  for (std::int32_t i = 0; i < job.request.num_return_sequences; ++i) {
    engine::GeneratedSequence sequence;
    sequence.sequence = i;
    sequence.finish_reason = engine::FinishReason::cancelled;
    result.sequences.push_back(std::move(sequence));
  }
  return result;
}

}  // namespace

InferenceWorker::InferenceWorker(std::unique_ptr<engine::Engine> engine,
                                 InferenceListener* listener)
    : listener_(listener), engine_(std::move(engine)) {}

void InferenceWorker::listDevices() { listener_->onDevices(engine_->devices()); }

OpenOutcome InferenceWorker::tryOpen(const OpenJob& job) {
  OpenOutcome outcome;
  outcome.id = job.id;
  QElapsedTimer sinceProgress;
  sinceProgress.start();
  bool first = true;
  const auto progress = [&](const engine::LoadProgress& load) {
    if (!first && sinceProgress.elapsed() < kProgressIntervalMs) return;
    first = false;
    sinceProgress.restart();
    listener_->onOpenProgress(job.id, load);
  };
  auto model = guarded<std::unique_ptr<engine::Model>>(
      [&] { return engine_->open(job.path.toStdString(), job.options, progress, job.stop); });
  if (!model) {
    outcome.error = model.error();
    return outcome;
  }
  auto session = guarded<std::unique_ptr<engine::Session>>(
      [&] { return (*model)->new_session(engine::SessionOptions{}); });
  if (!session) {
    outcome.error = session.error();
    return outcome;
  }
  session_ = std::move(*session);
  model_ = *std::move(model);
  outcome.info = model_->info();
  opened_ = job;
  return outcome;
}

void InferenceWorker::open(const OpenJob& job) {
  if (job.stop.stop_requested()) {
    OpenOutcome cancelled;
    cancelled.id = job.id;
    cancelled.error = Error{ErrorKind::cancelled, ""};
    listener_->onOpened(cancelled);
    return;
  }
  OpenOutcome outcome = tryOpen(job);
  if (outcome.error && outcome.error->kind == ErrorKind::device && model_) {
    session_.reset();
    model_.reset();
    outcome = tryOpen(job);
    outcome.previousKept = false;
  }
  listener_->onOpened(outcome);
}

/// False: the GPU was asked for, or it was none, or the checkpoint does not open on the CPU.
bool InferenceWorker::moveToCpu(const Error& lostGpu, const std::stop_token& stop) {
  if (opened_.options.device != "auto" || model_->info().device == "cpu") return false;
  OpenJob job = opened_;
  job.options.device = "cpu";
  job.stop = stop;
  session_.reset();
  model_.reset();
  OpenOutcome outcome = tryOpen(job);
  outcome.lostGpu = lostGpu;
  outcome.previousKept = false;
  listener_->onOpened(outcome);
  return session_ != nullptr;
}

Result<engine::GenerationResult> InferenceWorker::generate(const ReplyJob& job) {
  std::vector<std::string> stopStrings;
  if (job.request.prompt.mode == engine::PromptMode::chat) {
    stopStrings = model_->stop_strings(
        job.request.prompt.chat_template.value_or(model_->info().chat_template));
  }
  StreamObserver observer(job, std::move(stopStrings));
  const auto write = [&](const engine::GenerationRequest& request) {
    return guarded<engine::GenerationResult>(
        [&] { return session_->generate(request, observer, job.stop); });
  };
  auto result = write(job.request);
  if (result || result.error().kind != ErrorKind::device || job.stop.stop_requested()) {
    return result;
  }
  if (!moveToCpu(result.error(), job.stop)) return result;
  // Which of several have ended is not known.
  if (job.request.num_return_sequences > 1 && !observer.written().ids.empty()) return result;
  observer.carryOn();
  auto rest = write(requestForRest(job.request, observer.before()));
  if (!rest) return rest;
  return withRest(observer.before(), *std::move(rest));
}

void InferenceWorker::write(const ReplyJob& job) {
  ReplyOutcome outcome;
  outcome.id = job.id;
  if (job.stop.stop_requested()) {
    outcome.result = cancelledBeforeBegin(job);
  } else if (!session_) {
    outcome.error = Error{
        ErrorKind::usage,
        QCoreApplication::translate("cria::Inference", "No checkpoint is open.").toStdString()};
  } else {
    auto result = generate(job);
    if (result) {
      outcome.result = *std::move(result);
    } else if (result.error().kind == ErrorKind::cancelled) {
      outcome.result = cancelledBeforeBegin(job);
    } else {
      outcome.error = result.error();
    }
  }
  listener_->onReply(outcome);
}

}  // namespace cria::app
