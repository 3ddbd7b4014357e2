// The replies that are being written: out of the engine's streams once a frame, into the store once
// a second.
#pragma once

#include <QHash>
#include <QObject>
#include <QTimer>
#include <memory>

#include "app/conversations/reply_run.h"
#include "app/store/conversation_store.h"

namespace cria::app {

class InferenceService;

/// GUI thread. At most one run a conversation; a run goes on whatever is shown.
class RunningReplies : public QObject {
  Q_OBJECT

 public:
  /// Both outlive it.
  RunningReplies(InferenceService* inference, ConversationStore* store, QObject* parent = nullptr);

  /// `replies` in the order of the request's sequences.
  void start(engine::GenerationRequest request, const QList<MessageRecord>& replies,
             const engine::GenerationSettings& settings);

  /// nullptr: nothing is being written there.
  const ReplyRun* of(const QString& conversationId) const { return find(conversationId).get(); }
  /// As they stand now; the store is up to a second behind.
  QList<MessageRecord> replies() const;

  /// For the next token.
  void publish(const QString& conversationId, const engine::GenerationSettings& settings);
  void stop(const QString& conversationId);

  /// What came since the last time, into the store.
  void save();
  /// After the engine's thread has ended: the rest is saved, as interrupted.
  void interrupt();

 signals:
  void grew(const cria::app::ReplyRun& run, bool phaseChanged);
  /// The store has been given the replies; the run is no longer `of` its conversation.
  void finished(const cria::app::ReplyRun& run, const cria::app::ReplyOutcome& outcome);

 private:
  std::shared_ptr<ReplyRun> find(const QString& conversationId) const;
  void drain();
  void onFinished(const ReplyOutcome& outcome);

  InferenceService* inference_;
  ConversationStore* store_;
  QHash<quint64, std::shared_ptr<ReplyRun>> runs_;
  QTimer frame_;  ///< from the first token after a drain to the next drain
  QTimer tail_;   ///< saves at every tick
};

}  // namespace cria::app
