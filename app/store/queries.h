// The statements: records to rows and back. Database thread.
#pragma once

#include <QList>
#include <QSqlDatabase>
#include <QSqlError>
#include <optional>

#include "app/store/records.h"

namespace cria::app {

// Insert, or overwrite the row with that id.
QSqlError upsertConversation(const QSqlDatabase& database, const ConversationRecord& record);
QSqlError upsertMessage(const QSqlDatabase& database, const MessageRecord& record);

/// 0 takes the mark away.
QSqlError markConversationDeleted(const QSqlDatabase& database, const QString& id, qint64 when);
QSqlError renameConversation(const QSqlDatabase& database, const QString& id, const QString& title);
/// Those marked as deleted are gone for good.
QSqlError purgeDeleted(const QSqlDatabase& database);
/// Replies that no process is writing any more become `interrupted`. `count`: how many.
QSqlError interruptRunning(const QSqlDatabase& database, int* count);

/// Newest first, without the deleted. `error` says why the list is short.
QList<ConversationSummary> loadSummaries(const QSqlDatabase& database, QSqlError* error);
std::optional<LoadedConversation> loadConversation(const QSqlDatabase& database, const QString& id,
                                                   QSqlError* error);

}  // namespace cria::app
