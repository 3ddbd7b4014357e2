#include "app/conversations/running_replies.h"

#include <utility>

#include "app/inference/inference_service.h"

namespace cria::app {

namespace {
constexpr int kFrameMs = 16;
constexpr int kTailMs = 1000;
}  // namespace

RunningReplies::RunningReplies(InferenceService* inference, ConversationStore* store,
                               QObject* parent)
    : QObject(parent), inference_(inference), store_(store) {
  frame_.setSingleShot(true);
  frame_.setInterval(kFrameMs);
  frame_.setTimerType(Qt::PreciseTimer);
  connect(&frame_, &QTimer::timeout, this, &RunningReplies::drain);
  tail_.setInterval(kTailMs);
  connect(&tail_, &QTimer::timeout, this, &RunningReplies::save);
  connect(inference_, &InferenceService::tokensReady, this, [this](quint64 id) {
    if (runs_.contains(id) && !frame_.isActive()) frame_.start();
  });
  connect(inference_, &InferenceService::replyFinished, this, &RunningReplies::onFinished);
}

void RunningReplies::start(engine::GenerationRequest request, const QList<MessageRecord>& replies,
                           const engine::GenerationSettings& settings) {
  auto live = std::make_shared<LiveSettings>();
  live->publish(settings);
  auto run = std::make_shared<ReplyRun>(replies, live);
  const InferenceService::Reply reply = inference_->write(std::move(request), live);
  run->start(reply.id, reply.stream);
  runs_.insert(reply.id, run);
  if (!tail_.isActive()) tail_.start();
}

std::shared_ptr<ReplyRun> RunningReplies::find(const QString& conversationId) const {
  for (const auto& run : runs_) {
    if (run->conversationId() == conversationId) return run;
  }
  return nullptr;
}

QList<MessageRecord> RunningReplies::replies() const {
  QList<MessageRecord> replies;
  for (const auto& run : runs_) replies += run->replies();
  return replies;
}

void RunningReplies::publish(const QString& conversationId,
                             const engine::GenerationSettings& settings) {
  if (const auto run = find(conversationId)) run->settings()->publish(settings);
}

void RunningReplies::stop(const QString& conversationId) {
  if (const auto run = find(conversationId)) inference_->stop(run->id());
}

void RunningReplies::drain() {
  // A copy: whoever hears of it may stop or start a run.
  const auto runs = runs_;
  for (const auto& run : runs) {
    const ReplyRun::Phase before = run->phase();
    if (run->drain()) emit grew(*run, run->phase() != before);
  }
}

void RunningReplies::onFinished(const ReplyOutcome& outcome) {
  const std::shared_ptr<ReplyRun> run = runs_.take(outcome.id);
  if (!run) return;
  run->finish(outcome);
  if (runs_.isEmpty()) tail_.stop();
  store_->keep({std::nullopt, run->replies()});
  emit finished(*run, outcome);
}

void RunningReplies::save() {
  for (const auto& run : std::as_const(runs_)) {
    if (!run->isUnsaved()) continue;
    run->markSaved();
    store_->keep({std::nullopt, run->replies()});
  }
}

void RunningReplies::interrupt() {
  frame_.stop();
  tail_.stop();
  for (const auto& run : std::as_const(runs_)) {
    run->interrupt();
    store_->keep({std::nullopt, run->replies()});
  }
  runs_.clear();
}

}  // namespace cria::app
