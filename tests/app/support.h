// What the app's tests share: a whole application over the fake engine, in a folder of its own.
#pragma once

#include <QGuiApplication>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>
#include <cstdlib>
#include <memory>
#include <unistd.h>
#include <utility>

#include "app/application.h"
#include "app/inference/fake_engine.h"

/// As QTEST_MAIN, on a machine without a display too.
#define CRIA_TEST_MAIN(Test) CRIA_TEST_RUN(Test, main)
/// The same as a function `run`, for a main() of another kind.
#define CRIA_TEST_RUN(Test, run)                               \
  int run(int argc, char** argv) {                             \
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) {       \
      qputenv("QT_QPA_PLATFORM", "offscreen");                 \
    }                                                          \
    /* Not the desktop of whoever runs the tests. */           \
    qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere"); \
    const QGuiApplication application(argc, argv);             \
    Test test;                                                 \
    return QTest::qExec(&test, argc, argv);                    \
  }

namespace cria::app::testing {

inline FakeEngineOptions fastEngine() {
  FakeEngineOptions options;
  options.tokensPerSecond = 0;
  options.loadSeconds = 0;
  return options;
}

inline FakeEngineOptions pacedEngine(double tokensPerSecond) {
  FakeEngineOptions options = fastEngine();
  options.tokensPerSecond = tokensPerSecond;
  return options;
}

/// One run of the program.
class Run : public QObject {
 public:
  Run(std::unique_ptr<engine::Engine> engine, const ApplicationOptions& options)
      : application_(std::make_unique<Application>(std::move(engine), options)) {
    application_->start();
  }
  Run(const QString& folder, const FakeEngineOptions& engine, const QString& checkpoint)
      : Run(makeFakeEngine(engine), {folder, checkpoint, false}) {}

  /// The store and, if one was asked for, the checkpoint are there.
  bool waitReady() {
    const bool wantsCheckpoint = application_->checkpoints()->state() != QLatin1String("none");
    return QTest::qWaitFor([&] {
      return application_->conversations()->loaded() &&
             (!wantsCheckpoint || application_->checkpoints()->state() != QLatin1String("loading"));
    });
  }
  bool waitIdle(int ms = 5000) {
    return QTest::qWaitFor([&] { return !chat().generating(); }, ms);
  }
  /// Sends, and waits for the whole reply.
  bool say(const char* text, int maxNewTokens = 3) {
    const int before = messages().count();
    application_->sampling()->setMaxNewTokens(maxNewTokens);
    chat().send(QLatin1String(text));
    return QTest::qWaitFor([&] { return messages().count() == before + 2; }) && waitIdle();
  }
  bool waitForText(int row, int ms = 5000) {
    return QTest::qWaitFor([&] { return !text(row).isEmpty(); }, ms);
  }

  Application& operator*() { return *application_; }
  Application* operator->() { return application_.get(); }
  ChatController& chat() { return *application_->chat(); }
  MessageListModel& messages() { return *application_->chat()->messages(); }
  QVariant at(int row, int role) {
    return row < messages().count() ? messages().data(messages().index(row), role) : QVariant();
  }
  QString text(int row) { return at(row, MessageListModel::TextRole).toString(); }
  QString status(int row) { return at(row, MessageListModel::StatusRole).toString(); }
  QString id(int row) { return at(row, MessageListModel::MessageIdRole).toString(); }

 private:
  std::unique_ptr<Application> application_;
};

inline QString checkpointPath(const char* name = "TinyLlama-1.1B-intermediate-step-715k-1.5T") {
  return QStringLiteral("/nowhere/") + QLatin1String(name);
}

/// Root may write anywhere: while this lives, the test is nobody.
struct AsNobody {
  AsNobody() : changed(geteuid() == 0 && seteuid(65534) == 0) {}
  ~AsNobody() {
    if (changed && seteuid(0) != 0) abort();
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;
  const bool changed;
};

/// One value of a database that nobody else has open for writing.
inline QVariant sqlValue(const QString& file, const QString& statement) {
  QVariant value;
  const QString name = QStringLiteral("test-") + QString::number(qHash(statement));
  {
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name);
    database.setDatabaseName(file);
    if (database.open()) {
      QSqlQuery query(database);
      if (query.exec(statement) && query.next()) value = query.value(0);
    }
  }
  QSqlDatabase::removeDatabase(name);
  return value;
}

}  // namespace cria::app::testing
