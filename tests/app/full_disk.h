// Two ways to a full disk: a limit for this process's files, which works everywhere, and a small
// disk of its own, which only root may mount.
#pragma once

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <csignal>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

namespace cria::app::testing {

/// While it lives, no file of this process grows beyond what the database in `folder` has written
/// so far, and a little.
class FileLimit {
 public:
  explicit FileLimit(const QString& folder) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    constexpr qint64 kLittle = 4096;
    limit.rlim_cur =
        static_cast<rlim_t>(QFileInfo(folder + QLatin1String("/cria.db-wal")).size() + kLittle);
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileLimit() { lift(); }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;
  void lift() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

/// A disk of 4 MiB.
class SmallDisk {
 public:
  SmallDisk() {
    const QByteArray path = QFile::encodeName(folder_.path());
    mounted_ = ::mount("tmpfs", path.constData(), "tmpfs", 0, "size=4m") == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(QFile::encodeName(folder_.path()).constData(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  QString path() const { return folder_.path(); }
  void fill() const {
    QFile file(filler());
    if (!file.open(QIODevice::WriteOnly | QIODevice::Unbuffered)) return;
    const QByteArray block(4096, 'x');
    while (file.write(block) == block.size()) continue;
  }
  void free() const { QFile::remove(filler()); }

 private:
  QString filler() const { return folder_.filePath(QStringLiteral("filler")); }

  QTemporaryDir folder_;
  bool mounted_ = false;
};

}  // namespace cria::app::testing
