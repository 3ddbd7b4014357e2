#include "app/store/sql_error.h"

#include <QCoreApplication>

namespace cria::app {

namespace {
// https://www.sqlite.org/rescode.html
constexpr int kBusy = 5;
constexpr int kLocked = 6;
constexpr int kReadOnly = 8;
constexpr int kIoError = 10;
constexpr int kCorrupt = 11;
constexpr int kFull = 13;
constexpr int kCannotOpen = 14;
constexpr int kNotADatabase = 26;
constexpr int kPrimaryMask = 0xff;

QString say(const char* text) { return QCoreApplication::translate("cria::Store", text); }
}  // namespace

int sqliteCode(const QSqlError& error) { return error.nativeErrorCode().toInt() & kPrimaryMask; }

bool isCorrupt(const QSqlError& error) {
  return sqliteCode(error) == kCorrupt || sqliteCode(error) == kNotADatabase;
}

QString describe(const QSqlError& error, const QString& path) {
  switch (sqliteCode(error)) {
    case kFull:
      return say(QT_TRANSLATE_NOOP("cria::Store", "The disk is full: %1 cannot grow.")).arg(path);
    case kReadOnly:
    case kCannotOpen:
      return say(QT_TRANSLATE_NOOP("cria::Store", "Cria may not write to %1.")).arg(path);
    case kBusy:
    case kLocked:
      return say(QT_TRANSLATE_NOOP("cria::Store", "Another program is using %1.")).arg(path);
    case kIoError:
      return say(QT_TRANSLATE_NOOP("cria::Store", "The disk failed, or is full, while writing %1."))
          .arg(path);
    case kCorrupt:
    case kNotADatabase:
      return say(QT_TRANSLATE_NOOP("cria::Store", "The file %1 is damaged.")).arg(path);
    default:
      return say(QT_TRANSLATE_NOOP("cria::Store", "%1 failed: %2"))
          .arg(path, error.databaseText().isEmpty() ? error.driverText() : error.databaseText());
  }
}

}  // namespace cria::app
