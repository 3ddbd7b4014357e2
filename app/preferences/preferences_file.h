// preferences.json: reading it, and changing some of its values. Any thread; waits for the disk.
#pragma once

#include <QJsonObject>
#include <QString>

#include "app/replace_file.h"

namespace cria::app {

struct StoredPreferences {
  QJsonObject values;
  QString notice;  ///< for the user: a damaged file was set aside
};

/// Without a file, the values of an older Cria's cria.ini beside it, if there is one.
StoredPreferences readPreferences(const QString& path);

/// Over what the file holds now, so that two windows keep each other's changes; `values` are what
/// it is made of when it cannot be read. Returns what `write` does.
QString changePreferences(const QString& path, const QJsonObject& values,
                          const QJsonObject& changes, const FileWriter& write);

}  // namespace cria::app
