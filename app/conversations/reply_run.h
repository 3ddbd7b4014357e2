// Replies that are being written: their records as they grow from the stream.
#pragma once

#include <QElapsedTimer>
#include <QList>
#include <QString>
#include <memory>

#include "app/inference/jobs.h"
#include "app/store/records.h"

namespace cria::app {

/// GUI thread. One request: one reply, or several variants that are written at once.
class ReplyRun {
 public:
  enum class Phase { waiting, prefill, writing };

  /// `replies` in the order of the request's sequences; what text they have is continued.
  ReplyRun(QList<MessageRecord> replies, std::shared_ptr<LiveSettings> settings);

  /// After InferenceService::write().
  void start(quint64 id, std::shared_ptr<TokenStream> stream);

  quint64 id() const { return id_; }
  QString conversationId() const { return replies_.first().conversationId; }
  const QList<MessageRecord>& replies() const { return replies_; }
  const std::shared_ptr<LiveSettings>& settings() const { return settings_; }
  Phase phase() const { return phase_; }
  double prefillProgress() const { return prefillProgress_; }
  int contextUsed() const;
  int droppedTokens() const { return droppedTokens_; }
  double tokensPerSecond() const { return replies_.first().tokensPerSecond; }
  /// Something came since the last time it was saved.
  bool isUnsaved() const { return unsaved_; }
  void markSaved() { unsaved_ = false; }

  /// Takes what lies in the stream; false: nothing did.
  bool drain();
  /// The outcome has the last word on text, ids and status. Drains first.
  void finish(const ReplyOutcome& outcome);
  /// The program ends in mid-reply.
  void interrupt();

 private:
  struct Before {
    QString text;
    QByteArray tokenIds;
  };

  /// Of a continued reply's own tokens, now part of the prompt.
  int continuedTokens(qsizetype reply) const;

  QList<MessageRecord> replies_;
  QList<Before> before_;  ///< what a continued reply had
  const std::shared_ptr<LiveSettings> settings_;
  std::shared_ptr<TokenStream> stream_;
  quint64 id_ = 0;
  Phase phase_ = Phase::waiting;
  double prefillProgress_ = 0;
  int promptTokens_ = 0;
  int droppedTokens_ = 0;
  int written_ = 0;  ///< tokens of the longest sequence
  bool unsaved_ = false;
  int firstBatch_ = 0;  ///< tokens of the first drain; the rate is of those after it
  QElapsedTimer sinceFirstToken_;
};

}  // namespace cria::app
