#include "app/inference/folder_stamp.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

namespace cria::app {

QByteArray folderStamp(const QString& path) {
  const QFileInfo info(path);
  const QDir folder = info.isDir() ? QDir(path) : info.dir();
  QByteArray stamp;
  for (const QFileInfo& file : folder.entryInfoList(QDir::Files, QDir::Name)) {
    stamp += file.fileName().toUtf8() + '\0' + QByteArray::number(file.size()) + ' ' +
             QByteArray::number(file.lastModified().toMSecsSinceEpoch()) + '\n';
  }
  return stamp;
}

}  // namespace cria::app
