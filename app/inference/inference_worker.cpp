#include "app/inference/inference_worker.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <utility>

#include "app/inference/guarded.h"
#include "engine/carried_on.h"

namespace cria::app {

namespace {

constexpr qint64 kProgressIntervalMs = 30;

/// Writes what it hears into the stream, and hands the engine the settings as they stand.
class StreamObserver final : public engine::GenerationObserver {
 public:
  StreamObserver(const ReplyJob& job, std::vector<std::string> stopStrings)
      : job_(job), stopStrings_(std::move(stopStrings)) {}

  engine::GenerationSettings settings() override {
    engine::GenerationSettings settings = job_.settings->read();
    settings.stop_strings.insert(settings.stop_strings.end(), stopStrings_.begin(),
                                 stopStrings_.end());
    return settings;
  }
  void on_prompt(const engine::PromptReport& report) override { job_.stream->addPrompt(report); }
  void on_prefill(std::int32_t done, std::int32_t total) override {
    job_.stream->addPrefill(done, total);
  }
  void on_token(const engine::TokenEvent& token) override { job_.stream->addToken(token); }
  void on_context_slid(std::int32_t dropped) override { job_.stream->addSlide(dropped); }

 private:
  const ReplyJob& job_;
  const std::vector<std::string> stopStrings_;  ///< the chat template's
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
    : listener_(listener), engine_(std::move(engine)), checkpoints_(*engine_) {}

void InferenceWorker::listDevices() { listener_->onDevices(engine_->devices()); }

ResidentCheckpoints::Progress InferenceWorker::progressOf(const OpenJob& job) const {
  QElapsedTimer sinceProgress;  // not started: the first is told at once
  return [this, id = job.id, sinceProgress](const engine::LoadProgress& load) mutable {
    if (sinceProgress.isValid() && sinceProgress.elapsed() < kProgressIntervalMs) return;
    sinceProgress.start();
    listener_->onOpenProgress(id, load);
  };
}

void InferenceWorker::tell(OpenOutcome outcome) const {
  outcome.sparePath = checkpoints_.sparePath();
  listener_->onOpened(outcome);
}

void InferenceWorker::open(const OpenJob& job) {
  if (!job.stop.stop_requested()) {
    tell(checkpoints_.open(job, progressOf(job)));
    return;
  }
  OpenOutcome cancelled;
  cancelled.id = job.id;
  cancelled.error = Error{ErrorKind::cancelled, ""};
  tell(std::move(cancelled));
}

/// False: it may not be, or the checkpoint does not open on the CPU.
bool InferenceWorker::moveToCpu(const Error& lostGpu, const std::stop_token& stop) {
  OpenJob job = checkpoints_.job();
  if (!engine::cpu_may_go_on(job.options.device, *checkpoints_.model(), stop)) return false;
  job.options.device = "cpu";
  job.stop = stop;
  OpenOutcome outcome = checkpoints_.openAlone(job, progressOf(job));
  outcome.lostGpu = lostGpu;
  tell(std::move(outcome));
  return checkpoints_.session() != nullptr;
}

Result<engine::GenerationResult> InferenceWorker::generate(const ReplyJob& job) {
  std::vector<std::string> stopStrings;
  if (job.request.prompt.mode == engine::PromptMode::chat) {
    const engine::Model& model = *checkpoints_.model();
    stopStrings =
        model.stop_strings(job.request.prompt.chat_template.value_or(model.info().chat_template));
  }
  StreamObserver observer(job, std::move(stopStrings));
  engine::CarriedOn replies(
      [&](const engine::GenerationRequest& request, engine::GenerationObserver& listener) {
        return guarded<engine::GenerationResult>(
            [&] { return checkpoints_.session()->generate(request, listener, job.stop); });
      },
      [&](const Error& failure) { return moveToCpu(failure, job.stop); });
  return replies.write(job.request, observer);
}

void InferenceWorker::write(const ReplyJob& job) {
  ReplyOutcome outcome;
  outcome.id = job.id;
  if (job.stop.stop_requested()) {
    outcome.result = cancelledBeforeBegin(job);
  } else if (checkpoints_.session() == nullptr) {
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
