// The settings of Cria 0.1's first builds, which wrote them with QSettings.
#pragma once

#include <QJsonObject>
#include <QString>

namespace cria::app {

/// Only reads; a file that is not there has no values.
QJsonObject readOldSettings(const QString& path);

}  // namespace cria::app
