#include "app/store/rescue_file.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QStandardPaths>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/replace_file.h"
#include "app/store/record_json.h"

namespace cria::app {

namespace {

constexpr qint64 kLargestFile = 1 << 30;
constexpr int kHashDigits = 12;

/// In a folder that all may write to, a file could be anybody's.
QByteArray readOwnFile(const QString& path) {
  const int descriptor =
      ::open(QFile::encodeName(path).constData(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return {};
  struct stat status = {};
  QFile file;
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) ||
      status.st_uid != ::geteuid() || status.st_size > kLargestFile ||
      !file.open(descriptor, QIODevice::ReadOnly, QFileDevice::AutoCloseHandle)) {
    ::close(descriptor);
    return {};
  }
  return file.readAll();
}

}  // namespace

QStringList rescueFolders() {
  return {QDir::homePath(), QDir::tempPath(),
          QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation)};
}

QString rescuePath(const QString& folder, const QString& database) {
  // The folder's real name, by whatever way it was reached.
  const QFileInfo info(database);
  const QString real = QFileInfo(info.absolutePath()).canonicalFilePath() + info.fileName();
  const QByteArray hash =
      QCryptographicHash::hash(real.toUtf8(), QCryptographicHash::Sha256).toHex();
  return QDir(folder).filePath(
      QStringLiteral("cria-unsaved-%1.json").arg(QString::fromLatin1(hash.left(kHashDigits))));
}

QString writeRescue(const QStringList& folders, const QString& database, const UnsavedRows& rows) {
  const QByteArray bytes = QJsonDocument(toJson(rows)).toJson();
  for (const QString& folder : folders) {
    if (folder.isEmpty()) continue;
    QString path = rescuePath(folder, database);
    // Where others may write too, a link could lead to any file of this user.
    if (QFileInfo(path).isSymLink()) continue;
    if (replaceFile(path, bytes).isEmpty()) return path;
  }
  return {};
}

std::optional<UnsavedRows> readRescue(const QString& path) {
  const QJsonDocument document = QJsonDocument::fromJson(readOwnFile(path));
  if (!document.isObject()) return std::nullopt;
  UnsavedRows rows = unsavedRowsFrom(document.object());
  for (MessageRecord& record : rows.messages) {
    if (record.status == MessageStatus::waiting || record.status == MessageStatus::streaming) {
      record.status = MessageStatus::interrupted;
    }
  }
  return rows;
}

}  // namespace cria::app
