#include "app/store/database.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QSqlQuery>
#include <QUuid>
#include <utility>

#include "app/store/migrations.h"
#include "app/store/queries.h"
#include "app/store/sql_error.h"

namespace cria::app {

namespace {

constexpr const char* kFile = "cria.db";
constexpr const char* kLock = "cria.lock";
/// With the database itself, all that SQLite keeps.
constexpr const char* kCompanions[] = {"", "-wal", "-shm"};

QString say(const char* text) { return QCoreApplication::translate("cria::Store", text); }

QSqlError exec(const QSqlDatabase& database, const QString& statement) {
  QSqlQuery query(database);
  return query.exec(statement) ? QSqlError() : query.lastError();
}

/// An error of ours that counts as SQLITE_CORRUPT.
QSqlError corrupt(const QString& text) {
  return {QString(), text, QSqlError::StatementError, QStringLiteral("11")};
}

QSqlError quickCheck(const QSqlDatabase& database) {
  QSqlQuery query(database);
  if (!query.exec(QStringLiteral("PRAGMA quick_check(1)"))) return query.lastError();
  if (!query.next()) return corrupt(QStringLiteral("no answer"));
  const QString answer = query.value(0).toString();
  return answer == QLatin1String("ok") ? QSqlError() : corrupt(answer);
}

}  // namespace

Database::Database(StoreOptions options)
    : options_(std::move(options)),
      name_(QStringLiteral("cria-") + QUuid::createUuid().toString(QUuid::WithoutBraces)) {}

Database::~Database() { close(); }

QString Database::path() const {
  return QDir(options_.folder).filePath(QString::fromLatin1(kFile));
}

void Database::close() {
  if (!connection_.isValid()) return;
  connection_.close();
  connection_ = {};
  QSqlDatabase::removeDatabase(name_);
}

QSqlError Database::connect(const QString& path, bool readOnly) {
  close();
  connection_ = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name_);
  QString connectOptions = QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(options_.busyTimeoutMs);
  if (readOnly) connectOptions += QStringLiteral(";QSQLITE_OPEN_READONLY");
  connection_.setConnectOptions(connectOptions);
  connection_.setDatabaseName(path);
  if (!connection_.open()) return connection_.lastError();
  // The first statement that reads the file.
  return schemaVersion(connection_) ? QSqlError()
                                    : exec(connection_, QStringLiteral("PRAGMA schema_version"));
}

QSqlError Database::prepareForWriting(StoreState& state) {
  // FULL: a message that was sent outlives a power cut as well.
  for (const char* pragma :
       {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON"}) {
    QSqlError error = exec(connection_, QString::fromLatin1(pragma));
    if (error.isValid()) return error;
  }
  QSqlError error = quickCheck(connection_);
  if (!error.isValid()) error = migrate(connection_);
  if (error.isValid()) return error;
  return transaction([&](const QSqlDatabase& database) {
    const QSqlError failed = interruptRunning(database, &state.interrupted);
    return failed.isValid() ? failed : purgeDeleted(database);
  });
}

StoreState Database::open() {
  waitsForOther_ = false;
  readOnly_ = false;
  copy_.reset();
  QDir().mkpath(options_.folder);
  switch (lock_.tryLock(QDir(options_.folder).filePath(QString::fromLatin1(kLock)))) {
    case InstanceLock::State::held:
      break;
    case InstanceLock::State::heldByOther:
      waitsForOther_ = true;
      return openReadOnly(
          say(QT_TRANSLATE_NOOP("cria::Store",
                                "Another Cria window has your conversations open. This one shows "
                                "them and saves nothing; it can write as soon as the other is "
                                "closed.")));
    case InstanceLock::State::cannotWrite:
      return openReadOnly(say(QT_TRANSLATE_NOOP("cria::Store",
                                                "Cria may not write to %1: conversations can be "
                                                "read, and nothing can be saved."))
                              .arg(options_.folder));
  }

  StoreState state;
  QSqlError error = connect(path(), false);
  if (!error.isValid() && schemaVersion(connection_).value_or(0) > kSchemaVersion) {
    return openReadOnly(
        say(QT_TRANSLATE_NOOP("cria::Store",
                              "%1 was written by a newer Cria: conversations can be read, and "
                              "nothing can be saved."))
            .arg(path()));
  }
  if (!error.isValid()) error = prepareForWriting(state);
  if (error.isValid() && isCorrupt(error)) {
    close();
    const QString aside = moveAside();
    if (!aside.isEmpty()) {
      state.notice = say(QT_TRANSLATE_NOOP("cria::Store",
                                           "The file of conversations was damaged. It was kept as "
                                           "%1, and a new one was begun."))
                         .arg(aside);
      error = connect(path(), false);
      if (!error.isValid()) error = prepareForWriting(state);
    }
  }
  if (!error.isValid()) {
    state.open = true;
    return state;
  }
  return openReadOnly(describe(error, path()) + QLatin1Char(' ') +
                      say(QT_TRANSLATE_NOOP("cria::Store", "Nothing can be saved for now.")));
}

StoreState Database::openReadOnly(const QString& problem) {
  StoreState state;
  state.readOnly = true;
  state.problem = problem;
  readOnly_ = true;
  QSqlError error = connect(path(), true);
  if (error.isValid() && QFile::exists(path())) {
    // Where nothing may be written, SQLite cannot read a WAL database in its place.
    copy_ = std::make_unique<QTemporaryDir>();
    const QString target = copy_->filePath(QString::fromLatin1(kFile));
    for (const char* companion : {kCompanions[0], kCompanions[1]}) {
      QFile::copy(path() + QLatin1String(companion), target + QLatin1String(companion));
      QFile::setPermissions(target + QLatin1String(companion),
                            QFile::ReadOwner | QFile::WriteOwner);
    }
    error = connect(target, false);
  }
  if (error.isValid()) close();
  state.open = connection_.isOpen() && schemaVersion(connection_).value_or(0) > 0;
  return state;
}

QString Database::moveAside() const {
  const QString stamp =
      QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
  const QString aside = path() + QStringLiteral(".damaged-") + stamp;
  bool moved = false;
  for (const char* companion : kCompanions) {
    const QString from = path() + QLatin1String(companion);
    if (!QFile::exists(from)) continue;
    if (!QFile::rename(from, aside + QLatin1String(companion))) return {};
    moved = true;
  }
  return moved ? aside : QString();
}

QSqlError Database::transaction(const std::function<QSqlError(const QSqlDatabase&)>& change) const {
  QSqlError error = exec(connection_, QStringLiteral("BEGIN IMMEDIATE"));
  if (error.isValid()) return error;
  error = change(connection_);
  if (!error.isValid()) error = exec(connection_, QStringLiteral("COMMIT"));
  // After some failures SQLite has rolled back already; then this one fails, which is fine.
  if (error.isValid()) exec(connection_, QStringLiteral("ROLLBACK"));
  return error;
}

}  // namespace cria::app
