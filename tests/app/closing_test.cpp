// Closing the window on a disk that is full: it asks, and what was typed is there at the next
// start.
#include <QSignalSpy>

#include "tests/app/full_disk.h"
#include "tests/app/support.h"

using namespace cria::app;
using namespace cria::app::testing;

namespace {
/// More than FileLimit leaves.
QString longText() { return QStringLiteral("many words ").repeated(1200); }
}  // namespace

class ClosingTest : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> folder_;
  std::unique_ptr<QTemporaryDir> elsewhere_;

  std::unique_ptr<Run> start(const FakeEngineOptions& engine = fastEngine()) const {
    ApplicationOptions options{folder_->path(), checkpointPath(), false};
    options.rescueFolders = {elsewhere_->path()};
    auto run = std::make_unique<Run>(makeFakeEngine(engine), options);
    return run->waitReady() ? std::move(run) : nullptr;
  }
  /// The window's close event, until the answer is there.
  static bool close(ClosingController& closing) {
    if (closing.mayClose()) return true;
    const bool answered = QTest::qWaitFor([&] { return !closing.saving(); });
    return answered && !closing.asking() && closing.mayClose();
  }

 private slots:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    elsewhere_ = std::make_unique<QTemporaryDir>();
  }

  void closesWhenEverythingIsSaved() {
    const auto run = start();
    QVERIFY(run);
    ClosingController& closing = *(*run)->closing();
    QSignalSpy closeNow(&closing, &ClosingController::closeNow);
    run->chat().setDraft(QStringLiteral("half a thought"));
    QVERIFY(!closing.mayClose());
    QTRY_COMPARE(closeNow.size(), 1);
    QVERIFY(closing.mayClose());
    // Not a moment later, at the end of the program: now.
    QCOMPARE(sqlValue(folder_->filePath(QStringLiteral("cria.db")),
                      QStringLiteral("SELECT draft FROM conversations"))
                 .toString(),
             QStringLiteral("half a thought"));
  }

  void asksOnAFullDisk() {
    const auto run = start();
    QVERIFY(run);
    ClosingController& closing = *(*run)->closing();
    QSignalSpy closeNow(&closing, &ClosingController::closeNow);
    FileLimit full(folder_->path());
    run->chat().setDraft(longText());
    QVERIFY(!close(closing));
    QVERIFY(closing.asking());
    QVERIFY2(!closing.problem().isEmpty(), qPrintable(closing.problem()));
    QVERIFY2(QFile::exists(closing.copy()), qPrintable(closing.copy()));
    QVERIFY(!closing.mayClose() && closing.asking());  // the cross again: it asks again

    QTRY_VERIFY(!closing.saving());
    closing.stay();
    QVERIFY(!closing.asking());
    QVERIFY(!close(closing));
    closing.tryAgain();
    QTRY_VERIFY(!closing.saving());
    QVERIFY(closing.asking());

    const QString text = elsewhere_->filePath(QStringLiteral("unsaved.md"));
    closing.saveText(QUrl::fromLocalFile(text));
    QTRY_VERIFY(!closing.textResult().isEmpty());
    QFile file(text);
    QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(closing.textResult()));
    QVERIFY(file.readAll().contains("many words many words"));
    closing.saveText(QUrl::fromLocalFile(QStringLiteral("/proc/nowhere.md")));
    QTRY_VERIFY2(closing.textResult().contains(QLatin1String("/proc/nowhere.md")),
                 qPrintable(closing.textResult()));

    QCOMPARE(closeNow.size(), 0);
    full.lift();
    closing.tryAgain();
    QTRY_COMPARE(closeNow.size(), 1);
    QVERIFY(closing.mayClose());
  }

  void whatWasClosedAnywayIsBack() {
    {
      const auto run = start();
      QVERIFY(run);
      ClosingController& closing = *(*run)->closing();
      const FileLimit full(folder_->path());
      run->chat().send(longText());
      QTRY_VERIFY(!run->chat().errorText().isEmpty());
      QCOMPARE(run->chat().draft(), longText());
      QVERIFY(!close(closing));
      closing.closeAnyway();
      QVERIFY(closing.mayClose());
      (*run)->shutdown();
    }
    const auto run = start();
    QVERIFY(run);
    QTRY_COMPARE(run->chat().draft(), longText());
    QVERIFY2((*run)->conversations()->storeNotice().contains(QLatin1String("back")),
             qPrintable((*run)->conversations()->storeNotice()));
    QVERIFY((*run)->conversations()->storeError().isEmpty());
    QVERIFY(QDir(elsewhere_->path()).isEmpty());
  }

  // As at the end of a session: nobody is asked, and the message is just being saved.
  void quittingWithoutAQuestionLosesNothingEither() {
    {
      const auto run = start();
      QVERIFY(run);
      const FileLimit full(folder_->path());
      run->chat().send(longText());
      run->chat().setDraft({});  // as the composer does once it has sent
      (*run)->shutdown();
    }
    const auto run = start();
    QVERIFY(run);
    QTRY_COMPARE(run->chat().draft(), longText());
  }

  void aReplyInProgressIsRescued() {
    const SmallDisk disk;
    if (!disk.mounted()) QSKIP("a disk of its own cannot be mounted here");
    ApplicationOptions options{disk.path(), checkpointPath(), false};
    options.rescueFolders = {elsewhere_->path()};
    QString shown;
    {
      FakeEngineOptions engine = pacedEngine(2000);
      engine.contextLength = 1 << 20;
      Run run(makeFakeEngine(engine), options);
      QVERIFY(run.waitReady());
      run->sampling()->setMaxNewTokens(30000);
      run.chat().send(QStringLiteral("Once"));
      QVERIFY(run.waitForText(1));
      disk.fill();
      // More than the file of the database has room for without growing.
      QVERIFY(QTest::qWaitFor([&] { return run.text(1).size() > 40000; }, 20000));
      run.chat().setDraft(longText().repeated(5));
      QVERIFY(!close(*run->closing()));
      shown = run.text(1);
      run->closing()->closeAnyway();
      run->shutdown();
    }
    disk.free();
    Run run(makeFakeEngine(fastEngine()), options);
    QVERIFY(run.waitReady());
    QTRY_COMPARE(run.messages().count(), 2);
    QVERIFY2(run.text(1).startsWith(shown), qPrintable(QString::number(run.text(1).size())));
    QCOMPARE(run.status(1), QStringLiteral("interrupted"));
    QCOMPARE(run.chat().draft(), longText().repeated(5));
  }

  // A second window may not write: what was typed there is asked about, can be saved as a text, and
  // is saved once the first window is gone.
  void aDraftOfASecondWindowIsAskedAbout() {
    auto first = start();
    QVERIFY(first);
    first->chat().setDraft(QStringLiteral("typed in the first"));
    first->chat().saveNow();
    {
      const auto second = start();
      QVERIFY(second);
      QVERIFY((*second)->conversations()->readOnly());
      QTRY_COMPARE(second->chat().draft(), QStringLiteral("typed in the first"));
      QVERIFY(close(*(*second)->closing()));  // it has nothing of its own
      (*second)->shutdown();
    }
    const auto second = start();
    QVERIFY(second);
    QTRY_COMPARE(second->chat().draft(), QStringLiteral("typed in the first"));
    ClosingController& closing = *(*second)->closing();
    second->chat().setDraft(QStringLiteral("typed in the second"));
    QVERIFY(!close(closing));
    QVERIFY(closing.asking());
    QVERIFY2(closing.problem().contains(QLatin1String("typed here")),
             qPrintable(closing.problem()));
    const QString text = elsewhere_->filePath(QStringLiteral("typed.md"));
    closing.saveText(QUrl::fromLocalFile(text));
    QTRY_VERIFY(!closing.textResult().isEmpty());
    QFile file(text);
    QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(closing.textResult()));
    QVERIFY(file.readAll().contains("typed in the second"));

    (*first)->shutdown();
    first.reset();
    closing.tryAgain();
    QTRY_VERIFY(!closing.saving());
    QVERIFY2(!closing.asking(), qPrintable(closing.problem()));
    QTRY_COMPARE(sqlValue(folder_->filePath(QStringLiteral("cria.db")),
                          QStringLiteral("SELECT draft FROM conversations"))
                     .toString(),
                 QStringLiteral("typed in the second"));
  }

  void aTextThatIsSentAgainGoesIntoTheDraft() {
    const auto run = start();
    QVERIFY(run);
    (*run)->sampling()->setMaxNewTokens(3);
    run->chat().send(QStringLiteral("Once"));
    QTRY_COMPARE(run->messages().count(), 2);
    QVERIFY(run->waitIdle());
    run->chat().setDraft(QStringLiteral("half a thought"));
    const FileLimit full(folder_->path());
    run->chat().editAndResend(run->id(0), longText());
    QTRY_VERIFY(!run->chat().errorText().isEmpty());
    QCOMPARE(run->chat().draft(), QStringLiteral("half a thought\n\n") + longText());
  }
};

CRIA_TEST_MAIN(ClosingTest)
#include "closing_test.moc"
