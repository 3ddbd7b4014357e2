#include "app/replace_file.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QSaveFile>
#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace cria::app {

namespace {

constexpr qint64 kAbandonedAfterS = 60;

QString problem(const QString& path, const QString& reason) {
  return QCoreApplication::translate("cria::Files", "%1 could not be written: %2.")
      .arg(QDir::toNativeSeparators(path), reason);
}

}  // namespace

QString replaceFile(const QString& path, const QByteArray& bytes) {
  QDir().mkpath(QFileInfo(path).absolutePath());
  QSaveFile file(path);
  if (!file.open(QIODevice::WriteOnly)) return problem(path, file.errorString());
  file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
  if (file.write(bytes) != bytes.size() || !file.flush()) return problem(path, file.errorString());
  // QSaveFile syncs too, but does not say when that fails, as it does on a disk over its quota.
  if (::fsync(file.handle()) != 0) return problem(path, QString::fromLocal8Bit(strerror(errno)));
  return file.commit() ? QString() : problem(path, file.errorString());
}

void removeUnfinished(const QString& path) {
  const QFileInfo info(path);
  const QDateTime abandoned = QDateTime::currentDateTime().addSecs(-kAbandonedAfterS);
  // QSaveFile adds a point and six letters.
  const QFileInfoList found = info.absoluteDir().entryInfoList(
      {info.fileName() + QLatin1String(".??????")}, QDir::Files | QDir::Hidden | QDir::NoSymLinks);
  for (const QFileInfo& left : found) {
    if (left.lastModified() < abandoned) QFile::remove(left.absoluteFilePath());
  }
}

}  // namespace cria::app
