// The store: what goes in comes out, and nothing is lost to other windows, full or read-only disks,
// damage.
#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <csignal>
#include <sys/resource.h>

#include "app/store/conversation_store.h"
#include "app/store/queries.h"
#include "tests/app/support.h"

using namespace cria::app;
using cria::app::testing::AsNobody;
using cria::app::testing::sqlValue;

namespace {

ConversationRecord conversation(const QString& id) {
  ConversationRecord record;
  record.id = id;
  record.title = QStringLiteral("Title of ") + id;
  record.mode = QStringLiteral("chat");
  record.systemPrompt = QStringLiteral("Be kind.");
  record.draft = QStringLiteral("not sent \u00e9\U0001F999");
  record.contextPolicy = QStringLiteral("slide");
  record.settingsJson = QStringLiteral("{\"top_k\":10}");
  record.checkpointPath = QStringLiteral("/a/b");
  record.createdAt = 1;
  record.updatedAt = 2;
  return record;
}

MessageRecord message(const QString& conversationId, const QString& id, const QString& parent,
                      MessageRole role = MessageRole::user) {
  MessageRecord record;
  record.id = id;
  record.conversationId = conversationId;
  record.parentId = parent;
  record.role = role;
  record.text = QStringLiteral("text of %1, with a line\nand '; DROP TABLE messages; --").arg(id);
  record.createdAt = 5;
  return record;
}

}  // namespace

class StoreTest : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> folder_;
  QString file() const { return folder_->filePath(QStringLiteral("cria.db")); }
  StoreState openState(StoreWorker& worker) {
    QSignalSpy opened(&worker, &StoreWorker::opened);
    worker.open();
    return opened.isEmpty() ? StoreState{} : opened.first().first().value<StoreState>();
  }

 private slots:
  void init() { folder_ = std::make_unique<QTemporaryDir>(); }

  void roundTrip() {
    StoreWorker worker({folder_->path()});
    QVERIFY(openState(worker).open);
    const auto seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    StoreWrite write{conversation(QStringLiteral("c")), {}};
    for (int i = 0; i < 50; ++i) {
      const QString parent = i == 0 ? QString() : write.messages.at(random.bounded(i)).id;
      MessageRecord record = message(QStringLiteral("c"), QString::number(i), parent,
                                     i % 2 ? MessageRole::assistant : MessageRole::user);
      record.status = static_cast<MessageStatus>(random.bounded(8));
      record.seed = QString::number(random.generate64());
      record.tokenIds = QByteArray(random.bounded(200), static_cast<char>(i));
      record.tokensPerSecond = random.generateDouble();
      record.newTokens = random.bounded(1000);
      record.promptTokens = random.bounded(1000);
      record.finishReason = QStringLiteral("length");
      record.checkpointLabel = QStringLiteral("715k");
      write.messages.append(record);
    }
    QVERIFY(worker.save(write).saved);
    const auto loaded = worker.conversation(QStringLiteral("c"));
    QVERIFY(loaded);
    QVERIFY(loaded->conversation == *write.conversation);
    QCOMPARE(loaded->messages.size(), write.messages.size());
    for (qsizetype i = 0; i < write.messages.size(); ++i) {
      QVERIFY2(loaded->messages.at(i) == write.messages.at(i), qPrintable(QString::number(i)));
    }
    const auto summaries = worker.summaries();
    QCOMPARE(summaries.size(), 1);
    QCOMPARE(summaries.first().replies, 25);
    QCOMPARE(summaries.first().checkpointLabel, QStringLiteral("715k"));
  }

  void allOrNothing() {
    StoreWorker worker({folder_->path()});
    openState(worker);
    StoreWrite write{conversation(QStringLiteral("c")), {}};
    write.messages = {message(QStringLiteral("c"), QStringLiteral("1"), {}),
                      message(QStringLiteral("c"), QStringLiteral("2"), QStringLiteral("none"))};
    QVERIFY(!worker.save(write).saved);
    QVERIFY(worker.summaries().isEmpty());
  }

  void runningRepliesAreInterruptedAtTheNextStart() {
    {
      StoreWorker worker({folder_->path()});
      openState(worker);
      StoreWrite write{conversation(QStringLiteral("c")), {}};
      for (const MessageStatus status :
           {MessageStatus::done, MessageStatus::waiting, MessageStatus::streaming}) {
        MessageRecord record = message(QStringLiteral("c"), nameOf(status), {});
        record.status = status;
        write.messages.append(record);
      }
      QVERIFY(worker.save(write).saved);
    }
    StoreWorker worker({folder_->path()});
    QCOMPARE(openState(worker).interrupted, 2);
    const auto loaded = worker.conversation(QStringLiteral("c"));
    QCOMPARE(loaded->messages.at(0).status, MessageStatus::done);
    QCOMPARE(loaded->messages.at(1).status, MessageStatus::interrupted);
    QCOMPARE(loaded->messages.at(2).status, MessageStatus::interrupted);
    QVERIFY(!loaded->messages.at(2).text.isEmpty());
  }

  void deletedIsGoneAtTheNextStartAndNotBefore() {
    {
      StoreWorker worker({folder_->path()});
      openState(worker);
      for (const QString& id : {QStringLiteral("a"), QStringLiteral("b")}) {
        QVERIFY(worker.save({conversation(id), {message(id, id + QLatin1Char('m'), {})}}).saved);
        QVERIFY(worker.setDeleted(id, 7).saved);
      }
      QVERIFY(worker.summaries().isEmpty());
      QVERIFY(worker.setDeleted(QStringLiteral("b"), 0).saved);
      QCOMPARE(worker.summaries().size(), 1);
    }
    StoreWorker worker({folder_->path()});
    openState(worker);
    QVERIFY(!worker.conversation(QStringLiteral("a")));
    QVERIFY(worker.conversation(QStringLiteral("b")));
    QCOMPARE(sqlValue(file(), QStringLiteral("SELECT count(*) FROM messages")).toInt(), 1);
  }

  void secondWindowReadsAndTakesOver() {
    auto first = std::make_unique<StoreWorker>(StoreOptions{folder_->path()});
    openState(*first);
    QVERIFY(first->save({conversation(QStringLiteral("c")), {}}).saved);
    StoreWorker second({folder_->path()});
    const StoreState state = openState(second);
    QVERIFY(state.open);
    QVERIFY(state.readOnly);
    QVERIFY2(state.problem.contains(QLatin1String("Another Cria window")),
             qPrintable(state.problem));
    QCOMPARE(second.summaries().size(), 1);
    const SaveOutcome refused = second.save({conversation(QStringLiteral("d")), {}});
    QVERIFY(!refused.saved);
    QCOMPARE(refused.problem, state.problem);
    // What is typed in the second is there when its conversation is opened again.
    ConversationRecord typed = conversation(QStringLiteral("c"));
    typed.draft = QStringLiteral("typed in the second");
    second.keep({typed, {}});
    QCOMPARE(second.conversation(QStringLiteral("c"))->conversation.draft, typed.draft);
    // The first one goes on writing, and the second sees it.
    QVERIFY(first->save({conversation(QStringLiteral("e")), {}}).saved);
    QCOMPARE(second.summaries().size(), 2);

    QSignalSpy opened(&second, &StoreWorker::opened);
    first.reset();
    QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, 6000);
    QVERIFY(!opened.first().first().value<StoreState>().readOnly);
    QVERIFY(second.save({conversation(QStringLiteral("d")), {}}).saved);
  }

  void readOnlyFolder() {
    const AsNobody nobody;
    QTemporaryDir own;
    {
      StoreWorker worker({own.path()});
      openState(worker);
      QVERIFY(worker.save({conversation(QStringLiteral("c")), {}}).saved);
      QVERIFY(QFile::setPermissions(own.path(), QFile::ReadOwner | QFile::ExeOwner));
      QVERIFY(QFile::setPermissions(own.filePath(QStringLiteral("cria.lock")), QFile::ReadOwner));
    }
    StoreWorker worker({own.path()});
    const StoreState state = openState(worker);
    QVERIFY(state.open);
    QVERIFY(state.readOnly);
    QVERIFY2(state.problem.contains(own.path()), qPrintable(state.problem));
    QCOMPARE(worker.summaries().size(), 1);
    QVERIFY(!worker.save({conversation(QStringLiteral("d")), {}}).saved);

    // Kept until the folder can be written to, and there to be read meanwhile.
    const MessageRecord first = message(QStringLiteral("e"), QStringLiteral("1"), {});
    worker.keep({conversation(QStringLiteral("e")), {first}});
    ConversationRecord typed = conversation(QStringLiteral("c"));
    typed.draft = QStringLiteral("typed since");
    worker.keep({typed, {}});
    const auto kept = worker.conversation(QStringLiteral("e"));
    QVERIFY(kept && kept->messages == QList<MessageRecord>{first});
    QCOMPARE(worker.conversation(QStringLiteral("c"))->conversation.draft, typed.draft);
    QVERIFY(!worker.conversation(QStringLiteral("none")));
    QFile::setPermissions(own.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    QFile::setPermissions(own.filePath(QStringLiteral("cria.lock")),
                          QFile::ReadOwner | QFile::WriteOwner);
    QTRY_COMPARE_WITH_TIMEOUT(worker.summaries().size(), 2, 6000);
  }

  void fullDisk() {
    StoreWorker worker({folder_->path()});
    openState(worker);
    QVERIFY(worker.save({conversation(QStringLiteral("c")), {}}).saved);
    QSignalSpy problems(&worker, &StoreWorker::problemChanged);

    // No file of this process may grow beyond what the database has now.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit full = before;
    full.rlim_cur = static_cast<rlim_t>(
        QFileInfo(folder_->filePath(QStringLiteral("cria.db-wal"))).size() + 4096);
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &full), 0);
    MessageRecord large = message(QStringLiteral("c"), QStringLiteral("large"), {});
    large.text = QString(200000, QLatin1Char('x'));
    const SaveOutcome refused = worker.save({std::nullopt, {large}});
    worker.keep({std::nullopt, {large}});
    const auto meanwhile = worker.conversation(QStringLiteral("c"));
    const int shownProblems = static_cast<int>(problems.size());
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);

    QVERIFY(!refused.saved);
    QVERIFY(meanwhile && meanwhile->messages == QList<MessageRecord>{large});
    QVERIFY2(refused.problem.contains(QLatin1String("full")), qPrintable(refused.problem));
    QCOMPARE(shownProblems, 1);
    QTRY_COMPARE_WITH_TIMEOUT(problems.size(), 2, 6000);
    QCOMPARE(problems.last().first().toString(), QString());
    const auto loaded = worker.conversation(QStringLiteral("c"));
    QCOMPARE(loaded->messages.size(), 1);
    QVERIFY(loaded->messages.first() == large);
  }

  void damagedFile_data() {
    QTest::addColumn<bool>("wholeFile");
    QTest::newRow("no database at all") << true;
    QTest::newRow("a damaged page") << false;
  }
  void damagedFile() {
    QFETCH(bool, wholeFile);
    {
      StoreWorker worker({folder_->path()});
      openState(worker);
      StoreWrite write{conversation(QStringLiteral("c")), {}};
      for (int i = 0; i < 200; ++i) {
        write.messages.append(message(QStringLiteral("c"), QString::number(i), {}));
      }
      QVERIFY(worker.save(write).saved);
    }
    QFile damaged(file());
    QVERIFY(damaged.open(QIODevice::ReadWrite));
    QVERIFY(damaged.size() > 20000);
    damaged.seek(wholeFile ? 0 : 8192);
    damaged.write(QByteArray(8000, 'z'));
    damaged.close();
    const qint64 size = damaged.size();

    StoreWorker worker({folder_->path()});
    const StoreState state = openState(worker);
    QVERIFY(state.open);
    QVERIFY(!state.readOnly);
    QVERIFY2(state.notice.contains(QLatin1String("damaged")), qPrintable(state.notice));
    const QStringList aside =
        QDir(folder_->path()).entryList({QStringLiteral("cria.db.damaged-*")});
    QCOMPARE(aside.size(), 1);
    QVERIFY(state.notice.contains(aside.first()));
    QCOMPARE(QFileInfo(folder_->filePath(aside.first())).size(), size);
    QVERIFY(worker.save({conversation(QStringLiteral("n")), {}}).saved);
  }

  void newerFileIsReadOnly() {
    {
      StoreWorker worker({folder_->path()});
      openState(worker);
      QVERIFY(worker.save({conversation(QStringLiteral("c")), {}}).saved);
    }
    sqlValue(file(), QStringLiteral("PRAGMA user_version = 99"));
    StoreWorker worker({folder_->path()});
    const StoreState state = openState(worker);
    QVERIFY(state.open);
    QVERIFY(state.readOnly);
    QVERIFY(state.problem.contains(QLatin1String("newer")));
    QCOMPARE(worker.summaries().size(), 1);
  }

  void answersComeInOrderAndShutdownWaits() {
    int answers = 0;
    {
      ConversationStore store({folder_->path()});
      store.open();
      for (int i = 0; i < 20; ++i) {
        store.save({conversation(QString::number(i)), {}}, this,
                   [&answers, i](const SaveOutcome& outcome) {
                     QVERIFY(outcome.saved);
                     QCOMPARE(answers++, i);
                   });
      }
      QTRY_COMPARE(answers, 20);
      for (int i = 20; i < 200; ++i) store.keep({conversation(QString::number(i)), {}});
      store.shutdown();
    }
    QCOMPARE(sqlValue(file(), QStringLiteral("SELECT count(*) FROM conversations")).toInt(), 200);
    QCOMPARE(sqlValue(file(), QStringLiteral("PRAGMA integrity_check")).toString(),
             QStringLiteral("ok"));
    QCOMPARE(sqlValue(file(), QStringLiteral("PRAGMA journal_mode")).toString(),
             QStringLiteral("wal"));
  }
};

QTEST_GUILESS_MAIN(StoreTest)
#include "store_test.moc"
