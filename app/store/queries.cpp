#include "app/store/queries.h"

#include <QSqlQuery>
#include <QVariant>

namespace cria::app {

namespace {

/// QString() would be bound as NULL.
QString notNull(const QString& text) { return text.isNull() ? QStringLiteral("") : text; }

QSqlError finish(QSqlQuery& query) { return query.exec() ? QSqlError() : query.lastError(); }

MessageRecord messageFrom(const QSqlQuery& row) {
  MessageRecord record;
  int i = 0;
  record.id = row.value(i++).toString();
  record.conversationId = row.value(i++).toString();
  record.parentId = row.value(i++).toString();
  record.role = messageRoleFromName(row.value(i++).toString());
  record.text = row.value(i++).toString();
  record.status = messageStatusFromName(row.value(i++).toString());
  record.errorText = row.value(i++).toString();
  record.createdAt = row.value(i++).toLongLong();
  record.checkpointPath = row.value(i++).toString();
  record.checkpointName = row.value(i++).toString();
  record.checkpointLabel = row.value(i++).toString();
  record.seed = row.value(i++).toString();
  record.settingsJson = row.value(i++).toString();
  record.tokenIds = row.value(i++).toByteArray();
  record.finishReason = row.value(i++).toString();
  record.tokensPerSecond = row.value(i++).toDouble();
  record.newTokens = row.value(i++).toInt();
  record.promptTokens = row.value(i++).toInt();
  return record;
}

ConversationRecord conversationFrom(const QSqlQuery& row) {
  ConversationRecord record;
  int i = 0;
  record.id = row.value(i++).toString();
  record.title = row.value(i++).toString();
  record.mode = row.value(i++).toString();
  record.chatTemplate = row.value(i++).toString();
  record.systemPrompt = row.value(i++).toString();
  record.draft = row.value(i++).toString();
  record.contextPolicy = row.value(i++).toString();
  record.currentLeaf = row.value(i++).toString();
  record.settingsJson = row.value(i++).toString();
  record.checkpointPath = row.value(i++).toString();
  record.createdAt = row.value(i++).toLongLong();
  record.updatedAt = row.value(i++).toLongLong();
  return record;
}

}  // namespace

QSqlError upsertConversation(const QSqlDatabase& database, const ConversationRecord& record) {
  QSqlQuery query(database);
  if (!query.prepare(QStringLiteral(
          "INSERT INTO conversations (id, title, mode, chat_template, system_prompt, draft,"
          " context_policy, current_leaf, settings, checkpoint_path, created_at, updated_at)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          " ON CONFLICT (id) DO UPDATE SET title = excluded.title, mode = excluded.mode,"
          " chat_template = excluded.chat_template, system_prompt = excluded.system_prompt,"
          " draft = excluded.draft, context_policy = excluded.context_policy,"
          " current_leaf = excluded.current_leaf, settings = excluded.settings,"
          " checkpoint_path = excluded.checkpoint_path, updated_at = excluded.updated_at"))) {
    return query.lastError();
  }
  for (const QString& text : {record.id, record.title, record.mode, record.chatTemplate,
                              record.systemPrompt, record.draft, record.contextPolicy,
                              record.currentLeaf, record.settingsJson, record.checkpointPath}) {
    query.addBindValue(notNull(text));
  }
  query.addBindValue(record.createdAt);
  query.addBindValue(record.updatedAt);
  return finish(query);
}

QSqlError upsertMessage(const QSqlDatabase& database, const MessageRecord& record) {
  QSqlQuery query(database);
  if (!query.prepare(QStringLiteral(
          "INSERT INTO messages (id, conversation_id, parent_id, role, text, status, error_text,"
          " created_at, checkpoint_path, checkpoint_name, checkpoint_label, seed, settings,"
          " token_ids, finish_reason, tokens_per_second, new_tokens, prompt_tokens)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          " ON CONFLICT (id) DO UPDATE SET text = excluded.text, status = excluded.status,"
          " error_text = excluded.error_text, checkpoint_path = excluded.checkpoint_path,"
          " checkpoint_name = excluded.checkpoint_name,"
          " checkpoint_label = excluded.checkpoint_label, seed = excluded.seed,"
          " settings = excluded.settings, token_ids = excluded.token_ids,"
          " finish_reason = excluded.finish_reason,"
          " tokens_per_second = excluded.tokens_per_second, new_tokens = excluded.new_tokens,"
          " prompt_tokens = excluded.prompt_tokens"))) {
    return query.lastError();
  }
  query.addBindValue(record.id);
  query.addBindValue(record.conversationId);
  query.addBindValue(record.parentId.isEmpty() ? QVariant(QMetaType::fromType<QString>())
                                               : QVariant(record.parentId));
  for (const QString& text :
       {nameOf(record.role), record.text, nameOf(record.status), record.errorText}) {
    query.addBindValue(notNull(text));
  }
  query.addBindValue(record.createdAt);
  for (const QString& text : {record.checkpointPath, record.checkpointName, record.checkpointLabel,
                              record.seed, record.settingsJson}) {
    query.addBindValue(notNull(text));
  }
  query.addBindValue(record.tokenIds);
  query.addBindValue(notNull(record.finishReason));
  query.addBindValue(record.tokensPerSecond);
  query.addBindValue(record.newTokens);
  query.addBindValue(record.promptTokens);
  return finish(query);
}

QSqlError markConversationDeleted(const QSqlDatabase& database, const QString& id, qint64 when) {
  QSqlQuery query(database);
  query.prepare(QStringLiteral("UPDATE conversations SET deleted_at = ? WHERE id = ?"));
  query.addBindValue(when == 0 ? QVariant(QMetaType::fromType<qlonglong>()) : QVariant(when));
  query.addBindValue(id);
  return finish(query);
}

QSqlError renameConversation(const QSqlDatabase& database, const QString& id,
                             const QString& title) {
  QSqlQuery query(database);
  query.prepare(QStringLiteral("UPDATE conversations SET title = ? WHERE id = ?"));
  query.addBindValue(notNull(title));
  query.addBindValue(id);
  return finish(query);
}

QSqlError purgeDeleted(const QSqlDatabase& database) {
  QSqlQuery query(database);
  query.prepare(QStringLiteral("DELETE FROM conversations WHERE deleted_at IS NOT NULL"));
  return finish(query);
}

QSqlError interruptRunning(const QSqlDatabase& database, int* count) {
  QSqlQuery query(database);
  query.prepare(QStringLiteral(
      "UPDATE messages SET status = 'interrupted' WHERE status IN ('waiting', 'streaming')"));
  QSqlError error = finish(query);
  *count = error.isValid() ? 0 : query.numRowsAffected();
  return error;
}

QList<ConversationSummary> loadSummaries(const QSqlDatabase& database, QSqlError* error) {
  QList<ConversationSummary> summaries;
  QSqlQuery query(database);
  query.setForwardOnly(true);
  if (!query.exec(QStringLiteral(
          "SELECT c.id, c.title, c.updated_at,"
          " (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id"
          "   AND m.role = 'assistant'),"
          " coalesce((SELECT m.checkpoint_label FROM messages m WHERE m.conversation_id = c.id"
          "   AND m.role = 'assistant' ORDER BY m.number DESC LIMIT 1), '')"
          " FROM conversations c WHERE c.deleted_at IS NULL"
          " ORDER BY c.updated_at DESC, c.rowid DESC"))) {
    *error = query.lastError();
    return summaries;
  }
  while (query.next()) {
    summaries.append({query.value(0).toString(), query.value(1).toString(),
                      query.value(2).toLongLong(), query.value(3).toInt(),
                      query.value(4).toString()});
  }
  *error = query.lastError();
  return summaries;
}

std::optional<LoadedConversation> loadConversation(const QSqlDatabase& database, const QString& id,
                                                   QSqlError* error) {
  QSqlQuery query(database);
  query.setForwardOnly(true);
  query.prepare(QStringLiteral(
      "SELECT id, title, mode, chat_template, system_prompt, draft, context_policy, current_leaf,"
      " settings, checkpoint_path, created_at, updated_at FROM conversations WHERE id = ?"));
  query.addBindValue(id);
  if (!query.exec() || !query.next()) {
    *error = query.lastError();
    return std::nullopt;
  }
  LoadedConversation loaded;
  loaded.conversation = conversationFrom(query);
  query.prepare(QStringLiteral(
      "SELECT id, conversation_id, parent_id, role, text, status, error_text, created_at,"
      " checkpoint_path, checkpoint_name, checkpoint_label, seed, settings, token_ids,"
      " finish_reason, tokens_per_second, new_tokens, prompt_tokens FROM messages"
      " WHERE conversation_id = ? ORDER BY number"));
  query.addBindValue(id);
  if (!query.exec()) {
    *error = query.lastError();
    return std::nullopt;
  }
  while (query.next()) loaded.messages.append(messageFrom(query));
  *error = query.lastError();
  return error->isValid() ? std::nullopt : std::optional(std::move(loaded));
}

}  // namespace cria::app
