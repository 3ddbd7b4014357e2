// The list of conversations over the real store.
#include "tests/app/support.h"

using namespace cria::app;
using namespace cria::app::testing;

class ConversationsTest : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> folder_;

  static QStringList titles(Run& run) {
    QStringList result;
    ConversationListModel& model = *run->conversations()->model();
    for (int row = 0; row < model.count(); ++row) {
      result << model.data(model.index(row), ConversationListModel::TitleRole).toString();
    }
    return result;
  }

  /// A window in which something was said, and a second one that shows it and has a draft.
  bool openTwo(std::unique_ptr<Run>& first, std::unique_ptr<Run>& second) const {
    first = std::make_unique<Run>(folder_->path(), fastEngine(), checkpointPath());
    if (!first->waitReady() || !first->say("from the first")) return false;
    second = std::make_unique<Run>(folder_->path(), fastEngine(), checkpointPath());
    if (!second->waitReady() || !QTest::qWaitFor([&] { return second->messages().count() == 2; })) {
      return false;
    }
    second->chat().setDraft(QStringLiteral("typed in the second"));
    return true;
  }

 private slots:
  void init() { folder_ = std::make_unique<QTemporaryDir>(); }

  void createOpenRenameRemoveUndo() {
    QString first;
    {
      Run run(folder_->path(), fastEngine(), checkpointPath());
      QVERIFY(run.waitReady());
      QVERIFY(run.say("first words"));
      first = run.chat().conversationId();
      ConversationListModel& model = *run->conversations()->model();
      QVERIFY(model.data(model.index(0), ConversationListModel::CurrentRole).toBool());
      run->conversations()->create();
      QCOMPARE(run.messages().count(), 0);
      run->conversations()->create();  // one empty one is enough
      QVERIFY(run.say("second words"));
      const QString second = run.chat().conversationId();
      QCOMPARE(titles(run), QStringList({"second words", "first words"}));

      run->conversations()->rename(first, QStringLiteral("  A   name "));
      QCOMPARE(titles(run), QStringList({"second words", "A name"}));
      run->conversations()->setFilter(QStringLiteral("NAME"));
      QCOMPARE(titles(run), QStringList({"A name"}));
      run->conversations()->setFilter({});

      run->conversations()->remove(second);
      QCOMPARE(titles(run), QStringList({"A name"}));
      QVERIFY(run->conversations()->undoAvailable());
      QCOMPARE(run->conversations()->undoText(), QStringLiteral("Deleted \"second words\""));
      QTRY_COMPARE(run->conversations()->currentId(), first);
      run->conversations()->undoRemove();
      QTRY_COMPARE(run->conversations()->currentId(), second);
      QTRY_COMPARE(run.messages().count(), 2);
      QVERIFY(!run->conversations()->undoAvailable());
      run->conversations()->remove(second);
      QTRY_COMPARE(run->conversations()->currentId(), first);
    }
    Run run(folder_->path(), fastEngine(), {});
    QVERIFY(run.waitReady());
    QCOMPARE(titles(run), QStringList({"A name"}));
    QTRY_COMPARE(run->conversations()->currentId(), first);
  }

  void aReplyGoesOnWhenAnotherConversationIsShown() {
    Run run(folder_->path(), pacedEngine(300), checkpointPath());
    QVERIFY(run.waitReady());
    run->sampling()->setMaxNewTokens(200);
    run.chat().send(QStringLiteral("long story"));
    QVERIFY(run.waitForText(1));
    const QString story = run.chat().conversationId();
    run->conversations()->create();
    QCOMPARE(run.messages().count(), 0);
    QVERIFY(!run.chat().generating());
    QTest::qWait(100);
    QCOMPARE(run.messages().count(), 0);
    run->conversations()->open(story);
    QTRY_COMPARE(run.messages().count(), 2);
    QVERIFY(run.chat().generating());
    const qsizetype length = run.text(1).size();
    QTRY_VERIFY(run.text(1).size() > length);
    QVERIFY(run.waitIdle());
    QCOMPARE(run.at(1, MessageListModel::NewTokensRole).toInt(), 200);
  }

  void draftsAndSettingsBelongToTheirConversation() {
    Run run(folder_->path(), fastEngine(), checkpointPath());
    QVERIFY(run.waitReady());
    run->sampling()->setTopK(5);
    QVERIFY(run.say("one"));
    const QString one = run.chat().conversationId();
    run.chat().setDraft(QStringLiteral("draft of one"));
    run->conversations()->create();
    QCOMPARE(run.chat().draft(), QString());
    QCOMPARE(run->sampling()->topK(), 5);  // what was used last
    run->sampling()->setTopK(77);
    QVERIFY(run.say("two"));
    run->conversations()->open(one);
    QTRY_COMPARE(run.chat().draft(), QStringLiteral("draft of one"));
    QCOMPARE(run->sampling()->topK(), 5);
  }

  void theOneAskedForLastIsShown() {
    Run run(folder_->path(), fastEngine(), checkpointPath());
    QVERIFY(run.waitReady());
    QStringList ids;
    for (const char* text : {"one", "two", "three"}) {
      run->conversations()->create();
      QVERIFY(run.say(text));
      ids << run.chat().conversationId();
    }
    run->conversations()->open(ids.at(0));
    run->conversations()->open(ids.at(1));
    run->conversations()->open(ids.at(2));
    QTest::qWait(100);
    QCOMPARE(run.chat().conversationId(), ids.at(2));
    run->conversations()->open(ids.at(0));
    run->conversations()->open(ids.at(1));
    QTRY_COMPARE(run.chat().title(), QStringLiteral("two"));
  }

  void removingOneStopsItsReply() {
    Run run(folder_->path(), pacedEngine(20), checkpointPath());
    QVERIFY(run.waitReady());
    run.chat().send(QStringLiteral("long story"));
    QVERIFY(run.waitForText(1));
    run->conversations()->remove(run.chat().conversationId());
    QVERIFY(!run.chat().generating());
    QCOMPARE(run.messages().count(), 0);
    QVERIFY(run.chat().canSend());
    QTest::qWait(100);
    QVERIFY(titles(run).isEmpty());
  }

  void aReplyThatNobodyHereWritesIsNotShownAsRunning() {
    Run first(folder_->path(), pacedEngine(30), checkpointPath());
    QVERIFY(first.waitReady());
    first.chat().send(QStringLiteral("long story"));
    QVERIFY(first.waitForText(1));
    const QString story = first.chat().conversationId();
    first.chat().saveNow();
    Run second(folder_->path(), fastEngine(), {});
    QVERIFY(second.waitReady());
    QTRY_COMPARE(second.messages().count(), 2);
    QCOMPARE(second.status(1), QStringLiteral("interrupted"));
    QCOMPARE(first.status(1), QStringLiteral("streaming"));
    // Where it is written, it still runs after a look at another conversation.
    first->conversations()->create();
    first->conversations()->open(story);
    QTRY_COMPARE(first.messages().count(), 2);
    QCOMPARE(first.status(1), QStringLiteral("streaming"));
  }

  void whatWasReadBeforeAReplyEndedIsOutdated() {
    Run run(folder_->path(), pacedEngine(100), checkpointPath());
    QVERIFY(run.waitReady());
    run.chat().send(QStringLiteral("story"));
    QVERIFY(run.waitForText(1));
    LoadedConversation loaded{run.chat().record(), {}};
    for (int row = 0; row < 2; ++row) {
      MessageRecord message;
      message.id = run.id(row);
      message.conversationId = loaded.conversation.id;
      message.parentId = row == 0 ? QString() : run.id(0);
      message.role = row == 0 ? MessageRole::user : MessageRole::assistant;
      message.status = row == 0 ? MessageStatus::done : MessageStatus::streaming;
      loaded.messages.append(message);
    }
    QVERIFY(!run.chat().isOutdated(loaded));
    run.chat().stop();
    QVERIFY(run.waitIdle());
    QVERIFY(run.chat().isOutdated(loaded));
  }

  void whatWasBegunWhileTheStoreOpenedStaysInView() {
    {
      Run run(folder_->path(), fastEngine(), checkpointPath());
      QVERIFY(run.waitReady());
      QVERIFY(run.say("of before"));
    }
    Run run(folder_->path(), fastEngine(), checkpointPath());
    run.chat().setDraft(QStringLiteral("typed at once"));
    const QString id = run.chat().conversationId();
    QVERIFY(run.waitReady());
    QTest::qWait(100);
    QCOMPARE(run.chat().conversationId(), id);
    QCOMPARE(run.chat().draft(), QStringLiteral("typed at once"));
    QCOMPARE(run->conversations()->model()->rowCount(), 2);
  }

  void whatIsTypedBeforeTheLastConversationIsReadStaysInView() {
    {
      Run run(folder_->path(), fastEngine(), checkpointPath());
      QVERIFY(run.waitReady());
      QVERIFY(run.say("of before"));
    }
    Run run(folder_->path(), fastEngine(), checkpointPath());
    // The list is there, the conversation that was open last is being read.
    QVERIFY(QTest::qWaitFor([&] { return run->conversations()->loaded(); }));
    run.chat().setDraft(QStringLiteral("typed at once"));
    const QString id = run.chat().conversationId();
    QTest::qWait(100);
    QCOMPARE(run.chat().conversationId(), id);
    QCOMPARE(run.chat().draft(), QStringLiteral("typed at once"));
  }

  void theSecondWindowOutlivesADeletedConversation() {
    std::unique_ptr<Run> first;
    std::unique_ptr<Run> second;
    QVERIFY(openTwo(first, second));
    (*first)->conversations()->remove(first->chat().conversationId());
    first.reset();
    QTRY_VERIFY_WITH_TIMEOUT(!(*second)->conversations()->readOnly(), 6000);
    QTRY_COMPARE(second->messages().count(), 0);
    QCOMPARE(second->chat().draft(), QStringLiteral("typed in the second"));
    second->chat().send(second->chat().draft());
    QTRY_COMPARE(second->messages().count(), 2);
    QVERIFY(second->waitIdle());
    QCOMPARE(second->chat().errorText(), QString());
  }

  void theSecondWindowTakesOver() {
    std::unique_ptr<Run> first;
    std::unique_ptr<Run> second;
    QVERIFY(openTwo(first, second));
    QVERIFY(first->say("and more"));
    first.reset();
    QTRY_VERIFY_WITH_TIMEOUT(!(*second)->conversations()->readOnly(), 6000);
    QTRY_COMPARE(second->messages().count(), 4);
    QCOMPARE(second->chat().draft(), QStringLiteral("typed in the second"));
    QVERIFY((*second)->conversations()->storeError().isEmpty());
    second->chat().send(second->chat().draft());
    QTRY_COMPARE(second->messages().count(), 6);
    QVERIFY(second->waitIdle());
  }
};

CRIA_TEST_MAIN(ConversationsTest)
#include "conversations_test.moc"
