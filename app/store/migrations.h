// Brings a database to the schema of this version.
#pragma once

#include <QSqlDatabase>
#include <QSqlError>
#include <optional>

namespace cria::app {

/// The schema that this program writes; PRAGMA user_version of the file.
inline constexpr int kSchemaVersion = 2;

/// Nothing when the pragma cannot be read.
std::optional<int> schemaVersion(const QSqlDatabase& database);

/// From whatever version to kSchemaVersion, in one transaction; an empty database gets the whole
/// schema at once. A file that is newer is left alone. Returns the error that stopped it, if any.
QSqlError migrate(const QSqlDatabase& database);

/// As migrate(), but an empty database too goes through every migration: for the test that holds
/// both ways equal.
QSqlError migrateStepByStep(const QSqlDatabase& database);

}  // namespace cria::app
