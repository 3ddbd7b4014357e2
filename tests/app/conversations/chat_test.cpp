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
    QVERIFY(run.say("Once upon", 4));
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

  void withoutACheckpointNothingIsTakenAndItIsSaid() {
    {
      Run run = start(fastEngine());
      QVERIFY(run.waitReady());
      QVERIFY(run.say("Once", 5));
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
    QVERIFY(run.say("Once", 5));
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

  void anEditThatNobodyFinishesBecomesADraft() {
    Run run = start(fastEngine());
    QVERIFY(run.waitReady());
    QVERIFY(run.say("Once"));
    run.chat().keepEdit(run.id(0), QStringLiteral("Once"));  // not a word was changed
    QCOMPARE(run.chat().draft(), QString());
    run.chat().setDraft(QStringLiteral("typed below"));
    run.chat().keepEdit(run.id(0), QStringLiteral("Once upon"));
    QVERIFY(run.chat().draft().contains(QLatin1String("typed below")));
    QVERIFY(run.chat().draft().contains(QLatin1String("Once upon")));
    run.chat().keepEdit(QStringLiteral("none"), QStringLiteral("lost"));
    QVERIFY(!run.chat().draft().contains(QLatin1String("lost")));
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
    QVERIFY(run.say("more"));
    QCOMPARE(run.at(1, MessageListModel::CheckpointLabelRole).toString(), QStringLiteral("715k"));
    QCOMPARE(run.at(3, MessageListModel::CheckpointLabelRole).toString(), QStringLiteral("50k"));
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
    QVERIFY(run.say("Once"));
    run.chat().copyText(run.id(0));
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("Once"));
    run.chat().copyText(QStringLiteral("none"));
  }
};

CRIA_TEST_MAIN(ChatTest)
#include "chat_test.moc"
