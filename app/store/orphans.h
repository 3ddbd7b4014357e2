// Rows whose conversation or parent the database does not have (any more).
#pragma once

#include <QSqlDatabase>

#include "app/store/unsaved_rows.h"

namespace cria::app {

/// So that the database can take them: a conversation is made for those without one, and a message
/// without its parent becomes a root.
void adoptOrphans(const QSqlDatabase& database, UnsavedRows* rows);

}  // namespace cria::app
