// Names of folders, looking for checkpoints on the disk, and the controller over them.
#include <QDir>
#include <QFile>
#include <QSignalSpy>

#include "app/checkpoints/checkpoint_name.h"
#include "app/checkpoints/checkpoint_scan.h"
#include "tests/app/support.h"

using namespace cria::app;
using namespace cria::app::testing;

namespace {

void makeCheckpoint(const QString& path, const char* weights = "model.safetensors") {
  QDir().mkpath(path);
  for (const char* name : {"config.json", weights}) {
    QFile file(path + QLatin1Char('/') + QLatin1String(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
  }
}

}  // namespace

class CheckpointsTest : public QObject {
  Q_OBJECT

 private slots:
  void names_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("label");
    QTest::addColumn<QString>("shortLabel");
    QTest::addColumn<double>("step");
    QTest::addColumn<double>("tokens");
    const auto row = [](const char* path, const char* name, const char* label, const char* shortly,
                        double step, double tokens) {
      QTest::newRow(path) << QString::fromUtf8(path) << QString::fromUtf8(name)
                          << QString::fromUtf8(label) << QString::fromUtf8(shortly) << step
                          << tokens;
    };
    row("/m/TinyLlama-1.1B-intermediate-step-715k-1.5T", "TinyLlama 1.1B",
        "step 715k · 1.5T tokens", "715k", 715e3, 1.5e12);
    row("/m/TinyLlama-1.1B-step-50K-105b/", "TinyLlama 1.1B", "step 50k · 105B tokens", "50k", 50e3,
        105e9);
    row("/m/TinyLlama-1.1B-intermediate-step-955k-token-2T", "TinyLlama 1.1B",
        "step 955k · 2T tokens", "955k", 955e3, 2e12);
    row("/m/TinyLlama-1.1B-intermediate-step-1195k-token-2.5T", "TinyLlama 1.1B",
        "step 1195k · 2.5T tokens", "1195k", 1195e3, 2.5e12);
    row("/runs/mine/step-480k-token-1007B", "mine", "step 480k · 1007B tokens", "480k", 480e3,
        1007e9);
    row("/runs/my_llama/step-000500", "my llama", "step 500", "500", 500, 0);
    row("/runs/my_llama/checkpoint-1000", "my llama", "step 1000", "1000", 1000, 0);
    row("/runs/tiny/iter-015000-ckpt", "tiny", "step 15000", "15000", 15000, 0);
    row("/m/TinyLlama-1.1B-Chat-v1.0", "TinyLlama 1.1B", "Chat v1.0", "Chat v1.0", 0, 0);
    row("/m/stories260K", "stories260K", "", "stories260K", 0, 0);
    row("/m/TinyLlama_v1.1", "TinyLlama v1.1", "", "TinyLlama v1.1", 0, 0);
    row("/c/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0/snapshots/fe8a4ea", "TinyLlama 1.1B",
        "Chat v1.0", "Chat v1.0", 0, 0);
    row("/", "/", "", "/", 0, 0);
  }
  void names() {
    QFETCH(QString, path);
    const CheckpointName name = checkpointName(path);
    QTEST(name.name, "name");
    QTEST(name.label, "label");
    QTEST(name.shortLabel, "shortLabel");
    QCOMPARE(name.signature, name.shortLabel);
    QTEST(name.step, "step");
    QTEST(name.tokens, "tokens");
  }

  void runsGroup() {
    const auto run = [](const char* path) { return checkpointName(QLatin1String(path)).run; };
    QCOMPARE(run("/m/TinyLlama-1.1B-intermediate-step-715k-1.5T"),
             run("/n/TinyLlama-1.1B-step-50K-105b"));
    QVERIFY(run("/m/TinyLlama-1.1B-Chat-v1.0") != run("/m/TinyLlama-1.1B-step-50K-105b"));
    QCOMPARE(run("/runs/a/step-000500"), run("/runs/a/step-1000"));
    QVERIFY(run("/runs/a/step-000500") != run("/runs/b/step-000500"));
  }

  void scanFindsTheRun() {
    QTemporaryDir folder;
    const QString base = folder.path() + QLatin1String("/TinyLlama-1.1B-intermediate-step-");
    makeCheckpoint(base + QLatin1String("1431k-3T"));
    makeCheckpoint(base + QLatin1String("240k-503b"), "pytorch_model.bin");
    makeCheckpoint(base + QLatin1String("715k-1.5T"), "model.safetensors.index.json");
    makeCheckpoint(folder.path() + QLatin1String("/TinyLlama-1.1B-Chat-v1.0"));
    QDir().mkpath(folder.path() + QLatin1String("/TinyLlama-1.1B-step-1k-2b"));  // empty

    CheckpointScan scan = scanForCheckpoints(base + QLatin1String("715k-1.5T"));
    QCOMPARE(scan.target, base + QLatin1String("715k-1.5T"));
    QCOMPARE(scan.found,
             QStringList({base + QLatin1String("240k-503b"), base + QLatin1String("715k-1.5T"),
                          base + QLatin1String("1431k-3T")}));
    // A weight file means its folder; a folder of checkpoints the last of them.
    QCOMPARE(scanForCheckpoints(base + QLatin1String("240k-503b/pytorch_model.bin")).target,
             base + QLatin1String("240k-503b"));
    scan = scanForCheckpoints(folder.path());
    QCOMPARE(scan.found.size(), 4);
    QCOMPARE(scanForCheckpoints(folder.path() + QLatin1String("/none")).found, QStringList());
    QCOMPARE(scanForCheckpoints(folder.path() + QLatin1String("/none")).target,
             folder.path() + QLatin1String("/none"));
  }

  void opensAndRemembers() {
    QTemporaryDir data;
    QTemporaryDir models;
    const QString base = models.path() + QLatin1String("/TinyLlama-1.1B-step-50K-105b");
    const QString chat = models.path() + QLatin1String("/TinyLlama-1.1B-Chat-v1.0");
    makeCheckpoint(base);
    makeCheckpoint(chat);
    {
      FakeEngineOptions engine = fastEngine();
      engine.loadSeconds = 0.3;
      Run run(data.path(), engine, base);
      CheckpointController& checkpoints = *run->checkpoints();
      QCOMPARE(checkpoints.state(), QStringLiteral("loading"));
      QSignalSpy progress(&checkpoints, &CheckpointController::progressChanged);
      QVERIFY(run.waitReady());
      QVERIFY(progress.size() >= 3);
      QCOMPARE(checkpoints.state(), QStringLiteral("ready"));
      QCOMPARE(checkpoints.name(), QStringLiteral("TinyLlama 1.1B"));
      QCOMPARE(checkpoints.shortLabel(), QStringLiteral("50k"));
      QCOMPARE(checkpoints.device(), QStringLiteral("CPU"));
      QVERIFY(!checkpoints.chatTuned());
      QCOMPARE(run.chat().mode(), QStringLiteral("complete"));
      checkpoints.open(chat);
      QTRY_COMPARE(checkpoints.path(), chat);
      QVERIFY(checkpoints.chatTuned());
      QCOMPARE(run.chat().mode(), QStringLiteral("chat"));
      checkpoints.setPrecisionChoice(QStringLiteral("f32"));
      QTRY_COMPARE(checkpoints.precision(), QStringLiteral("f32"));
    }
    Run run(data.path(), fastEngine(), {});
    QCOMPARE(run->checkpoints()->library()->count(), 2);
    QCOMPARE(run->checkpoints()->precisionChoice(), QStringLiteral("f32"));
    run->checkpoints()->openLast();
    QTRY_COMPARE(run->checkpoints()->path(), chat);
    run->checkpoints()->forget(base);
    QCOMPARE(run->checkpoints()->library()->count(), 1);
  }

  void whatWasTakenOffTheListStaysAwayUntilAskedFor() {
    const QTemporaryDir data;
    const QTemporaryDir models;
    QStringList ages;
    for (const char* step : {"/step-000100", "/step-000200", "/step-000300"}) {
      ages << models.path() + QLatin1String(step);
      makeCheckpoint(ages.last());
    }
    {
      Run run(data.path(), fastEngine(), ages.at(2));
      QVERIFY(run.waitReady());
      QCOMPARE(run->checkpoints()->library()->paths(), ages);
      run->checkpoints()->forget(ages.at(0));
      run->checkpoints()->open(ages.at(1));
      QTRY_COMPARE(run->checkpoints()->path(), ages.at(1));
      QCOMPARE(run->checkpoints()->library()->paths(), ages.mid(1));
    }
    Run run(data.path(), fastEngine(), ages.at(1));
    QVERIFY(run.waitReady());
    QCOMPARE(run->checkpoints()->library()->paths(), ages.mid(1));
    run->checkpoints()->open(ages.at(0));
    QTRY_COMPARE(run->checkpoints()->path(), ages.at(0));
    QCOMPARE(run->checkpoints()->library()->paths(), ages);
    // Asking for the folder is asking for all in it.
    run->checkpoints()->forget(ages.at(1));
    run->checkpoints()->open(models.path());
    QTRY_COMPARE(run->checkpoints()->path(), ages.at(2));
    QCOMPARE(run->checkpoints()->library()->paths(), ages);
  }

  void errorsAreSaidAndTheOldOneGoesOn() {
    QTemporaryDir data;
    Run run(data.path(), fastEngine(), checkpointPath());
    QVERIFY(run.waitReady());
    CheckpointController& checkpoints = *run->checkpoints();
    checkpoints.open(checkpointPath("broken"));
    QTRY_VERIFY(!checkpoints.errorTitle().isEmpty());
    QCOMPARE(checkpoints.state(), QStringLiteral("ready"));
    QVERIFY(checkpoints.errorText().contains(QLatin1String("config.json")));
    QVERIFY(checkpoints.errorText().contains(QLatin1String("715k still answers")));
    checkpoints.dismissError();
    QVERIFY(checkpoints.errorTitle().isEmpty());
    checkpoints.open(checkpointPath("toolarge"));
    QTRY_COMPARE(checkpoints.state(), QStringLiteral("error"));
    QVERIFY(checkpoints.errorText().contains(QLatin1String("closed to make room")));
    QVERIFY(!run.chat().canSend());
  }

  void theLastOneAskedForWins() {
    QTemporaryDir data;
    FakeEngineOptions engine = fastEngine();
    engine.loadSeconds = 0.2;
    Run run(data.path(), engine, checkpointPath("step-1"));
    run->checkpoints()->open(checkpointPath("step-2"));
    QTest::qWait(50);
    run->checkpoints()->open(checkpointPath("step-3"));
    QTRY_COMPARE(run->checkpoints()->state(), QStringLiteral("ready"));
    QCOMPARE(run->checkpoints()->path(), checkpointPath("step-3"));
    QVERIFY(run->checkpoints()->errorTitle().isEmpty());
  }

  void cancelledLoadingLeavesNothingBehind() {
    QTemporaryDir data;
    FakeEngineOptions engine = fastEngine();
    engine.loadSeconds = 20;
    Run run(data.path(), engine, checkpointPath());
    QTRY_VERIFY(run->checkpoints()->loadProgress() > 0);
    run->checkpoints()->cancelLoading();
    QTRY_COMPARE(run->checkpoints()->state(), QStringLiteral("none"));
    QVERIFY(run->checkpoints()->errorTitle().isEmpty());
  }
};

CRIA_TEST_MAIN(CheckpointsTest)
#include "checkpoints_test.moc"
