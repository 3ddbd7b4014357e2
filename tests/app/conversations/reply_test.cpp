// What can be done with a reply while it is written and afterwards, over the fake engine.
#include "tests/app/support.h"

using namespace cria::app;
using namespace cria::app::testing;

class ReplyTest : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> folder_;
  QString file() const { return folder_->filePath(QStringLiteral("cria.db")); }
  Run start(const FakeEngineOptions& engine) { return {folder_->path(), engine, checkpointPath()}; }

 private slots:
  void init() { folder_ = std::make_unique<QTemporaryDir>(); }

  void stopKeepsTheText() {
    Run run = start(pacedEngine(200));
    QVERIFY(run.waitReady());
    run.chat().send(QStringLiteral("Once"));
    QVERIFY(run.waitForText(1));
    run.chat().stop();
    QVERIFY(run.waitIdle(1000));
    QCOMPARE(run.status(1), QStringLiteral("cancelled"));
    QVERIFY(!run.text(1).isEmpty());
    const QString text = run.text(1);
    QTest::qWait(50);
    QCOMPARE(run.text(1), text);
    QTRY_COMPARE(
        sqlValue(file(), QStringLiteral("SELECT text FROM messages WHERE role = 'assistant'"))
            .toString(),
        text);
  }

  void aStopWhileTheMessageIsBeingSavedIsNotLost() {
    Run run = start(pacedEngine(200));
    QVERIFY(run.waitReady());
    run.chat().send(QStringLiteral("Once"));
    run.chat().stop();
    QTRY_COMPARE(run.messages().count(), 2);
    QVERIFY(run.waitIdle());
    QCOMPARE(run.status(1), QStringLiteral("cancelled"));
    QCOMPARE(run.text(1), QString());
    QVERIFY(run.chat().canSend());
  }

  void regenerateMakesASibling() {
    Run run = start(fastEngine());
    QVERIFY(run.waitReady());
    QVERIFY(run.say("Once", 8));
    const QString first = run.text(1);
    run.chat().regenerate(run.id(1));
    QTRY_COMPARE(run.at(1, MessageListModel::SiblingCountRole).toInt(), 2);
    QVERIFY(run.waitIdle());
    QCOMPARE(run.at(1, MessageListModel::SiblingIndexRole).toInt(), 2);
    QVERIFY(run.text(1) != first);
    run.chat().selectSibling(run.id(1), -1);
    QCOMPARE(run.text(1), first);
    run.chat().selectSibling(run.id(1), -1);
    QCOMPARE(run.text(1), first);
  }

  void theSameSeedGivesTheSameReply() {
    Run run = start(fastEngine());
    QVERIFY(run.waitReady());
    run->sampling()->setSeed(QStringLiteral("12345678901234567890"));
    run->sampling()->setSeedFixed(true);
    QVERIFY(run.say("Once", 20));
    const QString first = run.text(1);
    QCOMPARE(run.at(1, MessageListModel::SeedRole).toString(),
             QStringLiteral("12345678901234567890"));
    run.chat().regenerate(run.id(1));
    QTRY_COMPARE(run.at(1, MessageListModel::SiblingCountRole).toInt(), 2);
    QVERIFY(run.waitIdle());
    QCOMPARE(run.text(1), first);
  }

  void variantsStreamAtOnce() {
    Run run = start(pacedEngine(300));
    QVERIFY(run.waitReady());
    run->sampling()->setVariants(4);
    run->sampling()->setMaxNewTokens(120);
    run.chat().send(QStringLiteral("Once"));
    QTRY_COMPARE(run.messages().count(), 2);
    QCOMPARE(run.at(1, MessageListModel::SiblingIndexRole).toInt(), 1);
    QCOMPARE(run.at(1, MessageListModel::SiblingCountRole).toInt(), 4);
    QVERIFY(run.waitForText(1));
    run.chat().selectSibling(run.id(1), 2);
    QVERIFY(run.chat().generating());
    QCOMPARE(run.at(1, MessageListModel::SiblingIndexRole).toInt(), 3);
    const qsizetype length = run.text(1).size();
    QTRY_VERIFY(run.text(1).size() > length);
    QVERIFY(run.waitIdle());
    QSet<QString> texts;
    run.chat().selectSibling(run.id(1), -2);
    for (int i = 0; i < 4; ++i) {
      texts.insert(run.text(1));
      QCOMPARE(run.at(1, MessageListModel::NewTokensRole).toInt(), 120);
      run.chat().selectSibling(run.id(1), 1);
    }
    QCOMPARE(texts.size(), 4);
  }

  void withoutDrawingThereIsOneVariant() {
    Run run = start(fastEngine());
    QVERIFY(run.waitReady());
    run->sampling()->setVariants(4);
    run->sampling()->setTemperature(0);
    run.chat().send(QStringLiteral("Once"));
    QTRY_COMPARE(run.messages().count(), 2);
    QVERIFY(run.waitIdle());
    QCOMPARE(run.at(1, MessageListModel::SiblingCountRole).toInt(), 1);
    QVERIFY(!run.text(1).isEmpty());
    QCOMPARE(run.chat().errorText(), QString());
    QCOMPARE(run->sampling()->variants(), 4);
  }

  void continueGoesOnInPlace() {
    Run run = start(fastEngine());
    QVERIFY(run.waitReady());
    QVERIFY(run.say("Once", 5));
    const QString id = run.id(1);
    const QString text = run.text(1);
    run.chat().continueReply(id);
    QVERIFY(run.chat().generating());
    QVERIFY(run.waitIdle());
    QCOMPARE(run.id(1), id);
    QVERIFY(run.text(1).startsWith(text));
    QCOMPARE(run.at(1, MessageListModel::NewTokensRole).toInt(), 10);
    // Under another checkpoint it is a sibling: who wrote what stays true.
    run->checkpoints()->open(checkpointPath("step-000500"));
    QTRY_COMPARE(run->checkpoints()->shortLabel(), QStringLiteral("500"));
    const QString before = run.text(1);
    run.chat().continueReply(id);
    QTRY_COMPARE(run.at(1, MessageListModel::SiblingCountRole).toInt(), 2);
    QVERIFY(run.waitIdle());
    QVERIFY(run.text(1).startsWith(before));
    QCOMPARE(run.at(1, MessageListModel::CheckpointLabelRole).toString(), QStringLiteral("500"));
  }

  void slidersActInMidReply() {
    Run run = start(pacedEngine(200));
    QVERIFY(run.waitReady());
    run.chat().send(QStringLiteral("Once"));
    QVERIFY(run.waitForText(1));
    run->sampling()->setMaxNewTokens(1);
    QVERIFY(run.waitIdle(1000));
    QCOMPARE(run.status(1), QStringLiteral("length"));
  }

  void aFailedReplyKeepsItsText() {
    FakeEngineOptions engine = fastEngine();
    engine.failAfter = 6;
    Run run = start(engine);
    QVERIFY(run.waitReady());
    run.chat().send(QStringLiteral("Once"));
    QTRY_COMPARE(run.messages().count(), 2);
    QVERIFY(run.waitIdle());
    QCOMPARE(run.status(1), QStringLiteral("error"));
    QVERIFY(!run.text(1).isEmpty());
    QVERIFY(!run.chat().errorText().isEmpty());
    QVERIFY(run.chat().canSend());
  }

  void theCpuCarriesOnWithAReply() {
    FakeEngineOptions engine = fastEngine();
    engine.gpuLostAfter = 6;
    Run run = start(engine);
    QVERIFY(run.waitReady());
    QVERIFY(run.say("Once", 20));
    QCOMPARE(run.status(1), QStringLiteral("length"));
    QCOMPARE(run.at(1, MessageListModel::NewTokensRole).toInt(), 20);
    QVERIFY(run.chat().errorText().isEmpty());
    QVERIFY(run->checkpoints()->errorTitle().contains(QLatin1String("CPU carries on")));
    QVERIFY(run->checkpoints()->errorText().contains(QLatin1String("The fake engine failed")));
    QCOMPARE(run->checkpoints()->state(), QStringLiteral("ready"));
    QVERIFY(run.say("And then", 20));
    QCOMPARE(run.status(3), QStringLiteral("length"));
  }

  void quittingInMidReplySavesTheTail() {
    QString shown;
    {
      Run run = start(pacedEngine(300));
      QVERIFY(run.waitReady());
      run.chat().send(QStringLiteral("Once"));
      QVERIFY(run.waitForText(1));
      QTest::qWait(120);
      shown = run.text(1);
    }
    Run run = start(fastEngine());
    QVERIFY(run.waitReady());
    QTRY_COMPARE(run.messages().count(), 2);
    QCOMPARE(run.status(1), QStringLiteral("interrupted"));
    QVERIFY(run.text(1).startsWith(shown));
    QVERIFY(run.chat().canSend());
  }

  void aReplyIsWrittenAboutOnceASecond() {
    Run run = start(pacedEngine(100));
    QVERIFY(run.waitReady());
    run.chat().send(QStringLiteral("Once"));
    QTRY_VERIFY_WITH_TIMEOUT(
        !sqlValue(file(), QStringLiteral("SELECT text FROM messages WHERE status = 'streaming'"))
             .toString()
             .isEmpty(),
        3000);
    QVERIFY(run.chat().generating());
  }
};

CRIA_TEST_MAIN(ReplyTest)
#include "reply_test.moc"
