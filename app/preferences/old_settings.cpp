#include "app/preferences/old_settings.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSettings>

namespace cria::app {

namespace {

/// An ini file knows only texts, lists of them, and bytes, in which JSON was.
QJsonValue jsonOf(const QVariant& value) {
  if (value.typeId() == QMetaType::QStringList) {
    return QJsonArray::fromStringList(value.toStringList());
  }
  if (value.typeId() == QMetaType::QByteArray) {
    return QJsonDocument::fromJson(value.toByteArray()).object();
  }
  const QString text = value.toString();
  if (text == QLatin1String("true") || text == QLatin1String("false")) return value.toBool();
  bool isNumber = false;
  const int number = text.toInt(&isNumber);
  return isNumber ? QJsonValue(number) : QJsonValue(text);
}

}  // namespace

QJsonObject readOldSettings(const QString& path) {
  QJsonObject values;
  if (!QFile::exists(path)) return values;
  const QSettings settings(path, QSettings::IniFormat);
  const QStringList keys = settings.allKeys();
  for (const QString& key : keys) values.insert(key, jsonOf(settings.value(key)));
  return values;
}

}  // namespace cria::app
