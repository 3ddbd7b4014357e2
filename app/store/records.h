// What the store keeps, as plain values: they cross from the database thread to the GUI thread.
#pragma once

#include <QByteArray>
#include <QList>
#include <QMetaType>
#include <QString>

namespace cria::app {

enum class MessageRole : quint8 { user, assistant };

/// How a message stands. `waiting` and `streaming` turn into `interrupted` at the next start.
enum class MessageStatus : quint8 {
  done,         ///< a user's message, or a reply that ended with eos
  waiting,      ///< saved, no token yet
  streaming,    ///< being written
  interrupted,  ///< the program ended in mid-reply
  cancelled,    ///< stopped by the user
  error,        ///< see errorText
  length,       ///< ended by the maximum length or the context's end
  stop,         ///< ended by a stop string
};

QString nameOf(MessageRole role);
QString nameOf(MessageStatus status);
MessageRole messageRoleFromName(const QString& name);
MessageStatus messageStatusFromName(const QString& name);

/// One node of a conversation's tree. Replies to the same parent are siblings.
struct MessageRecord {
  QString id;
  QString conversationId;
  QString parentId;  ///< "" for a root
  MessageRole role = MessageRole::user;
  QString text;
  MessageStatus status = MessageStatus::done;
  QString errorText;
  qint64 createdAt = 0;  ///< ms since 1970, UTC

  // Replies only.
  QString checkpointPath;
  QString checkpointName;
  QString checkpointLabel;
  QString seed;          ///< decimal, 64 bits without sign
  QString settingsJson;  ///< the sampling settings in force at the start
  QByteArray tokenIds;   ///< int32, little endian
  QString finishReason;
  double tokensPerSecond = 0;
  int newTokens = 0;
  int promptTokens = 0;

  bool operator==(const MessageRecord&) const = default;
};

/// A reply that has not ended.
inline bool isRunning(const MessageRecord& message) {
  return message.status == MessageStatus::waiting || message.status == MessageStatus::streaming;
}

struct ConversationRecord {
  QString id;
  QString title;
  QString mode;  ///< "chat", "complete"; "" until the user chooses: the checkpoint's
  QString chatTemplate = QStringLiteral("auto");
  QString systemPrompt;
  QString draft;  ///< typed and not sent
  QString contextPolicy = QStringLiteral("stop");
  QString currentLeaf;   ///< the last message of the path that is shown
  QString settingsJson;  ///< the sampling settings that differ from the checkpoint's
  QString checkpointPath;
  qint64 createdAt = 0;
  qint64 updatedAt = 0;

  bool operator==(const ConversationRecord&) const = default;
};

/// A row of the list of conversations.
struct ConversationSummary {
  QString id;
  QString title;
  qint64 updatedAt = 0;
  int replies = 0;
  QString checkpointLabel;  ///< of the newest reply

  bool operator==(const ConversationSummary&) const = default;
};

struct LoadedConversation {
  ConversationRecord conversation;
  QList<MessageRecord>
      messages;  ///< parents before children, siblings in the order of their making
};

}  // namespace cria::app
