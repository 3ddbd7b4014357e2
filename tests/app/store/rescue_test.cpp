// What the database cannot take is found again by the next start.
#include <QRandomGenerator>
#include <QSignalSpy>

#include "app/replace_file.h"
#include "app/store/readable_text.h"
#include "app/store/record_json.h"
#include "app/store/rescue_file.h"
#include "app/store/store_worker.h"
#include "tests/app/full_disk.h"
#include "tests/app/support.h"

using namespace cria::app;
using namespace cria::app::testing;

namespace {

ConversationRecord conversation(const QString& id, const QString& draft = {}) {
  ConversationRecord record;
  record.id = id;
  record.title = QStringLiteral("Title of ") + id;
  record.draft = draft;
  record.createdAt = 1764000000123;
  return record;
}

MessageRecord message(const QString& conversationId, const QString& id, const QString& parent,
                      const QString& text) {
  MessageRecord record;
  record.id = id;
  record.conversationId = conversationId;
  record.parentId = parent;
  record.text = text;
  return record;
}

/// More than FileLimit leaves.
QString longText() { return QString(12000, QLatin1Char('w')); }

}  // namespace

class RescueTest : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> folder_;
  std::unique_ptr<QTemporaryDir> elsewhere_;

  StoreOptions options() const {
    StoreOptions options{folder_->path()};
    options.rescueFolders = {elsewhere_->path()};
    return options;
  }
  QString rescue() const {
    return rescuePath(elsewhere_->path(), folder_->filePath(QStringLiteral("cria.db")));
  }
  static StoreState open(StoreWorker& worker) {
    StoreState state;
    const auto connection =
        connect(&worker, &StoreWorker::opened, [&state](const StoreState& now) { state = now; });
    worker.open();
    disconnect(connection);
    return state;
  }
  /// A run that ends on a full disk with a message that was not saved.
  void leaveUnsaved() const {
    StoreWorker worker(options());
    open(worker);
    QVERIFY(worker
                .save({conversation(QStringLiteral("c")),
                       {message(QStringLiteral("c"), QStringLiteral("1"), {}, {})}})
                .saved);
    const FileLimit full(folder_->path());
    MessageRecord lost =
        message(QStringLiteral("c"), QStringLiteral("2"), QStringLiteral("1"), longText());
    lost.status = MessageStatus::streaming;
    worker.keep({std::nullopt, {lost}});
    worker.finish();
  }

 private slots:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    elsewhere_ = std::make_unique<QTemporaryDir>();
  }

  void rowsBecomeJsonAndBack() {
    const auto seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    const auto text = [&] {
      return QStringLiteral("\u00e9\U0001F999 \"%1\"\n").arg(random.generate());
    };
    UnsavedRows rows;
    for (int i = 0; i < 20; ++i) {
      rows.put(ConversationRecord{text(), text(), text(), text(), text(), text(), text(), text(),
                                  text(), text(), qint64(random.generate()) << 20, i});
      rows.put(MessageRecord{
          text(), text(), text(), i % 2 ? MessageRole::assistant : MessageRole::user, text(),
          static_cast<MessageStatus>(i % 8), text(), i, text(), text(), text(), text(), text(),
          QByteArray(i, static_cast<char>(200 + i)), text(), random.generateDouble(), i, i + 1});
    }
    const UnsavedRows back = unsavedRowsFrom(toJson(rows));
    QVERIFY(back.conversations == rows.conversations);
    QVERIFY(back.messages == rows.messages);
  }

  void theNextStartHasIt() {
    leaveUnsaved();
    QVERIFY(QFile::exists(rescue()));
    QCOMPARE(QFile::permissions(rescue()) & (QFile::ReadGroup | QFile::ReadOther),
             QFile::Permissions());
    {
      StoreWorker worker(options());
      const StoreState state = open(worker);
      QVERIFY2(state.notice.contains(QLatin1String("back")), qPrintable(state.notice));
      const auto loaded = worker.conversation(QStringLiteral("c"));
      QVERIFY(loaded);
      QCOMPARE(loaded->messages.size(), 2);
      QCOMPARE(loaded->messages.last().text, longText());
      QCOMPARE(loaded->messages.last().parentId, QStringLiteral("1"));
      QCOMPARE(loaded->messages.last().status, MessageStatus::interrupted);
      QVERIFY(!QFile::exists(rescue()));
    }
    StoreWorker worker(options());
    QCOMPARE(open(worker).notice, QString());
  }

  void aKillOnAFullDiskLosesNothingEither() {
    auto* killed = new StoreWorker(options());
    open(*killed);
    QVERIFY(killed->save({conversation(QStringLiteral("c")), {}}).saved);
    FileLimit full(folder_->path());
    killed->keep({conversation(QStringLiteral("c"), longText()), {}});
    // Nobody asks it to settle: its own timer does.
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(rescue()), 6000);
    full.lift();
    QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(rescue()), 6000);
    QCOMPARE(killed->conversation(QStringLiteral("c"))->conversation.draft, longText());
    delete killed;
  }

  void aMessageThatIsNotSentStaysADraft() {
    StoreWorker worker(options());
    open(worker);
    {
      const FileLimit full(folder_->path());
      const SaveOutcome outcome =
          worker.saveOr({conversation(QStringLiteral("c")),
                         {message(QStringLiteral("c"), QStringLiteral("1"), {}, longText())}},
                        {conversation(QStringLiteral("c"), longText()), {}});
      QVERIFY(!outcome.saved);
    }
    QVERIFY(!worker.settle().any);
    const auto loaded = worker.conversation(QStringLiteral("c"));
    QCOMPARE(loaded->conversation.draft, longText());
    QVERIFY(loaded->messages.isEmpty());
  }

  void anotherPlaceIsFoundOrItIsSaid() {
    StoreOptions options{folder_->path()};
    options.rescueFolders = {QString(), QStringLiteral("/proc/nothing"), elsewhere_->path()};
    StoreWorker worker(options);
    open(worker);
    options.rescueFolders.removeLast();
    QTemporaryDir other;
    options.folder = other.path();
    StoreWorker lonely(options);
    open(lonely);
    for (StoreWorker* each : {&worker, &lonely}) {
      const QString folder = each == &worker ? folder_->path() : other.path();
      FileLimit full(folder);
      each->keep({conversation(QStringLiteral("c"), longText()), {}});
      QCOMPARE(each->settle().copy, each == &worker ? rescue() : QString());
      QVERIFY(each->settle().any);
      full.lift();
      QVERIFY(!each->settle().any);
    }
  }

  void rowsWithoutTheirConversationAreTakenToo() {
    leaveUnsaved();
    for (const char* name : {"cria.db", "cria.db-wal", "cria.db-shm"}) {
      QFile::remove(folder_->filePath(QLatin1String(name)));
    }
    StoreWorker worker(options());
    const StoreState state = open(worker);
    QVERIFY2(state.notice.contains(QLatin1String("back")), qPrintable(state.notice));
    const auto loaded = worker.conversation(QStringLiteral("c"));
    QVERIFY(loaded);
    QCOMPARE(loaded->messages.size(), 1);
    QCOMPARE(loaded->messages.first().text, longText());
    QVERIFY(!loaded->conversation.title.isEmpty());
  }

  void aFileOfAnotherIsLeftAlone() {
    leaveUnsaved();
    QFile file(rescue());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray content = file.readAll();
    file.close();
    // A link to such a file.
    const QString real = folder_->filePath(QStringLiteral("real.json"));
    QVERIFY(file.rename(real));
    QVERIFY(QFile::link(real, rescue()));
    QVERIFY(!readRescue(rescue()));
    QVERIFY(QFile::remove(rescue()));
    // A file of another user.
    QVERIFY(QFile::copy(real, rescue()));
    QVERIFY(readRescue(rescue()));
    if (geteuid() == 0) {
      QCOMPARE(chown(QFile::encodeName(rescue()).constData(), 65534, 65534), 0);
      QVERIFY(!readRescue(rescue()));
    }
    // One that is cut in two is kept.
    QVERIFY(QFile::remove(rescue()));
    QVERIFY(replaceFile(rescue(), content.left(content.size() / 2)).isEmpty());
    StoreWorker worker(options());
    const StoreState state = open(worker);
    QVERIFY2(state.notice.contains(rescue()), qPrintable(state.notice));
    QVERIFY(!QFile::exists(rescue()));
    QVERIFY(QFile::exists(rescue() + QLatin1String(".damaged")));
  }

  void aDiskThatIsReallyFull() {
    const SmallDisk disk;
    if (!disk.mounted()) QSKIP("a disk of its own cannot be mounted here");
    StoreOptions options{disk.path()};
    options.rescueFolders = {disk.path(), elsewhere_->path()};
    {
      StoreWorker worker(options);
      open(worker);
      QVERIFY(worker.save({conversation(QStringLiteral("c")), {}}).saved);
      disk.fill();
      MessageRecord large = message(QStringLiteral("c"), QStringLiteral("1"), {}, longText());
      large.text = large.text.repeated(20);
      worker.keep({conversation(QStringLiteral("c"), QStringLiteral("typed")), {large}});
      const Unsaved unsaved = worker.settle();
      QVERIFY(unsaved.any);
      QVERIFY2(unsaved.problem.contains(QLatin1String("full")), qPrintable(unsaved.problem));
      QVERIFY2(unsaved.copy.startsWith(elsewhere_->path()), qPrintable(unsaved.copy));
      worker.finish();
    }
    {
      // Still full at the next start. Its rows come to those of the run before; the later version
      // of a row wins.
      StoreWorker worker(options);
      open(worker);
      QVERIFY(worker.settle().any);
      worker.keep({conversation(QStringLiteral("c"), QStringLiteral("typed later")), {}});
      worker.finish();
    }
    disk.free();
    StoreWorker worker(options);
    open(worker);
    const auto loaded = worker.conversation(QStringLiteral("c"));
    QVERIFY(loaded);
    QCOMPARE(loaded->conversation.draft, QStringLiteral("typed later"));
    QCOMPARE(loaded->messages.size(), 1);
    QVERIFY(QDir(elsewhere_->path()).isEmpty());
  }

  void readable() {
    UnsavedRows rows;
    rows.put(conversation(QStringLiteral("c"), QStringLiteral("not sent")));
    rows.put(message(QStringLiteral("c"), QStringLiteral("1"), {}, QStringLiteral("Hello")));
    MessageRecord reply =
        message(QStringLiteral("d"), QStringLiteral("2"), {}, QStringLiteral("Hi"));
    reply.role = MessageRole::assistant;
    reply.checkpointName = QStringLiteral("TinyLlama");
    rows.put(reply);
    QCOMPARE(readableText(rows),
             QStringLiteral("# Title of c\n\n**You**\n\nHello\n\n**Typed and not sent**\n\nnot "
                            "sent\n\n# A conversation\n\n**TinyLlama**\n\nHi\n\n"));
  }
};

QTEST_GUILESS_MAIN(RescueTest)
#include "rescue_test.moc"
