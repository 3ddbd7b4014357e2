#include "app/conversations/sending.h"

#include <QJsonDocument>
#include <utility>

#include "app/checkpoints/checkpoint_controller.h"
#include "app/conversations/prompt_builder.h"
#include "app/conversations/running_replies.h"
#include "app/sampling/sampling_controller.h"

namespace cria::app {

Sending::Sending(ConversationStore* store, RunningReplies* running,
                 CheckpointController* checkpoints, SamplingController* sampling, QObject* parent)
    : QObject(parent),
      store_(store),
      running_(running),
      checkpoints_(checkpoints),
      sampling_(sampling) {}

void Sending::begin(Turn turn, const ConversationRecord& record) {
  turn_ = std::make_shared<Turn>(std::move(turn));
  ConversationRecord conversation = record;
  if (record.draft == turn_->text) conversation.draft.clear();
  conversation.currentLeaf = turn_->replies.first().id;
  conversation.checkpointPath = checkpoints_->path();
  conversation.settingsJson = compactJson(sampling_->state());
  conversation.updatedAt = now();
  if (conversation.title.isEmpty() && !turn_->messages.isEmpty()) {
    conversation.title = titleFrom(turn_->text);
  }
  ConversationRecord unsent = record;
  unsent.draft = draftWith(record.draft, turn_->text);
  store_->saveOr({conversation, turn_->messages + turn_->replies}, {unsent, {}}, this,
                 [this, turn = turn_, conversation](const SaveOutcome& outcome) {
                   onOutcome(turn, conversation, outcome);
                 });
}

bool Sending::isSaving(const QString& conversationId) const {
  return turn_ && turn_->conversationId() == conversationId;
}

void Sending::stop(const QString& conversationId) {
  if (isSaving(conversationId)) turn_->stopped = true;
}

void Sending::onOutcome(const std::shared_ptr<Turn>& turn, const ConversationRecord& conversation,
                        const SaveOutcome& outcome) {
  if (turn == turn_) turn_.reset();
  if (!outcome.saved) {
    emit failed(*turn, outcome.problem);
    emit ended();
    return;
  }
  emit saved(*turn, conversation);
  // A checkpoint that began to load meanwhile would answer in the name of the one of before.
  if (turn->stopped || checkpoints_->state() != QLatin1String("ready")) {
    for (MessageRecord& reply : turn->replies) reply.status = MessageStatus::cancelled;
    store_->keep({std::nullopt, turn->replies});
    emit cancelled(*turn);
  } else {
    startReplies(*turn, conversation);
  }
  emit ended();
}

void Sending::startReplies(const Turn& turn, const ConversationRecord& conversation) {
  engine::GenerationRequest request;
  request.prompt = buildPrompt(conversation, turn.path);
  request.num_return_sequences = static_cast<std::int32_t>(turn.replies.size());
  request.seed = turn.replies.first().seed.toULongLong();
  request.context_policy = contextPolicyFromName(conversation.contextPolicy);
  running_->start(std::move(request), turn.replies, sampling_->engineSettings());
}

}  // namespace cria::app
