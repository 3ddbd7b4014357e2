// What SQLite says, as a sentence for a person.
#pragma once

#include <QSqlError>
#include <QString>

namespace cria::app {

/// SQLite's primary result code, 0 when there is none.
int sqliteCode(const QSqlError& error);

/// The file is damaged, or is no database.
bool isCorrupt(const QSqlError& error);

/// "The disk is full.", "Cria may not write to PATH.", ..
QString describe(const QSqlError& error, const QString& path);

}  // namespace cria::app
