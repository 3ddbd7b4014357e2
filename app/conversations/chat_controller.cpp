#include "app/conversations/chat_controller.h"

#include <QClipboard>
#include <QDateTime>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QLocale>
#include <QUuid>
#include <algorithm>
#include <limits>
#include <utility>

#include "app/checkpoints/checkpoint_controller.h"
#include "app/conversations/prompt_builder.h"
#include "app/inference/inference_service.h"
#include "app/sampling/sampling_controller.h"

namespace cria::app {

namespace {

constexpr int kFrameMs = 16;
constexpr int kTailMs = 1000;
constexpr int kRecordMs = 400;  ///< after the first change that is not saved
constexpr auto kChat = "chat";
constexpr auto kComplete = "complete";

QString newId() { return QUuid::createUuid().toString(QUuid::WithoutBraces); }

qint64 now() { return QDateTime::currentMSecsSinceEpoch(); }

QString compact(const QJsonObject& json) {
  return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

}  // namespace

ChatController::ChatController(InferenceService* inference, ConversationStore* store,
                               CheckpointController* checkpoints, SamplingController* sampling,
                               QObject* parent)
    : QObject(parent),
      inference_(inference),
      store_(store),
      checkpoints_(checkpoints),
      sampling_(sampling) {
  frame_.setSingleShot(true);
  frame_.setInterval(kFrameMs);
  frame_.setTimerType(Qt::PreciseTimer);
  connect(&frame_, &QTimer::timeout, this, &ChatController::drain);
  tail_.setInterval(kTailMs);
  connect(&tail_, &QTimer::timeout, this, &ChatController::saveRunning);
  recordTimer_.setSingleShot(true);
  recordTimer_.setInterval(kRecordMs);
  connect(&recordTimer_, &QTimer::timeout, this, &ChatController::saveRecord);

  connect(inference_, &InferenceService::tokensReady, this, &ChatController::onTokensReady);
  connect(inference_, &InferenceService::replyFinished, this, &ChatController::onReplyFinished);
  connect(sampling_, &SamplingController::valuesChanged, this, &ChatController::publishSettings);
  connect(sampling_, &SamplingController::edited, this, [this] {
    record_.settingsJson = compact(sampling_->state());
    touchRecord();
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

ChatController::~ChatController() = default;

ReplyRun* ChatController::shownRun() const {
  for (const auto& run : runs_) {
    if (run->conversationId() == record_.id) return run.get();
  }
  return nullptr;
}

QString ChatController::phase() const {
  if (const ReplyRun* run = shownRun()) {
    switch (run->phase()) {
      case ReplyRun::Phase::waiting:
        return QStringLiteral("waiting");
      case ReplyRun::Phase::prefill:
        return QStringLiteral("prefill");
      case ReplyRun::Phase::writing:
        return QStringLiteral("writing");
    }
  }
  const bool saving = turn_ && turn_->before.id == record_.id;
  return saving ? QStringLiteral("waiting") : QStringLiteral("idle");
}

double ChatController::prefillProgress() const {
  const ReplyRun* run = shownRun();
  return run ? run->prefillProgress() : 0;
}

QString ChatController::mode() const {
  if (!record_.mode.isEmpty()) return record_.mode;
  return QString::fromLatin1(checkpoints_->chatTuned() ? kChat : kComplete);
}

int ChatController::contextUsed() const {
  const int limit = contextLength() > 0 ? contextLength() : std::numeric_limits<int>::max();
  if (const ReplyRun* run = shownRun(); run && run->contextUsed() > 0) {
    return std::min(run->contextUsed(), limit);
  }
  int used = 0;  // of the last reply that has begun
  for (const QString& id : model_.tree().path()) {
    const MessageRecord& record = model_.tree().at(id);
    if (record.promptTokens > 0) used = record.promptTokens + record.newTokens;
  }
  return std::min(used, limit);
}

int ChatController::contextLength() const { return checkpoints_->contextLength(); }

bool ChatController::canSend() const {
  return checkpoints_->state() == QLatin1String("ready") && !generating();
}

void ChatController::setMode(const QString& mode) {
  if (mode == this->mode() || (mode != QLatin1String(kChat) && mode != QLatin1String(kComplete))) {
    return;
  }
  record_.mode = mode;
  touchRecord();
  emit modeChanged();
}

void ChatController::setChatTemplate(const QString& name) {
  if (name == record_.chatTemplate) return;
  if (name != QLatin1String("auto") && !engine::chat_template_from_name(name.toStdString())) return;
  record_.chatTemplate = name;
  touchRecord();
  emit chatTemplateChanged();
}

void ChatController::setSystemPrompt(const QString& text) {
  if (text == record_.systemPrompt) return;
  record_.systemPrompt = text;
  touchRecord();
  emit systemPromptChanged();
}

void ChatController::setDraft(const QString& text) {
  if (text == record_.draft) return;
  record_.draft = text;
  if (!text.isEmpty()) inStore_ = true;
  touchRecord();
  emit draftChanged();
}

void ChatController::setContextPolicy(const QString& policy) {
  if (policy == record_.contextPolicy ||
      (policy != QLatin1String("stop") && policy != QLatin1String("slide"))) {
    return;
  }
  record_.contextPolicy = policy;
  touchRecord();
  emit contextPolicyChanged();
}

QList<MessageRecord> ChatController::recordsTo(const QString& messageId) const {
  QList<MessageRecord> records;
  for (const QString& id : model_.tree().pathTo(messageId)) records.append(model_.tree().at(id));
  return records;
}

MessageRecord ChatController::newMessage(const QString& parentId, MessageRole role,
                                         const QString& text) const {
  MessageRecord record;
  record.id = newId();
  record.conversationId = record_.id;
  record.parentId = parentId;
  record.role = role;
  record.text = text;
  record.createdAt = now();
  return record;
}

QList<MessageRecord> ChatController::newReplies(const QString& parentId, int count,
                                                const QString& text) const {
  const QString seed = QString::number(sampling_->takeSeed());
  QList<MessageRecord> replies;
  for (int i = 0; i < count; ++i) {
    MessageRecord reply = newMessage(parentId, MessageRole::assistant, text);
    reply.status = MessageStatus::waiting;
    reply.seed = seed;
    reply.settingsJson = compact(sampling_->valuesJson());
    reply.checkpointPath = checkpoints_->path();
    reply.checkpointName = checkpoints_->name();
    reply.checkpointLabel = checkpoints_->shortLabel();
    replies.append(reply);
  }
  return replies;
}

void ChatController::send(const QString& text) {
  if (!canSend()) {
    if (!text.isEmpty()) setDraft(text);
    if (checkpoints_->state() != QLatin1String("ready")) {
      setError(tr("No checkpoint is open"), tr("Open a checkpoint first; your text is kept."));
    }
    return;
  }
  const bool chat = mode() == QLatin1String(kChat);
  if (chat && text.trimmed().isEmpty()) return;
  Turn turn;
  turn.text = text;
  turn.path = recordsTo(model_.tree().leaf());
  QString parent = model_.tree().leaf();
  if (!text.isEmpty()) {
    const MessageRecord message = newMessage(parent, MessageRole::user, text);
    turn.messages.append(message);
    turn.path.append(message);
    parent = message.id;
  }
  turn.replies = newReplies(parent, sampling_->variants(), {});
  beginTurn(std::move(turn));
}

void ChatController::regenerate(const QString& messageId) {
  if (!canSend() || !model_.tree().contains(messageId)) return;
  const MessageRecord& record = model_.tree().at(messageId);
  const QString parent = record.role == MessageRole::assistant ? record.parentId : record.id;
  Turn turn;
  turn.path = recordsTo(parent);
  turn.replies = newReplies(parent, sampling_->variants(), {});
  beginTurn(std::move(turn));
}

void ChatController::editAndResend(const QString& messageId, const QString& text) {
  if (!model_.tree().contains(messageId) || generating()) return;
  const MessageRecord old = model_.tree().at(messageId);
  if (old.role == MessageRole::assistant) {
    MessageRecord corrected = old;
    corrected.id = newId();
    corrected.text = text;
    corrected.createdAt = now();
    corrected.tokenIds.clear();
    corrected.status = MessageStatus::done;
    corrected.finishReason = QStringLiteral("edited");
    put({corrected});
    return;
  }
  if (!canSend() || text.isEmpty()) return;
  Turn turn;
  turn.text = text;
  const MessageRecord message = newMessage(old.parentId, MessageRole::user, text);
  turn.path = recordsTo(old.parentId);
  turn.path.append(message);
  turn.messages.append(message);
  turn.replies = newReplies(message.id, sampling_->variants(), {});
  beginTurn(std::move(turn));
}

void ChatController::continueReply(const QString& messageId) {
  if (!canSend() || !model_.tree().contains(messageId)) return;
  const MessageRecord old = model_.tree().at(messageId);
  if (old.role != MessageRole::assistant) return;
  Turn turn;
  turn.path = recordsTo(messageId);
  MessageRecord reply = newReplies(old.parentId, 1, old.text).first();
  reply.tokenIds = old.tokenIds;
  reply.newTokens = old.newTokens;
  if (reply.checkpointPath == old.checkpointPath) {
    reply.id = old.id;
    reply.createdAt = old.createdAt;
  }
  turn.replies.append(reply);
  beginTurn(std::move(turn));
}

void ChatController::beginTurn(Turn turn) {
  dismissError();
  setNotice({});
  record_.mode = mode();  // from its first message on, a conversation keeps its mode
  turn_ = std::make_shared<Turn>(std::move(turn));
  turn_->before = record_;
  ConversationRecord conversation = record_;
  conversation.draft = record_.draft == turn_->text ? QString() : record_.draft;
  conversation.currentLeaf = turn_->replies.first().id;
  conversation.checkpointPath = checkpoints_->path();
  conversation.settingsJson = compact(sampling_->state());
  conversation.updatedAt = now();
  if (conversation.title.isEmpty() && !turn_->messages.isEmpty()) {
    conversation.title = titleFrom(turn_->messages.first().text);
  }
  StoreWrite write{conversation, turn_->messages + turn_->replies};
  recordTimer_.stop();
  store_->save(write, this, [this, turn = turn_, conversation](const SaveOutcome& outcome) {
    onTurnSaved(turn, conversation, outcome);
  });
  emitPhase();
}

void ChatController::onTurnFailed(const Turn& turn, const QString& problem) {
  if (turn.before.id == record_.id) {
    if (record_.draft.isEmpty()) setDraft(turn.text);
  } else {
    ConversationRecord other = turn.before;
    if (other.draft.isEmpty()) other.draft = turn.text;
    store_->keep({other, {}});
  }
  setError(tr("The message could not be saved"),
           tr("%1 Nothing was sent; your text is kept.").arg(problem));
  emitPhase();
}

void ChatController::onTurnSaved(const std::shared_ptr<Turn>& turn,
                                 const ConversationRecord& conversation,
                                 const SaveOutcome& outcome) {
  const bool shown = conversation.id == record_.id;
  if (turn == turn_) turn_.reset();
  if (!outcome.saved) {
    onTurnFailed(*turn, outcome.problem);
    return;
  }
  if (shown) {
    inStore_ = true;
    const bool titled = conversation.title != record_.title;
    const bool sentDraft = record_.draft == turn->text && !record_.draft.isEmpty();
    record_.title = conversation.title;
    record_.currentLeaf = conversation.currentLeaf;
    record_.checkpointPath = conversation.checkpointPath;
    record_.settingsJson = conversation.settingsJson;
    record_.updatedAt = conversation.updatedAt;
    if (sentDraft) {
      record_.draft.clear();
      emit draftChanged();
    }
    // What was typed or chosen while the message was being saved.
    if (record_ != conversation) touchRecord();
    model_.apply(turn->messages + turn->replies, record_.currentLeaf);
    if (titled) emit titleChanged();
    emit modeChanged();
    emit summaryChanged(summary());
  }
  // A checkpoint that began to load meanwhile would answer in the name of the one of before.
  if (turn->stopped || checkpoints_->state() != QLatin1String("ready")) {
    for (MessageRecord& reply : turn->replies) reply.status = MessageStatus::cancelled;
    store_->keep({std::nullopt, turn->replies});
    if (shown) model_.apply(turn->replies, record_.currentLeaf);
    emitPhase();
    return;
  }
  startReply(turn, conversation);
}

void ChatController::startReply(const std::shared_ptr<Turn>& turn,
                                const ConversationRecord& conversation) {
  engine::GenerationRequest request;
  request.prompt = buildPrompt(conversation, turn->path);
  request.num_return_sequences = static_cast<std::int32_t>(turn->replies.size());
  request.seed = turn->replies.first().seed.toULongLong();
  request.context_policy = contextPolicyFromName(conversation.contextPolicy);
  auto settings = std::make_shared<LiveSettings>();
  settings->publish(sampling_->engineSettings());
  auto run = std::make_shared<ReplyRun>(turn->replies, settings);
  const InferenceService::Reply reply = inference_->write(std::move(request), settings);
  run->start(reply.id, reply.stream);
  runs_.insert(reply.id, run);
  if (!tail_.isActive()) tail_.start();
  emitPhase();
}

void ChatController::onTokensReady(quint64 id) {
  if (runs_.contains(id) && !frame_.isActive()) frame_.start();
}

void ChatController::drain() {
  for (const auto& run : std::as_const(runs_)) {
    const ReplyRun::Phase before = run->phase();
    run->drain();
    if (run->conversationId() != record_.id) continue;
    for (const MessageRecord& reply : run->replies()) model_.update(reply);
    if (run->phase() != before) emit phaseChanged();
    if (run->phase() == ReplyRun::Phase::prefill) emit prefillProgressChanged();
    if (run->tokensPerSecond() > 0) checkpoints_->setTokensPerSecond(run->tokensPerSecond());
    noteContext(*run, false);
    emit contextChanged();
  }
}

void ChatController::noteContext(const ReplyRun& run, bool finished) {
  const QLocale locale;
  if (run.droppedTokens() > 0) {
    setNotice(tr("The context is full: the oldest %1 tokens were left out of the prompt. The "
                 "system prompt is kept.")
                  .arg(locale.toString(run.droppedTokens())));
  } else if (finished && contextLength() > 0 && run.contextUsed() >= contextLength() &&
             run.replies().first().status == MessageStatus::length) {
    setNotice(tr("The context is full: the reply ended at %1 tokens. Choose \"slide\" to go on "
                 "without the oldest text.")
                  .arg(locale.toString(contextLength())));
  }
}

void ChatController::onReplyFinished(const ReplyOutcome& outcome) {
  const std::shared_ptr<ReplyRun> run = runs_.take(outcome.id);
  if (!run) return;
  run->finish(outcome);
  if (runs_.isEmpty()) tail_.stop();
  const bool shown = run->conversationId() == record_.id;
  StoreWrite write{std::nullopt, run->replies()};
  if (shown) {
    for (const MessageRecord& reply : run->replies()) model_.update(reply);
    record_.updatedAt = now();
    if (record_.title.isEmpty()) {
      record_.title = titleFrom(run->replies().first().text);
      emit titleChanged();
    }
    write.conversation = record_;
    noteContext(*run, true);
    if (outcome.error) {
      setError(tr("The reply could not be written"),
               QString::fromStdString(outcome.error->message));
    }
    if (run->tokensPerSecond() > 0) checkpoints_->setTokensPerSecond(run->tokensPerSecond());
    emit contextChanged();
    emit summaryChanged(summary());
  }
  store_->keep(write);
  emitPhase();
  emit replyFinished();
}

void ChatController::stop() {
  if (turn_ && turn_->before.id == record_.id) turn_->stopped = true;
  if (const ReplyRun* run = shownRun()) inference_->stop(run->id());
}

void ChatController::selectSibling(const QString& messageId, int delta) {
  if (!model_.tree().contains(messageId)) return;
  const QStringList siblings = model_.tree().siblings(messageId);
  const qsizetype next = siblings.indexOf(messageId) + delta;
  if (next < 0 || next >= siblings.size()) return;
  record_.currentLeaf = model_.tree().newestLeafBelow(siblings.at(next));
  model_.apply({}, record_.currentLeaf);
  touchRecord();
  emit contextChanged();
}

void ChatController::copyText(const QString& messageId) {
  if (!model_.tree().contains(messageId) || !QGuiApplication::clipboard()) return;
  QGuiApplication::clipboard()->setText(model_.tree().at(messageId).text);
}

void ChatController::put(const QList<MessageRecord>& records) {
  record_.currentLeaf = records.last().id;
  record_.updatedAt = now();
  model_.apply(records, record_.currentLeaf);
  store_->keep({record_, records});
  emit summaryChanged(summary());
}

void ChatController::publishSettings() {
  if (const ReplyRun* run = shownRun()) run->settings()->publish(sampling_->engineSettings());
}

void ChatController::saveRunning() {
  for (const auto& run : std::as_const(runs_)) {
    if (!run->isUnsaved()) continue;
    run->markSaved();
    store_->keep({std::nullopt, run->replies()});
  }
}

void ChatController::setRecord(ConversationRecord record, MessageTree tree) {
  flushRecord();
  record_ = std::move(record);
  model_.reset(std::move(tree));
  if (record_.settingsJson.isEmpty()) {
    sampling_->restoreLastUsed();
  } else {
    sampling_->restore(QJsonDocument::fromJson(record_.settingsJson.toUtf8()).object());
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

void ChatController::show(const LoadedConversation& loaded) {
  MessageTree tree(loaded.messages, loaded.conversation.currentLeaf);
  // The store is up to a second behind a reply that is being written.
  for (const auto& run : std::as_const(runs_)) {
    for (const MessageRecord& reply : run->replies()) {
      if (tree.contains(reply.id)) tree.put(reply);
    }
  }
  setRecord(loaded.conversation, std::move(tree));
  inStore_ = true;
}

void ChatController::showNew() {
  ConversationRecord record;
  record.id = newId();
  record.createdAt = now();
  record.updatedAt = record.createdAt;
  setRecord(std::move(record), {});
  inStore_ = false;
}

void ChatController::setTitle(const QString& title) {
  if (title == record_.title) return;
  record_.title = title;
  inStore_ = true;
  touchRecord();
  emit titleChanged();
}

ConversationSummary ChatController::summary() const {
  ConversationSummary summary{record_.id, record_.title, record_.updatedAt, 0, {}};
  summary.replies = model_.tree().countReplies();
  for (const MessageRecord& message : recordsTo(model_.tree().leaf())) {
    if (message.role == MessageRole::assistant) summary.checkpointLabel = message.checkpointLabel;
  }
  return summary;
}

void ChatController::forget(const QString& conversationId) {
  for (const auto& run : std::as_const(runs_)) {
    if (run->conversationId() == conversationId) inference_->stop(run->id());
  }
  if (turn_ && turn_->before.id == conversationId) turn_->stopped = true;
  if (conversationId == record_.id) {
    recordTimer_.stop();
    inStore_ = false;
  }
}

void ChatController::touchRecord() {
  if (inStore_ && !recordTimer_.isActive()) recordTimer_.start();
}

void ChatController::saveRecord() {
  recordTimer_.stop();
  if (!inStore_ || record_.id.isEmpty()) return;
  store_->keep({record_, {}});
  emit summaryChanged(summary());
}

void ChatController::flushRecord() {
  if (recordTimer_.isActive()) saveRecord();
}

void ChatController::saveAgain() { saveRecord(); }

void ChatController::stopAll() {
  if (turn_) turn_->stopped = true;
  for (const auto& run : std::as_const(runs_)) inference_->stop(run->id());
}

void ChatController::saveTails() {
  frame_.stop();
  tail_.stop();
  for (const auto& run : std::as_const(runs_)) {
    run->interrupt();
    store_->keep({std::nullopt, run->replies()});
  }
  runs_.clear();
  flushRecord();
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
