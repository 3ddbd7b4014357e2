// A conversation, the whole way over the fake engine and the real store.
#include <QClipboard>
#include <QSignalSpy>

#include "tests/app/support.h"

using namespace cria::app;
using namespace cria::app::testing;

class ChatTest : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> folder_;
  QString file() const { return folder_->filePath(QStringLiteral("cria.db")); }
  Run start(const FakeEngineOptions& engine, const char* checkpoint = nullptr) {
    return {folder_->path(), engine, checkpoint ? checkpointPath(checkpoint) : checkpointPath()};
  }

 private slots:
  void init() { folder_ = std::make_unique<QTemporaryDir>(); }

  void sendsAndFindsEverythingAgain() {
    QString reply;
    QString seed;
    {
      Run run = start(fastEngine(), "TinyLlama-1.1B-Chat-v1.0");
      QVERIFY(run.waitReady());
      QVERIFY(run.chat().canSend());
      QSignalSpy finished(&run.chat(), &ChatController::replyFinished);
      run->sampling()->setMaxNewTokens(12);
      run->sampling()->setTopK(9);
      run.chat().setSystemPrompt(QStringLiteral("Be kind."));
      run.chat().send(QStringLiteral("Write a haiku"));
      QVERIFY(run.chat().generating());
      QVERIFY(finished.wait());
      QCOMPARE(run.messages().count(), 2);
      QCOMPARE(run.text(0), QStringLiteral("Write a haiku"));
      QCOMPARE(run.status(1), QStringLiteral("length"));
      QCOMPARE(run.at(1, MessageListModel::NewTokensRole).toInt(), 12);
      QCOMPARE(run.at(1, MessageListModel::CheckpointLabelRole).toString(),
               QStringLiteral("Chat v1.0"));
      QVERIFY(run.at(1, MessageListModel::SettingsSummaryRole)
                  .toString()
                  .contains(QLatin1String("top-k 9")));
      QCOMPARE(run.chat().title(), QStringLiteral("Write a haiku"));
      QVERIFY(run.chat().contextUsed() > 12);
      reply = run.text(1);
      seed = run.at(1, MessageListModel::SeedRole).toString();
      QVERIFY(!reply.isEmpty());
      run.chat().setDraft(QStringLiteral("and then"));
    }
    Run run = start(fastEngine());
    QVERIFY(run.waitReady());
    QTRY_COMPARE(run.messages().count(), 2);
    QCOMPARE(run.text(1), reply);
    QCOMPARE(run.at(1, MessageListModel::SeedRole).toString(), seed);
    QCOMPARE(run.chat().title(), QStringLiteral("Write a haiku"));
    QCOMPARE(run.chat().draft(), QStringLiteral("and then"));
    QCOMPARE(run.chat().systemPrompt(), QStringLiteral("Be kind."));
    QCOMPARE(run.chat().mode(), QStringLiteral("chat"));
    QCOMPARE(run->sampling()->topK(), 9);
    QCOMPARE(run->sampling()->maxNewTokens(), 12);
  }

  void theMessageIsOnDiskBeforeTheFirstToken() {
    Run run = start(pacedEngine(30));
    QVERIFY(run.waitReady());
    run.chat().send(QStringLiteral("Once"));
    QCOMPARE(run.messages().count(), 0);  // not before the database has answered
    QTRY_COMPARE(run.messages().count(), 2);
    QCOMPARE(sqlValue(file(), QStringLiteral("SELECT text FROM messages WHERE role = 'user'"))
                 .toString(),
             QStringLiteral("Once"));
    run.chat().stop();
    QVERIFY(run.waitIdle());
  }

  void completeModeIsOneText() {
    Run run = start(fastEngine());
    QVERIFY(run.waitReady());
    QCOMPARE(run.chat().mode(), QStringLiteral("complete"));
    run->sampling()->setMaxNewTokens(4);
    run.chat().send(QStringLiteral("Once upon"));
    QTRY_COMPARE(run.messages().count(), 2);
    QVERIFY(run.waitIdle());
    run.chat().send({});
    QTRY_COMPARE(run.messages().count(), 3);
    QVERIFY(run.waitIdle());
    QCOMPARE(run.at(2, MessageListModel::RoleRole).toString(), QStringLiteral("assistant"));
    // The mode stays when a chat-tuned checkpoint comes.
    run->checkpoints()->open(checkpointPath("TinyLlama-1.1B-Chat-v1.0"));
    QTRY_VERIFY(run->checkpoints()->chatTuned());
    QCOMPARE(run.chat().mode(), QStringLiteral("complete"));
    run.chat().setMode(QStringLiteral("chat"));
    run.chat().send(QStringLiteral("  \n"));
    QVERIFY(!run.chat().generating());
  }

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
    run->sampling()->setMaxNewTokens(8);
    run.chat().send(QStringLiteral("Once"));
    QTRY_COMPARE(run.messages().count(), 2);
    QVERIFY(run.waitIdle());
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
    run->sampling()->setMaxNewTokens(20);
    run->sampling()->setSeed(QStringLiteral("12345678901234567890"));
    run->sampling()->setSeedFixed(true);
    run.chat().send(QStringLiteral("Once"));
    QTRY_COMPARE(run.messages().count(), 2);
    QVERIFY(run.waitIdle());
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

  void withoutACheckpointNothingIsTakenAndItIsSaid() {
    {
      Run run = start(fastEngine());
      QVERIFY(run.waitReady());
      run->sampling()->setMaxNewTokens(5);
      run.chat().send(QStringLiteral("Once"));
      QTRY_COMPARE(run.messages().count(), 2);
      QVERIFY(run.waitIdle());
    }
    Run run(folder_->path(), fastEngine(), {});
    QVERIFY(run.waitReady());
    QTRY_COMPARE(run.messages().count(), 2);
    QVERIFY(!run.chat().editAndResend(run.id(0), QStringLiteral("Twice")));
    QVERIFY(!run.chat().errorTitle().isEmpty());
    run.chat().dismissError();
    run.chat().regenerate(run.id(1));
    QVERIFY(!run.chat().errorTitle().isEmpty());
    run.chat().dismissError();
    run.chat().continueReply(run.id(1));
    QVERIFY(!run.chat().errorTitle().isEmpty());
    QCOMPARE(run.messages().count(), 2);
  }

  void editAndResendMakesABranch() {
    Run run = start(fastEngine());
    QVERIFY(run.waitReady());
    run->sampling()->setMaxNewTokens(5);
    run.chat().send(QStringLiteral("Once"));
    QTRY_COMPARE(run.messages().count(), 2);
    QVERIFY(run.waitIdle());
    const QString first = run.id(0);
    QVERIFY(run.chat().editAndResend(first, QStringLiteral("Twice")));
    QVERIFY(!run.chat().editAndResend(first, QStringLiteral("Thrice")));  // one at a time
    QTRY_COMPARE(run.text(0), QStringLiteral("Twice"));
    QVERIFY(run.waitIdle());
    QCOMPARE(run.messages().count(), 2);
    QCOMPARE(run.at(0, MessageListModel::SiblingCountRole).toInt(), 2);
    run.chat().selectSibling(run.id(0), -1);
    QCOMPARE(run.id(0), first);
    QCOMPARE(run.messages().count(), 2);
    // A reply that is corrected by hand.
    run.chat().editAndResend(run.id(1), QStringLiteral("mine"));
    QCOMPARE(run.text(1), QStringLiteral("mine"));
    QVERIFY(!run.chat().generating());
  }

  void continueGoesOnInPlace() {
    Run run = start(fastEngine());
    QVERIFY(run.waitReady());
    run->sampling()->setMaxNewTokens(5);
    run.chat().send(QStringLiteral("Once"));
    QTRY_COMPARE(run.messages().count(), 2);
    QVERIFY(run.waitIdle());
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

  void anotherCheckpointInMidConversation() {
    Run run = start(pacedEngine(100));
    QVERIFY(run.waitReady());
    run.chat().send(QStringLiteral("Once"));
    QVERIFY(run.waitForText(1));
    run->checkpoints()->open(checkpointPath("TinyLlama-1.1B-step-50K-105b"));
    QVERIFY(run.waitIdle());
    QCOMPARE(run.status(1), QStringLiteral("cancelled"));
    QTRY_COMPARE(run->checkpoints()->shortLabel(), QStringLiteral("50k"));
    QCOMPARE(run.messages().count(), 2);
    run->sampling()->setMaxNewTokens(3);
    run.chat().send(QStringLiteral("more"));
    QTRY_COMPARE(run.messages().count(), 4);
    QVERIFY(run.waitIdle());
    QCOMPARE(run.at(1, MessageListModel::CheckpointLabelRole).toString(), QStringLiteral("715k"));
    QCOMPARE(run.at(3, MessageListModel::CheckpointLabelRole).toString(), QStringLiteral("50k"));
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
    run->sampling()->setMaxNewTokens(20);
    run.chat().send(QStringLiteral("Once"));
    QTRY_COMPARE(run.messages().count(), 2);
    QVERIFY(run.waitIdle());
    QCOMPARE(run.status(1), QStringLiteral("length"));
    QCOMPARE(run.at(1, MessageListModel::NewTokensRole).toInt(), 20);
    QVERIFY(run.chat().errorText().isEmpty());
    QVERIFY(run->checkpoints()->errorTitle().contains(QLatin1String("CPU carries on")));
    QVERIFY(run->checkpoints()->errorText().contains(QLatin1String("The fake engine failed")));
    QCOMPARE(run->checkpoints()->state(), QStringLiteral("ready"));
    run.chat().send(QStringLiteral("And then"));
    QTRY_COMPARE(run.messages().count(), 4);
    QVERIFY(run.waitIdle());
    QCOMPARE(run.status(3), QStringLiteral("length"));
  }

  void aFullContextIsSaid() {
    FakeEngineOptions engine = fastEngine();
    engine.contextLength = 40;
    Run run = start(engine);
    QVERIFY(run.waitReady());
    run.chat().send(QStringLiteral("Once upon a time"));
    QTRY_COMPARE(run.messages().count(), 2);
    QVERIFY(run.waitIdle());
    QCOMPARE(run.chat().contextUsed(), 40);
    QVERIFY2(run.chat().notice().contains(QLatin1String("context is full")),
             qPrintable(run.chat().notice()));
    // More text than the context has.
    run.chat().send(QStringLiteral("word ").repeated(50));
    QTRY_COMPARE(run.messages().count(), 4);
    QVERIFY(run.waitIdle());
    QCOMPARE(run.status(3), QStringLiteral("error"));
    run.chat().setContextPolicy(QStringLiteral("slide"));
    run.chat().regenerate(run.id(3));
    QTRY_COMPARE(run.at(3, MessageListModel::SiblingCountRole).toInt(), 2);
    QVERIFY(run.waitIdle());
    QVERIFY2(run.chat().notice().contains(QLatin1String("left out")),
             qPrintable(run.chat().notice()));
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

  void withoutACheckpointTheTextIsKept() {
    Run run(folder_->path(), fastEngine(), {});
    QVERIFY(run.waitReady());
    QVERIFY(!run.chat().canSend());
    run.chat().send(QStringLiteral("Hello"));
    QCOMPARE(run.chat().draft(), QStringLiteral("Hello"));
    QVERIFY(!run.chat().errorTitle().isEmpty());
  }

  void aSecondWindowSavesNothingAndKeepsTheText() {
    Run first = start(fastEngine());
    QVERIFY(first.waitReady());
    Run second = start(fastEngine());
    QVERIFY(second.waitReady());
    QVERIFY(second->conversations()->readOnly());
    QVERIFY(!second->conversations()->storeError().isEmpty());
    second.chat().send(QStringLiteral("Hello"));
    QTRY_VERIFY(!second.chat().errorText().isEmpty());
    QCOMPARE(second.chat().draft(), QStringLiteral("Hello"));
    QCOMPARE(second.messages().count(), 0);
    QVERIFY(!second.chat().generating());
  }

  void copies() {
    Run run = start(fastEngine());
    QVERIFY(run.waitReady());
    run->sampling()->setMaxNewTokens(3);
    run.chat().send(QStringLiteral("Once"));
    QTRY_COMPARE(run.messages().count(), 2);
    QVERIFY(run.waitIdle());
    run.chat().copyText(run.id(0));
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("Once"));
    run.chat().copyText(QStringLiteral("none"));
  }
};

CRIA_TEST_MAIN(ChatTest)
#include "chat_test.moc"
