// What a person asks for at once: a message, if there is a new one, and the replies to it.
#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>

#include "app/conversations/message_tree.h"
#include "app/store/records.h"

namespace cria::app {

/// Saved as a whole before the first reply begins.
struct Turn {
  QList<MessageRecord> messages;  ///< the user's, if there is a new one
  QList<MessageRecord> replies;   ///< never empty; of one request
  QList<MessageRecord> path;      ///< the prompt
  QString text;                   ///< what the user wrote; goes back into the draft on failure
  bool stopped = false;

  QString conversationId() const { return replies.first().conversationId; }
};

/// Who writes the replies, and how.
struct Author {
  QString checkpointPath;
  QString checkpointName;
  QString checkpointLabel;
  QString settingsJson;
  QString seed;
  int variants = 1;
};

QString newId();
qint64 now();  ///< ms since 1970, UTC
QString compactJson(const QJsonObject& json);

/// After the last message of the path that is shown. An empty text continues what is there.
Turn turnToSend(const MessageTree& tree, const QString& conversationId, const QString& text,
                const Author& author);

// Precondition of the others: the tree contains `messageId`.

/// Siblings of that reply; or replies to that message of the user's.
Turn turnToRegenerate(const MessageTree& tree, const QString& messageId, const Author& author);
/// A sibling of that message of the user's, with another text.
Turn turnToResend(const MessageTree& tree, const QString& messageId, const QString& text,
                  const Author& author);
/// Goes on where that reply ended: in the same message under the same checkpoint, else in a
/// sibling.
Turn turnToContinue(const MessageTree& tree, const QString& messageId, const Author& author);

/// A sibling of that reply as a person corrected it.
MessageRecord corrected(const MessageRecord& reply, const QString& text);

/// The draft with a text that could not be sent.
QString draftWith(const QString& draft, const QString& text);

}  // namespace cria::app
