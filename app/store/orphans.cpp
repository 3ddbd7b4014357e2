#include "app/store/orphans.h"

#include <QCoreApplication>
#include <QSet>

#include "app/store/queries.h"

namespace cria::app {

void adoptOrphans(const QSqlDatabase& database, UnsavedRows* rows) {
  QSet<QString> conversations;
  for (const ConversationRecord& record : std::as_const(rows->conversations)) {
    conversations.insert(record.id);
  }
  QSet<QString> messages;
  QSet<QString> looked;
  for (MessageRecord& record : rows->messages) {
    const QString& id = record.conversationId;
    if (!looked.contains(id)) {
      looked.insert(id);
      QSqlError error;
      const auto known = loadConversation(database, id, &error);
      for (const MessageRecord& message : known ? known->messages : QList<MessageRecord>()) {
        messages.insert(message.id);
      }
      if (!known && !conversations.contains(id)) {
        ConversationRecord made;
        made.id = id;
        made.title = QCoreApplication::translate("cria::Store", "Rescued messages");
        made.createdAt = record.createdAt;
        made.updatedAt = record.createdAt;
        conversations.insert(id);
        rows->put(made);
      }
    }
    if (!messages.contains(record.parentId)) record.parentId.clear();
    messages.insert(record.id);
  }
}

}  // namespace cria::app
