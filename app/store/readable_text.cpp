#include "app/store/readable_text.h"

#include <QCoreApplication>
#include <QStringList>

namespace cria::app {

namespace {

QString say(const char* text) { return QCoreApplication::translate("cria::Text", text); }

QString part(const QString& who, const QString& text) {
  return QStringLiteral("**%1**\n\n").arg(who) + text + QStringLiteral("\n\n");
}

QString author(const MessageRecord& message) {
  if (message.role == MessageRole::user) return say(QT_TRANSLATE_NOOP("cria::Text", "You"));
  const QString name = message.checkpointName + QLatin1Char(' ') + message.checkpointLabel;
  return name.trimmed().isEmpty() ? say(QT_TRANSLATE_NOOP("cria::Text", "Reply")) : name.trimmed();
}

}  // namespace

QString readableText(const UnsavedRows& rows) {
  QStringList ids;
  for (const ConversationRecord& record : rows.conversations) ids.append(record.id);
  for (const MessageRecord& record : rows.messages) {
    if (!ids.contains(record.conversationId)) ids.append(record.conversationId);
  }
  QString text;
  for (const QString& id : std::as_const(ids)) {
    ConversationRecord conversation;
    for (const ConversationRecord& record : rows.conversations) {
      if (record.id == id) conversation = record;
    }
    text += QStringLiteral("# ") +
            (conversation.title.isEmpty() ? say(QT_TRANSLATE_NOOP("cria::Text", "A conversation"))
                                          : conversation.title) +
            QStringLiteral("\n\n");
    for (const MessageRecord& message : rows.messages) {
      if (message.conversationId == id) text += part(author(message), message.text);
    }
    if (!conversation.draft.isEmpty()) {
      text += part(say(QT_TRANSLATE_NOOP("cria::Text", "Typed and not sent")), conversation.draft);
    }
  }
  return text;
}

}  // namespace cria::app
