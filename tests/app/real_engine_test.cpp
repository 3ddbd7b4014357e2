// The whole way with the real engine and a real model (stories260K, where the developers' data is).
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtEndian>

#include "tests/app/support.h"

using namespace cria::app;
using namespace cria::app::testing;

namespace {

QString storiesPath() { return QStringLiteral(CRIA_SHARED_DIR "/data/stories260K"); }

}  // namespace

class RealEngineTest : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> folder_;

  std::unique_ptr<Run> start() {
    ApplicationOptions options;
    options.dataFolder = folder_->path();
    options.checkpoint = QDir(storiesPath()).canonicalPath();
    return std::make_unique<Run>(cria::engine::make_engine(), options);
  }

 private slots:
  void initTestCase() {
    if (!QFile::exists(storiesPath() + QLatin1String("/model.safetensors"))) {
      QSKIP("stories260K is not here");
    }
  }
  void init() { folder_ = std::make_unique<QTemporaryDir>(); }

  void tellsTheKnownStory() {
    const auto run = start();
    QVERIFY(run->waitReady());
    QCOMPARE((*run)->checkpoints()->state(), QStringLiteral("ready"));
    QCOMPARE((*run)->checkpoints()->contextLength(), 512);
    (*run)->sampling()->setTemperature(0);
    (*run)->sampling()->setMaxNewTokens(199);
    run->chat().send({});
    QTRY_COMPARE(run->messages().count(), 1);
    QVERIFY(run->waitIdle());
    QCOMPARE(run->chat().errorText(), QString());

    QFile golden(storiesPath() + QLatin1String("/golden_greedy.json"));
    QVERIFY(golden.open(QIODevice::ReadOnly));
    const QJsonArray expected =
        QJsonDocument::fromJson(golden.readAll()).object().value(QLatin1String("ids")).toArray();
    const QByteArray ids = run->messages().tree().at(run->id(0)).tokenIds;
    const auto count = ids.size() / 4;
    QVERIFY(count >= 190);
    for (qsizetype i = 0; i < count && i + 1 < expected.size(); ++i) {
      // The golden list begins with BOS.
      QCOMPARE(qFromLittleEndian<qint32>(ids.constData() + 4 * i), expected.at(i + 1).toInt());
    }
    QVERIFY2(run->text(0).contains(QLatin1String("Once upon a time")), qPrintable(run->text(0)));
  }

  void whatStreamsIsWhatStays() {
    const auto run = start();
    QVERIFY(run->waitReady());
    (*run)->sampling()->setMaxNewTokens(150);
    (*run)->sampling()->setTopK(10);
    (*run)->sampling()->setRepetitionPenalty(1.3);
    QString streamed;
    connect(&run->messages(), &QAbstractItemModel::dataChanged, run.get(), [&] {
      const QString text = run->text(1);
      if (text.size() > streamed.size()) streamed = text;
    });
    run->chat().send(QStringLiteral("Once upon a time, there was"));
    QTRY_COMPARE(run->messages().count(), 2);
    QVERIFY(run->waitIdle());
    QVERIFY(!run->text(1).isEmpty());
    QCOMPARE(streamed, run->text(1));
    // The text goes on: a space between the two words, unless the word itself went on.
    const QString whole = run->text(0) + run->text(1);
    QVERIFY2(!whole.contains(QLatin1String("was  ")), qPrintable(whole));
    const QString first = run->text(1);
    run->chat().continueReply(run->id(1));
    QVERIFY(run->waitIdle());
    QVERIFY(run->text(1).startsWith(first));
  }

  void variantsWithOneSeedAreTheSameAgain() {
    const auto run = start();
    QVERIFY(run->waitReady());
    (*run)->sampling()->setMaxNewTokens(30);
    (*run)->sampling()->setVariants(3);
    (*run)->sampling()->setSeed(QStringLiteral("7"));
    (*run)->sampling()->setSeedFixed(true);
    QStringList texts;
    for (int round = 0; round < 2; ++round) {
      if (round == 0) {
        run->chat().send(QStringLiteral("Once"));
      } else {
        run->chat().regenerate(run->id(0));
      }
      QTRY_COMPARE(run->at(1, MessageListModel::SiblingCountRole).toInt(), 3 * (round + 1));
      QVERIFY(run->waitIdle());
      for (int i = 0; i < 3; ++i) {
        texts << run->text(1);
        run->chat().selectSibling(run->id(1), 1);
      }
    }
    QCOMPARE(texts.mid(0, 3), texts.mid(3, 3));
    QVERIFY(texts.at(0) != texts.at(1));
  }

  void theContextFillsUp() {
    const auto run = start();
    QVERIFY(run->waitReady());
    (*run)->sampling()->setMaxNewTokens(512);
    (*run)->sampling()->setTemperature(0);
    run->chat().send(QStringLiteral("Once upon a time"));
    QTRY_COMPARE(run->messages().count(), 2);
    QVERIFY(run->waitIdle(30000));
    if (run->status(1) == QLatin1String("length")) {
      QVERIFY2(run->chat().notice().contains(QLatin1String("context is full")),
               qPrintable(run->chat().notice()));
    }
    run->chat().setContextPolicy(QStringLiteral("slide"));
    (*run)->sampling()->setMaxNewTokens(60);
    run->chat().send(QStringLiteral(" and then there was a little girl"));
    QTRY_COMPARE(run->messages().count(), 4);
    QVERIFY(run->waitIdle(30000));
    QCOMPARE(run->chat().errorText(), QString());
    QVERIFY2(run->chat().notice().contains(QLatin1String("left out")),
             qPrintable(run->chat().notice()));
    QVERIFY(run->chat().contextUsed() <= 512);
  }

  void aFolderThatIsNoCheckpointIsExplained() {
    const auto run = start();
    QVERIFY(run->waitReady());
    QTemporaryDir empty;
    (*run)->checkpoints()->open(empty.path());
    QTRY_VERIFY(!(*run)->checkpoints()->errorText().isEmpty());
    QVERIFY2((*run)->checkpoints()->errorText().contains(empty.path()),
             qPrintable((*run)->checkpoints()->errorText()));
    QCOMPARE((*run)->checkpoints()->state(), QStringLiteral("ready"));
    QVERIFY(run->chat().canSend());
  }

  void precisionIsChosen() {
    const auto run = start();
    QVERIFY(run->waitReady());
    for (const char* precision : {"f32", "bf16", "f16", "q8", "q4"}) {
      (*run)->checkpoints()->setPrecisionChoice(QLatin1String(precision));
      QTRY_COMPARE((*run)->checkpoints()->precision(), QLatin1String(precision));
      QTRY_VERIFY(run->chat().canSend());
    }
  }
};

CRIA_TEST_MAIN(RealEngineTest)
#include "real_engine_test.moc"
