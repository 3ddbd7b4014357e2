// A turn on its way: into the store, and from there to the engine.
#pragma once

#include <QObject>
#include <memory>

#include "app/conversations/turn.h"
#include "app/store/conversation_store.h"

namespace cria::app {

class CheckpointController;
class RunningReplies;
class SamplingController;

/// GUI thread. No reply begins before the message that it answers is on the disk.
class Sending : public QObject {
  Q_OBJECT

 public:
  /// All outlive it.
  Sending(ConversationStore* store, RunningReplies* running, CheckpointController* checkpoints,
          SamplingController* sampling, QObject* parent = nullptr);

  /// `record` of the turn's conversation, with its mode resolved. Should saving fail, the store
  /// keeps what was written as the conversation's draft.
  void begin(Turn turn, const ConversationRecord& record);
  bool isSaving(const QString& conversationId) const;
  /// The turn is saved, and its replies do not begin.
  void stop(const QString& conversationId);

 signals:
  /// Nothing was sent.
  void failed(const cria::app::Turn& turn, const QString& problem);
  void saved(const cria::app::Turn& turn, const cria::app::ConversationRecord& conversation);
  /// After `saved`, in place of a beginning: stopped, or no checkpoint is there any more.
  void cancelled(const cria::app::Turn& turn);
  /// After any of them: isSaving() has changed.
  void ended();

 private:
  void onOutcome(const std::shared_ptr<Turn>& turn, const ConversationRecord& conversation,
                 const SaveOutcome& outcome);
  void startReplies(const Turn& turn, const ConversationRecord& conversation);

  ConversationStore* store_;
  RunningReplies* running_;
  CheckpointController* checkpoints_;
  SamplingController* sampling_;
  std::shared_ptr<Turn> turn_;  ///< being saved
};

}  // namespace cria::app
