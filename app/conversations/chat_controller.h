// One conversation: what is shown, what is typed, and the reply that is being written.
#pragma once

#include <QObject>
#include <QtQmlIntegration>
#include <memory>

#include "app/conversations/message_list_model.h"
#include "app/conversations/running_replies.h"
#include "app/conversations/sending.h"
#include "app/conversations/shown_record.h"
#include "app/store/conversation_store.h"

namespace cria::app {

class CheckpointController;
class InferenceService;
class SamplingController;

/// GUI thread. A reply goes on when another conversation is shown; it then grows in the store.
class ChatController : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by Application")
  Q_PROPERTY(QString conversationId READ conversationId NOTIFY conversationChanged)
  Q_PROPERTY(QString title READ title NOTIFY titleChanged)
  Q_PROPERTY(cria::app::MessageListModel* messages READ messages CONSTANT)
  Q_PROPERTY(bool generating READ generating NOTIFY phaseChanged)
  Q_PROPERTY(QString phase READ phase NOTIFY phaseChanged)  ///< idle, waiting, prefill, writing
  Q_PROPERTY(double prefillProgress READ prefillProgress NOTIFY prefillProgressChanged)
  Q_PROPERTY(QString mode READ mode WRITE setMode NOTIFY modeChanged)
  Q_PROPERTY(
      QString chatTemplate READ chatTemplate WRITE setChatTemplate NOTIFY chatTemplateChanged)
  Q_PROPERTY(
      QString systemPrompt READ systemPrompt WRITE setSystemPrompt NOTIFY systemPromptChanged)
  Q_PROPERTY(QString draft READ draft WRITE setDraft NOTIFY draftChanged)
  Q_PROPERTY(int contextUsed READ contextUsed NOTIFY contextChanged)
  Q_PROPERTY(int contextLength READ contextLength NOTIFY contextChanged)
  Q_PROPERTY(
      QString contextPolicy READ contextPolicy WRITE setContextPolicy NOTIFY contextPolicyChanged)
  Q_PROPERTY(QString notice READ notice NOTIFY noticeChanged)
  Q_PROPERTY(QString errorTitle READ errorTitle NOTIFY errorChanged)
  Q_PROPERTY(QString errorText READ errorText NOTIFY errorChanged)
  Q_PROPERTY(bool canSend READ canSend NOTIFY canSendChanged)

 public:
  /// All outlive the controller.
  ChatController(InferenceService* inference, ConversationStore* store,
                 CheckpointController* checkpoints, SamplingController* sampling,
                 QObject* parent = nullptr);

  QString conversationId() const { return record_->id; }
  QString title() const { return record_->title; }
  MessageListModel* messages() { return &model_; }
  bool generating() const { return phase() != QLatin1String("idle"); }
  QString phase() const;
  double prefillProgress() const;
  QString mode() const;
  QString chatTemplate() const { return record_->chatTemplate; }
  QString systemPrompt() const { return record_->systemPrompt; }
  QString draft() const { return record_->draft; }
  int contextUsed() const;
  int contextLength() const;
  QString contextPolicy() const { return record_->contextPolicy; }
  QString notice() const { return notice_; }
  QString errorTitle() const { return errorTitle_; }
  QString errorText() const { return errorText_; }
  bool canSend() const;

  void setMode(const QString& mode);
  void setChatTemplate(const QString& name);
  void setSystemPrompt(const QString& text);
  void setDraft(const QString& text);
  void setContextPolicy(const QString& policy);

  /// The message is saved, then the reply begins; a message that cannot be saved goes back into
  /// the draft. In complete mode an empty text continues what is there.
  Q_INVOKABLE void send(const QString& text);
  Q_INVOKABLE void stop();
  /// A sibling of that reply; for a user's message, one more reply to it.
  Q_INVOKABLE void regenerate(const QString& messageId);
  /// A sibling of that message with another text, and a reply to it. Of a reply: its text is
  /// corrected, in a sibling, and nothing is generated. False: it was not taken, and errorText may
  /// say why.
  Q_INVOKABLE bool editAndResend(const QString& messageId, const QString& text);
  /// Goes on where the reply ended: in the same message under the same checkpoint, else in a
  /// sibling.
  /// An edit that nobody will finish becomes part of the draft.
  Q_INVOKABLE void keepEdit(const QString& messageId, const QString& text);
  Q_INVOKABLE void continueReply(const QString& messageId);
  Q_INVOKABLE void selectSibling(const QString& messageId, int delta);
  Q_INVOKABLE void copyText(const QString& messageId);
  Q_INVOKABLE void dismissError();

  /// A conversation of the store. A reply that is said to be running, and that nobody here writes,
  /// is shown as interrupted.
  void show(const LoadedConversation& loaded);
  /// It was read while a reply in it ended: the store has more by now.
  bool isOutdated(const LoadedConversation& loaded) const;
  /// An empty one, in the store from its first message or draft on.
  void showNew();
  /// Nothing has been written, typed or named here.
  bool isUntouched() const;
  void setTitle(const QString& title);
  const ConversationRecord& record() const { return *record_; }
  ConversationSummary summary() const;
  /// Its running reply, if any, is stopped.
  void forget(const QString& conversationId);
  /// Everything again, for a store that could not be written to before.
  void saveAgain();
  /// What has changed and is not in the store yet, without waiting for its moment.
  void saveNow();
  /// After the engine's thread has ended: the tail of a running reply is saved.
  void saveTails();

 signals:
  void conversationChanged();
  void titleChanged();
  void phaseChanged();
  void prefillProgressChanged();
  void modeChanged();
  void chatTemplateChanged();
  void systemPromptChanged();
  void draftChanged();
  void contextChanged();
  void contextPolicyChanged();
  void noticeChanged();
  void errorChanged();
  void canSendChanged();
  void replyFinished();
  /// The list of conversations should show this.
  void summaryChanged(const cria::app::ConversationSummary& summary);

 private:
  Author author() const;
  bool isWriting(const MessageRecord& reply) const;
  /// False: a reply is being written, or no checkpoint is open, which is then said.
  bool mayBegin();
  void begin(Turn turn);
  void onTurnFailed(const Turn& turn, const QString& problem);
  void onTurnSaved(const Turn& turn, const ConversationRecord& conversation);
  void showProgress(const ReplyRun& run, bool finished);
  void onReplyGrew(const ReplyRun& run, bool phaseChanged);
  void onReplyFinished(const ReplyRun& run, const ReplyOutcome& outcome);
  void put(const MessageRecord& message);
  void setRecord(ConversationRecord record, MessageTree tree, bool inStore);
  void setNotice(const QString& notice);
  void setError(const QString& title, const QString& text);
  void emitPhase();

  ConversationStore* store_;
  CheckpointController* checkpoints_;
  SamplingController* sampling_;
  MessageListModel model_;
  ShownRecord record_;
  RunningReplies running_;
  Sending sending_;
  QString notice_;
  QString errorTitle_;
  QString errorText_;
};

}  // namespace cria::app
