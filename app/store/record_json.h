// Records as JSON, for the file in which unsaved ones wait for the next start.
#pragma once

#include <QJsonObject>

#include "app/store/unsaved_rows.h"

namespace cria::app {

QJsonObject toJson(const UnsavedRows& rows);
/// What is missing or of another type has its default; rows without an id are left out.
UnsavedRows unsavedRowsFrom(const QJsonObject& json);

}  // namespace cria::app
