// kill -9 at 100 random moments: every time the database opens, is whole, and holds every message
// that had been sent.
#include <QElapsedTimer>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include "app/store/store_worker.h"
#include "tests/app/support.h"

using namespace cria::app;

class CrashTest : public QObject {
  Q_OBJECT

 private slots:
  void killedAtRandomMoments() {
    constexpr int kMoments = 100;
    const auto seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("cria.db"));
    QSet<QString> sent;
    int interrupted = 0;
    int withMessages = 0;
    for (int moment = 0; moment < kMoments; ++moment) {
      QProcess writer;
      writer.setProcessChannelMode(QProcess::ForwardedErrorChannel);
      QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
      environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), folder.path());
      writer.setProcessEnvironment(environment);
      writer.start(QStringLiteral(CRASH_WRITER), {folder.path(), QString::number(moment)});
      QVERIFY(writer.waitForStarted());
      // Most moments lie in the writing, some in the start-up.
      if (moment % 10 != 0) QVERIFY(writer.waitForReadyRead(30000));
      QTest::qSleep(random.bounded(250));
      QCOMPARE(writer.state(), QProcess::Running);
      writer.kill();
      QVERIFY(writer.waitForFinished());

      const QList<QByteArray> lines = writer.readAllStandardOutput().split('\n');
      // The last line may have been cut in two by the kill: split leaves it at the end.
      for (qsizetype i = 0; i + 1 < lines.size(); ++i) sent.insert(QString::fromUtf8(lines.at(i)));
      if (lines.size() > 1) ++withMessages;

      if (QFile::exists(file)) {
        QCOMPARE(testing::sqlValue(file, QStringLiteral("PRAGMA integrity_check")).toString(),
                 QStringLiteral("ok"));
      }
      StoreWorker worker({folder.path()});
      StoreState state;
      connect(&worker, &StoreWorker::opened, [&state](const StoreState& now) { state = now; });
      worker.open();
      QVERIFY2(state.open && !state.readOnly, qPrintable(state.problem));
      QVERIFY2(state.notice.isEmpty(), qPrintable(state.notice));
      interrupted += state.interrupted;
      QSet<QString> found;
      for (const ConversationSummary& summary : worker.summaries()) {
        const auto loaded = worker.conversation(summary.id);
        QVERIFY(loaded.has_value());
        for (const MessageRecord& message : loaded->messages) {
          QVERIFY(message.status != MessageStatus::streaming);
          QVERIFY(message.status != MessageStatus::waiting);
          if (message.role == MessageRole::user) found.insert(message.text);
        }
      }
      const QSet<QString> lost = sent - found;
      QVERIFY2(lost.isEmpty(), qPrintable(lost.values().join(QLatin1Char(','))));
    }
    qInfo("%lld messages sent, %d replies interrupted, %d of %d runs had sent something",
          static_cast<long long>(sent.size()), interrupted, withMessages, kMoments);
    QVERIFY(withMessages > kMoments / 2);
    QVERIFY(interrupted > kMoments / 4);
  }
};

QTEST_GUILESS_MAIN(CrashTest)
#include "crash_test.moc"
