// The GUI thread is never away for 50 ms while the engine floods it, loads, and the store saves.
#include <QElapsedTimer>
#include <QFile>
#include <QTimer>
#include <algorithm>

#include "tests/app/support.h"

using namespace cria::app;
using namespace cria::app::testing;

namespace {

/// How long this thread has been ready to run while other programs had the processors.
qint64 waitedForProcessorNs() {
  QFile file(QStringLiteral("/proc/thread-self/schedstat"));
  if (!file.open(QIODevice::ReadOnly)) return 0;
  return file.readAll().split(' ').value(1).toLongLong();
}

/// The longest time between two ticks of the event loop, without what a busy machine adds.
class TickMonitor {
 public:
  TickMonitor() : waited_(waitedForProcessorNs()) {
    timer_.setInterval(1);
    timer_.setTimerType(Qt::PreciseTimer);
    QObject::connect(&timer_, &QTimer::timeout, [this] {
      const qint64 waited = waitedForProcessorNs();
      longest_ = std::max(longest_, since_.nsecsElapsed() - (waited - waited_));
      waited_ = waited;
      since_.restart();
    });
    since_.start();
    timer_.start();
  }
  double longestMs() const { return static_cast<double>(longest_) / 1e6; }

 private:
  QTimer timer_;
  QElapsedTimer since_;
  qint64 longest_ = 0;
  qint64 waited_;
};

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr double kLimitMs = 250;  // everything is several times slower
#else
constexpr double kLimitMs = 50;
#endif

}  // namespace

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
    QVERIFY2(monitor.longestMs() < kLimitMs, qPrintable(QString::number(monitor.longestMs())));
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
    QVERIFY2(monitor.longestMs() < kLimitMs, qPrintable(QString::number(monitor.longestMs())));
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
    QVERIFY2(monitor.longestMs() < kLimitMs, qPrintable(QString::number(monitor.longestMs())));
  }
};

CRIA_TEST_MAIN(ResponsivenessTest)
#include "responsiveness_test.moc"
