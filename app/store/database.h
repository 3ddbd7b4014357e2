// The one connection, and the state of the file behind it. Database thread.
#pragma once

#include <QSqlDatabase>
#include <QSqlError>
#include <QString>
#include <QTemporaryDir>
#include <functional>
#include <memory>

#include "app/store/instance_lock.h"
#include "app/store/rescue_file.h"

namespace cria::app {

/// How the store stands after an attempt to open it.
struct StoreState {
  bool open = false;      ///< conversations can be read
  bool readOnly = false;  ///< .. and nothing can be saved
  QString problem;        ///< why, for the user; "" when all is well
  QString notice;         ///< something to tell once: a damaged file was moved aside to PATH
  int interrupted = 0;    ///< replies that an earlier run left unfinished
};

struct StoreOptions {
  QString folder;  ///< cria.db and its lock lie here; made when missing
  int busyTimeoutMs = 5000;
  QStringList rescueFolders = cria::app::rescueFolders();  ///< see store/rescue_file.h
};

class Database {
 public:
  explicit Database(StoreOptions options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Opens, checks, migrates, recovers; may be called again after a failure or when read-only.
  StoreState open();
  void close();

  bool isOpen() const { return connection_.isOpen(); }
  bool isReadOnly() const { return readOnly_; }
  /// Another window writes; open() again later to take over.
  bool waitsForOther() const { return waitsForOther_; }
  QString path() const;
  const QSqlDatabase& connection() const { return connection_; }

  /// All or nothing. Precondition: open.
  QSqlError transaction(const std::function<QSqlError(const QSqlDatabase&)>& change) const;

 private:
  QSqlError connect(const QString& path, bool readOnly);
  QSqlError prepareForWriting(StoreState& state);
  StoreState openReadOnly(const QString& problem);
  QString moveAside() const;

  const StoreOptions options_;
  const QString name_;  ///< of the connection
  QSqlDatabase connection_;
  InstanceLock lock_;
  std::unique_ptr<QTemporaryDir> copy_;  ///< what is read where SQLite cannot make its -shm file
  bool readOnly_ = false;
  bool waitsForOther_ = false;
};

}  // namespace cria::app
