#include "app/preferences/preferences_file.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <optional>

#include "app/preferences/old_settings.h"

namespace cria::app {

namespace {

constexpr qint64 kLargestFile = 4 << 20;

/// Nothing: there is none that can be read.
std::optional<QJsonObject> contentOf(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return std::nullopt;
  const QJsonDocument document = QJsonDocument::fromJson(file.read(kLargestFile));
  if (!document.isObject()) return std::nullopt;
  return document.object();
}

QString setAside(const QString& path) {
  const QString stamp =
      QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
  const QString aside = path + QLatin1String(".damaged-") + stamp;
  return QFile::rename(path, aside) ? aside : path;
}

}  // namespace

StoredPreferences readPreferences(const QString& path) {
  removeUnfinished(path);
  if (!QFile::exists(path)) {
    return {readOldSettings(QFileInfo(path).absolutePath() + QLatin1String("/cria.ini")), {}};
  }
  if (auto values = contentOf(path)) return {*values, {}};
  return {{},
          QCoreApplication::translate("cria::Preferences",
                                      "The file of your settings could not be read. It was kept as "
                                      "%1, and Cria begins with its defaults.")
              .arg(setAside(path))};
}

QString changePreferences(const QString& path, const QJsonObject& values,
                          const QJsonObject& changes, const FileWriter& write) {
  QJsonObject content = contentOf(path).value_or(values);
  for (auto change = changes.begin(); change != changes.end(); ++change) {
    content.insert(change.key(), change.value());
  }
  return write(path, QJsonDocument(content).toJson());
}

}  // namespace cria::app
