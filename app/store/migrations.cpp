#include "app/store/migrations.h"

#include <QFile>
#include <QSqlQuery>
#include <QStringList>

namespace cria::app {

namespace {

constexpr const char* kMigrations[] = {
    ":/cria/migrations/001_conversations.sql",
    ":/cria/migrations/002_context.sql",
};
static_assert(std::size(kMigrations) == kSchemaVersion);
constexpr const char* kSchema = ":/cria/migrations/schema.sql";

QSqlError run(const QSqlDatabase& database, const QString& statement) {
  QSqlQuery query(database);
  return query.exec(statement) ? QSqlError() : query.lastError();
}

/// The files have no triggers, and no semicolon but at the end of a statement.
QSqlError runFile(const QSqlDatabase& database, const char* path) {
  QFile file(QString::fromLatin1(path));
  if (!file.open(QIODevice::ReadOnly)) {
    return {QStringLiteral("missing"), QString::fromLatin1(path), QSqlError::StatementError};
  }
  QString sql;
  for (const QString& line : QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'))) {
    if (!line.startsWith(QLatin1String("--"))) sql += line + QLatin1Char('\n');
  }
  for (const QString& statement : sql.split(QLatin1Char(';'))) {
    if (statement.trimmed().isEmpty()) continue;
    QSqlError error = run(database, statement);
    if (error.isValid()) return error;
  }
  return {};
}

QSqlError inTransaction(const QSqlDatabase& database, int from, bool whole) {
  QSqlError error = run(database, QStringLiteral("BEGIN IMMEDIATE"));
  if (error.isValid()) return error;
  if (whole) {
    error = runFile(database, kSchema);
  } else {
    for (int version = from; version < kSchemaVersion && !error.isValid(); ++version) {
      error = runFile(database, kMigrations[version]);
    }
  }
  if (!error.isValid()) {
    error = run(database, QStringLiteral("PRAGMA user_version = %1").arg(kSchemaVersion));
  }
  if (!error.isValid()) error = run(database, QStringLiteral("COMMIT"));
  if (error.isValid()) run(database, QStringLiteral("ROLLBACK"));
  return error;
}

}  // namespace

std::optional<int> schemaVersion(const QSqlDatabase& database) {
  QSqlQuery query(database);
  if (!query.exec(QStringLiteral("PRAGMA user_version")) || !query.next()) return std::nullopt;
  return query.value(0).toInt();
}

QSqlError migrate(const QSqlDatabase& database) {
  const int version = schemaVersion(database).value_or(0);
  if (version >= kSchemaVersion) return {};
  return inTransaction(database, version, version == 0);
}

QSqlError migrateStepByStep(const QSqlDatabase& database) {
  const int version = schemaVersion(database).value_or(0);
  return version >= kSchemaVersion ? QSqlError() : inTransaction(database, version, false);
}

}  // namespace cria::app
