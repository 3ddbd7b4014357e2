#include "app/conversations/chat_controller.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QJsonDocument>
#include <algorithm>
#include <limits>
#include <utility>

#include "app/checkpoints/checkpoint_controller.h"
#include "app/conversations/context_notice.h"
#include "app/conversations/prompt_builder.h"
#include "app/sampling/sampling_controller.h"

namespace cria::app {

namespace {
constexpr auto kChat = "chat";
constexpr auto kComplete = "complete";
}  // namespace

ChatController::ChatController(InferenceService* inference, ConversationStore* store,
                               CheckpointController* checkpoints, SamplingController* sampling,
                               QObject* parent)
    : QObject(parent),
      store_(store),
      checkpoints_(checkpoints),
      sampling_(sampling),
      record_(store),
      running_(inference, store),
      sending_(store, &running_, checkpoints, sampling) {
  connect(&running_, &RunningReplies::grew, this, &ChatController::onReplyGrew);
  connect(&running_, &RunningReplies::finished, this, &ChatController::onReplyFinished);
  connect(&sending_, &Sending::failed, this, &ChatController::onTurnFailed);
  connect(&sending_, &Sending::saved, this, &ChatController::onTurnSaved);
  connect(&sending_, &Sending::cancelled, this, [this](const Turn& turn) {
    if (turn.conversationId() == record_->id) model_.apply(turn.replies, record_->currentLeaf);
  });
  connect(&sending_, &Sending::ended, this, &ChatController::emitPhase);
  connect(&record_, &ShownRecord::saved, this, [this] { emit summaryChanged(summary()); });
  connect(sampling_, &SamplingController::valuesChanged, this,
          [this] { running_.publish(record_->id, sampling_->engineSettings()); });
  connect(sampling_, &SamplingController::edited, this, [this] {
    record_.set(&ConversationRecord::settingsJson, compactJson(sampling_->state()));
  });
  connect(checkpoints_, &CheckpointController::stateChanged, this, &ChatController::canSendChanged);
  connect(checkpoints_, &CheckpointController::currentChanged, this, [this] {
    if (const auto& info = checkpoints_->info()) {
      sampling_->setDefaults(info->defaults, info->context_length);
    }
    emit modeChanged();
    emit contextChanged();
    emit canSendChanged();
  });
  showNew();
}

QString ChatController::phase() const {
  if (const ReplyRun* run = running_.of(record_->id)) {
    switch (run->phase()) {
      case ReplyRun::Phase::waiting:
        return QStringLiteral("waiting");
      case ReplyRun::Phase::prefill:
        return QStringLiteral("prefill");
      case ReplyRun::Phase::writing:
        return QStringLiteral("writing");
    }
  }
  return sending_.isSaving(record_->id) ? QStringLiteral("waiting") : QStringLiteral("idle");
}

double ChatController::prefillProgress() const {
  const ReplyRun* run = running_.of(record_->id);
  return run ? run->prefillProgress() : 0;
}

QString ChatController::mode() const {
  if (!record_->mode.isEmpty()) return record_->mode;
  return QString::fromLatin1(checkpoints_->chatTuned() ? kChat : kComplete);
}

int ChatController::contextUsed() const {
  const int limit = contextLength() > 0 ? contextLength() : std::numeric_limits<int>::max();
  if (const ReplyRun* run = running_.of(record_->id); run && run->contextUsed() > 0) {
    return std::min(run->contextUsed(), limit);
  }
  int used = 0;  // of the last reply that has begun
  for (const MessageRecord& record : model_.tree().recordsTo(model_.tree().leaf())) {
    if (record.promptTokens > 0) used = record.promptTokens + record.newTokens;
  }
  return std::min(used, limit);
}

int ChatController::contextLength() const { return checkpoints_->contextLength(); }

bool ChatController::canSend() const {
  return checkpoints_->state() == QLatin1String("ready") && !generating();
}

void ChatController::setMode(const QString& mode) {
  if (mode != QLatin1String(kChat) && mode != QLatin1String(kComplete)) return;
  if (mode != this->mode() && record_.set(&ConversationRecord::mode, mode)) emit modeChanged();
}

void ChatController::setChatTemplate(const QString& name) {
  if (name != QLatin1String("auto") && !engine::chat_template_from_name(name.toStdString())) return;
  if (record_.set(&ConversationRecord::chatTemplate, name)) emit chatTemplateChanged();
}

void ChatController::setSystemPrompt(const QString& text) {
  if (record_.set(&ConversationRecord::systemPrompt, text)) emit systemPromptChanged();
}

void ChatController::setDraft(const QString& text) {
  if (!text.isEmpty()) record_.deserveStore();
  if (record_.set(&ConversationRecord::draft, text)) emit draftChanged();
}

void ChatController::setContextPolicy(const QString& policy) {
  if (policy != QLatin1String("stop") && policy != QLatin1String("slide")) return;
  if (record_.set(&ConversationRecord::contextPolicy, policy)) emit contextPolicyChanged();
}

Author ChatController::author() const {
  // Without drawing, all variants would be the same reply.
  const bool draws = engine::samples(sampling_->engineSettings());
  return {checkpoints_->path(),
          checkpoints_->name(),
          checkpoints_->signature(),
          compactJson(sampling_->valuesJson()),
          QString::number(sampling_->takeSeed()),
          draws ? sampling_->variants() : 1};
}

bool ChatController::mayBegin() {
  if (checkpoints_->state() != QLatin1String("ready")) {
    setError(tr("No checkpoint is open"), tr("Open a checkpoint first; your text is kept."));
  }
  return canSend();
}

void ChatController::send(const QString& text) {
  if (!mayBegin()) {
    if (!text.isEmpty()) setDraft(text);
    return;
  }
  if (mode() == QLatin1String(kChat) && text.trimmed().isEmpty()) return;
  begin(turnToSend(model_.tree(), record_->id, text, author()));
}

void ChatController::regenerate(const QString& messageId) {
  if (!model_.tree().contains(messageId) || !mayBegin()) return;
  begin(turnToRegenerate(model_.tree(), messageId, author()));
}

bool ChatController::editAndResend(const QString& messageId, const QString& text) {
  if (!model_.tree().contains(messageId) || generating()) return false;
  const MessageRecord& old = model_.tree().at(messageId);
  if (old.role == MessageRole::assistant) {
    put(corrected(old, text));
    return true;
  }
  if (text.isEmpty() || !mayBegin()) return false;
  begin(turnToResend(model_.tree(), messageId, text, author()));
  return true;
}

void ChatController::keepEdit(const QString& messageId, const QString& text) {
  if (!model_.tree().contains(messageId) || model_.tree().at(messageId).text == text) return;
  setDraft(draftWith(record_->draft, text));
}

void ChatController::continueReply(const QString& messageId) {
  if (!model_.tree().contains(messageId)) return;
  if (model_.tree().at(messageId).role != MessageRole::assistant || !mayBegin()) return;
  begin(turnToContinue(model_.tree(), messageId, author()));
}

void ChatController::begin(Turn turn) {
  dismissError();
  setNotice({});
  record_.edit().mode = mode();  // from its first message on, a conversation keeps its mode
  record_.pause();
  sending_.begin(std::move(turn), *record_);
  emitPhase();
}

void ChatController::onTurnFailed(const Turn& turn, const QString& problem) {
  if (turn.conversationId() == record_->id) setDraft(draftWith(record_->draft, turn.text));
  setError(tr("The message could not be saved"),
           tr("%1 Nothing was sent; your text is kept.").arg(problem));
}

void ChatController::onTurnSaved(const Turn& turn, const ConversationRecord& conversation) {
  if (conversation.id != record_->id) return;
  const ConversationRecord before = *record_;
  record_.merge(conversation, turn.text);
  model_.apply(turn.messages + turn.replies, record_->currentLeaf);
  if (record_->draft != before.draft) emit draftChanged();
  if (record_->title != before.title) emit titleChanged();
  emit modeChanged();
  emit summaryChanged(summary());
}

void ChatController::showProgress(const ReplyRun& run, bool finished) {
  for (const MessageRecord& reply : run.replies()) model_.update(reply);
  if (run.tokensPerSecond() > 0) checkpoints_->setTokensPerSecond(run.tokensPerSecond());
  const QString notice = contextNotice(run, finished, contextLength());
  if (!notice.isEmpty()) setNotice(notice);
  emit contextChanged();
}

void ChatController::onReplyGrew(const ReplyRun& run, bool phaseChanged) {
  if (run.conversationId() != record_->id) return;
  showProgress(run, false);
  if (phaseChanged) emit this->phaseChanged();
  if (run.phase() == ReplyRun::Phase::prefill) emit prefillProgressChanged();
}

void ChatController::onReplyFinished(const ReplyRun& run, const ReplyOutcome& outcome) {
  if (run.conversationId() == record_->id) {
    showProgress(run, true);
    record_.edit().updatedAt = now();
    if (record_->title.isEmpty()) {
      record_.edit().title = titleFrom(run.replies().first().text);
      emit titleChanged();
    }
    record_.save();
    if (outcome.error) {
      setError(tr("The reply could not be written"),
               QString::fromStdString(outcome.error->message));
    }
  }
  emitPhase();
  emit replyFinished();
}

void ChatController::stop() {
  sending_.stop(record_->id);
  running_.stop(record_->id);
}

void ChatController::selectSibling(const QString& messageId, int delta) {
  if (!model_.tree().contains(messageId)) return;
  const QStringList siblings = model_.tree().siblings(messageId);
  const qsizetype next = siblings.indexOf(messageId) + delta;
  if (next < 0 || next >= siblings.size()) return;
  record_.set(&ConversationRecord::currentLeaf, model_.tree().newestLeafBelow(siblings.at(next)));
  model_.apply({}, record_->currentLeaf);
  emit contextChanged();
}

void ChatController::copyText(const QString& messageId) {
  if (!model_.tree().contains(messageId) || !QGuiApplication::clipboard()) return;
  QGuiApplication::clipboard()->setText(model_.tree().at(messageId).text);
}

void ChatController::put(const MessageRecord& message) {
  record_.edit().currentLeaf = message.id;
  record_.edit().updatedAt = now();
  model_.apply({message}, message.id);
  record_.pause();
  store_->keep({*record_, {message}});
  emit summaryChanged(summary());
}

void ChatController::setRecord(ConversationRecord record, MessageTree tree, bool inStore) {
  record_.show(std::move(record), inStore);
  model_.reset(std::move(tree));
  if (record_->settingsJson.isEmpty()) {
    sampling_->restoreLastUsed();
  } else {
    sampling_->restore(QJsonDocument::fromJson(record_->settingsJson.toUtf8()).object());
  }
  setNotice({});
  dismissError();
  emit conversationChanged();
  emit titleChanged();
  emit modeChanged();
  emit chatTemplateChanged();
  emit systemPromptChanged();
  emit draftChanged();
  emit contextChanged();
  emit contextPolicyChanged();
  emitPhase();
}

bool ChatController::isWriting(const MessageRecord& reply) const {
  if (sending_.isSaving(reply.conversationId)) return true;
  const ReplyRun* run = running_.of(reply.conversationId);
  if (run == nullptr) return false;
  const QList<MessageRecord>& replies = run->replies();
  return std::any_of(replies.begin(), replies.end(),
                     [&](const MessageRecord& other) { return other.id == reply.id; });
}

bool ChatController::isOutdated(const LoadedConversation& loaded) const {
  return std::any_of(
      loaded.messages.begin(), loaded.messages.end(),
      [&](const MessageRecord& message) { return isRunning(message) && !isWriting(message); });
}

void ChatController::show(const LoadedConversation& loaded) {
  QList<MessageRecord> messages = loaded.messages;
  for (MessageRecord& message : messages) {
    if (isRunning(message) && !isWriting(message)) message.status = MessageStatus::interrupted;
  }
  MessageTree tree(messages, loaded.conversation.currentLeaf);
  // The store is up to a second behind a reply that is being written.
  for (const MessageRecord& reply : running_.replies()) {
    if (tree.contains(reply.id)) tree.put(reply);
  }
  setRecord(loaded.conversation, std::move(tree), true);
}

void ChatController::showNew() {
  ConversationRecord record;
  record.id = newId();
  record.createdAt = now();
  record.updatedAt = record.createdAt;
  setRecord(std::move(record), {}, false);
}

bool ChatController::isUntouched() const {
  return model_.count() == 0 && draft().isEmpty() && title().isEmpty() && !generating();
}

void ChatController::setTitle(const QString& title) {
  record_.deserveStore();
  if (record_.set(&ConversationRecord::title, title)) emit titleChanged();
}

ConversationSummary ChatController::summary() const {
  ConversationSummary summary{record_->id, record_->title, record_->updatedAt, 0, {}};
  summary.replies = model_.tree().countReplies();
  for (const MessageRecord& message : model_.tree().recordsTo(model_.tree().leaf())) {
    if (message.role == MessageRole::assistant) summary.checkpointLabel = message.checkpointLabel;
  }
  return summary;
}

void ChatController::forget(const QString& conversationId) {
  running_.stop(conversationId);
  sending_.stop(conversationId);
  if (conversationId == record_->id) record_.forget();
}

void ChatController::saveAgain() { record_.save(); }

void ChatController::saveNow() {
  running_.save();
  record_.flush();
}

void ChatController::saveTails() {
  running_.interrupt();
  // A message that is just being saved is the store's now: should that fail, it keeps the text as
  // the draft, and a draft that looks sent must not come after it.
  if (!sending_.isSaving(record_->id)) record_.flush();
}

void ChatController::setNotice(const QString& notice) {
  if (notice == notice_) return;
  notice_ = notice;
  emit noticeChanged();
}

void ChatController::setError(const QString& title, const QString& text) {
  errorTitle_ = title;
  errorText_ = text;
  emit errorChanged();
}

void ChatController::dismissError() {
  if (errorTitle_.isEmpty() && errorText_.isEmpty()) return;
  setError({}, {});
}

void ChatController::emitPhase() {
  emit phaseChanged();
  emit prefillProgressChanged();
  emit canSendChanged();
}

}  // namespace cria::app
