#include "app/conversations/turn.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QUuid>

namespace cria::app {

namespace {

MessageRecord newMessage(const QString& conversationId, const QString& parentId, MessageRole role,
                         const QString& text) {
  MessageRecord record;
  record.id = newId();
  record.conversationId = conversationId;
  record.parentId = parentId;
  record.role = role;
  record.text = text;
  record.createdAt = now();
  return record;
}

QList<MessageRecord> newReplies(const QString& conversationId, const QString& parentId,
                                const Author& author) {
  QList<MessageRecord> replies;
  for (int i = 0; i < author.variants; ++i) {
    MessageRecord reply = newMessage(conversationId, parentId, MessageRole::assistant, {});
    reply.status = MessageStatus::waiting;
    reply.seed = author.seed;
    reply.settingsJson = author.settingsJson;
    reply.checkpointPath = author.checkpointPath;
    reply.checkpointName = author.checkpointName;
    reply.checkpointLabel = author.checkpointLabel;
    replies.append(reply);
  }
  return replies;
}

void addMessage(Turn& turn, const MessageRecord& message) {
  turn.text = message.text;
  turn.messages.append(message);
  turn.path.append(message);
}

}  // namespace

QString newId() { return QUuid::createUuid().toString(QUuid::WithoutBraces); }

QString compactJson(const QJsonObject& json) {
  return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

qint64 now() { return QDateTime::currentMSecsSinceEpoch(); }

Turn turnToSend(const MessageTree& tree, const QString& conversationId, const QString& text,
                const Author& author) {
  Turn turn;
  turn.path = tree.recordsTo(tree.leaf());
  QString parent = tree.leaf();
  if (!text.isEmpty()) {
    addMessage(turn, newMessage(conversationId, parent, MessageRole::user, text));
    parent = turn.messages.first().id;
  }
  turn.replies = newReplies(conversationId, parent, author);
  return turn;
}

Turn turnToRegenerate(const MessageTree& tree, const QString& messageId, const Author& author) {
  const MessageRecord& record = tree.at(messageId);
  const QString parent = record.role == MessageRole::assistant ? record.parentId : record.id;
  Turn turn;
  turn.path = tree.recordsTo(parent);
  turn.replies = newReplies(record.conversationId, parent, author);
  return turn;
}

Turn turnToResend(const MessageTree& tree, const QString& messageId, const QString& text,
                  const Author& author) {
  const MessageRecord& old = tree.at(messageId);
  Turn turn;
  turn.path = tree.recordsTo(old.parentId);
  addMessage(turn, newMessage(old.conversationId, old.parentId, MessageRole::user, text));
  turn.replies = newReplies(old.conversationId, turn.messages.first().id, author);
  return turn;
}

Turn turnToContinue(const MessageTree& tree, const QString& messageId, const Author& author) {
  const MessageRecord& old = tree.at(messageId);
  Author one = author;
  one.variants = 1;
  Turn turn;
  turn.path = tree.recordsTo(messageId);
  turn.replies = newReplies(old.conversationId, old.parentId, one);
  MessageRecord& reply = turn.replies.first();
  reply.text = old.text;
  reply.tokenIds = old.tokenIds;
  reply.newTokens = old.newTokens;
  if (reply.checkpointPath == old.checkpointPath) {
    reply.id = old.id;
    reply.createdAt = old.createdAt;
  }
  return turn;
}

MessageRecord corrected(const MessageRecord& reply, const QString& text) {
  MessageRecord record = reply;
  record.id = newId();
  record.text = text;
  record.createdAt = now();
  record.tokenIds.clear();
  record.status = MessageStatus::done;
  record.finishReason = QStringLiteral("edited");
  return record;
}

QString draftWith(const QString& draft, const QString& text) {
  if (draft.isEmpty() || draft == text) return text;
  return text.isEmpty() ? draft : draft + QStringLiteral("\n\n") + text;
}

}  // namespace cria::app
