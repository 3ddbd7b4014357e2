// The GUI thread is never away for 50 ms while the engine floods it, loads, and the store saves.
#include <QThread>
#include <atomic>

#include "tests/app/support.h"
#include "tests/app/tick_monitor.h"
#include "tests/app/timed_main.h"

using namespace cria::app;
using namespace cria::app::testing;

class ResponsivenessTest : public QObject {
  Q_OBJECT

 private slots:
  void flood() {
    QTemporaryDir folder;
    FakeEngineOptions engine = pacedEngine(10000);
    engine.contextLength = 1 << 20;
    Run run(folder.path(), engine, checkpointPath());
    QVERIFY(run.waitReady());
    run->sampling()->setMaxNewTokens(30000);
    run.chat().send(QStringLiteral("Once"));
    QVERIFY(run.waitForText(1));
    const TickMonitor monitor;
    // Sliders move meanwhile.
    for (int i = 0; i < 20; ++i) {
      run->sampling()->setTopK(10 + i);
      QTest::qWait(100);
    }
    QVERIFY(run.waitIdle(20000));
    qInfo("30000 tokens at up to 10000/s: longest gap %.1f ms", monitor.longestMs());
    QCOMPARE(run.at(1, MessageListModel::NewTokensRole).toInt(), 30000);
    QVERIFY2(monitor.longestMs() < kLongestGapMs, qPrintable(QString::number(monitor.longestMs())));
  }

  // A slider's value is written while other programs keep the disk busy.
  void aSlowDisk() {
    QTemporaryDir folder;
    std::atomic<int> writes = 0;
    ApplicationOptions options{folder.path(), checkpointPath(), false};
    options.writePreferences = [&writes](const QString& path, const QByteArray& bytes) {
      ++writes;
      QThread::msleep(500);
      return replaceFile(path, bytes);
    };
    Run run(makeFakeEngine(pacedEngine(100)), options);
    QVERIFY(run.waitReady());
    run.chat().send(QStringLiteral("Once"));
    QVERIFY(run.waitForText(1));
    const TickMonitor monitor;
    for (int i = 0; i < 150; ++i) {
      run->sampling()->setTemperature(0.01 * i);
      run->window()->setWidth(1000 + i);
      spin(10);
    }
    qInfo("150 changes, %d writes of 500 ms: longest gap %.1f ms", writes.load(),
          monitor.longestMs());
    QVERIFY(run.chat().generating());
    QVERIFY2(monitor.longestMs() < kLongestGapMs, qPrintable(QString::number(monitor.longestMs())));
    QVERIFY(writes > 1);
    run->shutdown();
    QCOMPARE(Preferences(folder.path()).value("window/width").toInt(), 1149);
  }

  void loading() {
    QTemporaryDir folder;
    FakeEngineOptions engine = pacedEngine(1000);
    engine.loadSeconds = 1;
    Run run(folder.path(), engine, checkpointPath());
    const TickMonitor monitor;
    QVERIFY(run.waitReady());
    run.chat().send(QStringLiteral("Once"));
    QVERIFY(run.waitForText(1));
    run->checkpoints()->open(checkpointPath("step-000500"));
    QTRY_COMPARE(run->checkpoints()->shortLabel(), QStringLiteral("500"));
    qInfo("two loads and a reply: longest gap %.1f ms", monitor.longestMs());
    QVERIFY2(monitor.longestMs() < kLongestGapMs, qPrintable(QString::number(monitor.longestMs())));
  }

  void aLongConversation() {
    QTemporaryDir folder;
    Run run(folder.path(), fastEngine(), checkpointPath());
    QVERIFY(run.waitReady());
    // 2000 messages of about 500 characters, straight into the store.
    StoreWrite write;
    write.conversation = run.chat().record();
    write.conversation->id = QStringLiteral("long");
    write.conversation->title = QStringLiteral("long");
    QString parent;
    for (int i = 0; i < 2000; ++i) {
      MessageRecord record;
      record.id = QString::number(i);
      record.conversationId = QStringLiteral("long");
      record.parentId = parent;
      record.role = i % 2 ? MessageRole::assistant : MessageRole::user;
      record.text = QStringLiteral("some words ").repeated(45);
      parent = record.id;
      write.messages.append(record);
    }
    run->shutdown();
    {
      StoreWorker worker({folder.path()});
      worker.open();
      QVERIFY(worker.save(write).saved);
    }
    Run again(folder.path(), fastEngine(), checkpointPath());
    QVERIFY(again.waitReady());
    const TickMonitor monitor;
    again->conversations()->open(QStringLiteral("long"));
    QTRY_COMPARE(again.messages().count(), 2000);
    QTest::qWait(50);
    qInfo("opening 2000 messages: longest gap %.1f ms", monitor.longestMs());
    QVERIFY2(monitor.longestMs() < kLongestGapMs, qPrintable(QString::number(monitor.longestMs())));
  }
};

static CRIA_TEST_RUN(ResponsivenessTest, runOnce) int main(int argc, char** argv) {
  return runTimed(argc, argv, runOnce);
}
#include "responsiveness_test.moc"
