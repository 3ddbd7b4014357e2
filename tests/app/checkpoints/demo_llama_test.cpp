// The demo llama in the library of checkpoints: at the first start, later, moved, and taken off.
#include <QDir>
#include <QFile>

#include "app/checkpoints/demo_checkpoints.h"
#include "tests/app/support.h"

using namespace cria::app;
using namespace cria::app::testing;

namespace {

void makeCheckpoint(const QString& path) {
  QDir().mkpath(path);
  for (const char* name : {"config.json", "model.safetensors"}) {
    QFile file(path + QLatin1Char('/') + QLatin1String(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
  }
}

QStringList makeDemo(const QString& folder) {
  QStringList demo;
  for (const char* step : {"step-000100", "step-000300", "step-003200"}) {
    demo.append(folder + QLatin1Char('/') + QLatin1String(step));
    makeCheckpoint(demo.last());
  }
  return demo;
}

ApplicationOptions optionsOf(const QTemporaryDir& data, const QStringList& demo) {
  ApplicationOptions options;
  options.dataFolder = data.path();
  options.demo = demo;
  return options;
}

QVariant inLibrary(Run& run, int row, CheckpointListModel::Role role) {
  CheckpointListModel& library = *run->checkpoints()->library();
  return library.data(library.index(row), role);
}

}  // namespace

class DemoLlamaTest : public QObject {
  Q_OBJECT

 private slots:
  void firstStart() {
    const QTemporaryDir data;
    const QTemporaryDir share;
    const QStringList demo = makeDemo(share.path());
    Run run(makeFakeEngine(fastEngine()), optionsOf(data, demo));
    QVERIFY(run.waitReady());
    CheckpointController& checkpoints = *run->checkpoints();
    QCOMPARE(checkpoints.path(), demo.last());
    QVERIFY(checkpoints.demo());
    QCOMPARE(checkpoints.name(), QStringLiteral("Demo llama"));
    QCOMPARE(checkpoints.label(), QStringLiteral("step 3200"));
    QCOMPARE(checkpoints.shortLabel(), QStringLiteral("3200"));
    QCOMPARE(checkpoints.signature(), QStringLiteral("demo 3200"));
    QCOMPARE(checkpoints.library()->count(), 3);
    for (int row = 0; row < 3; ++row) {
      QCOMPARE(inLibrary(run, row, CheckpointListModel::PathRole).toString(), demo.at(row));
      QCOMPARE(inLibrary(run, row, CheckpointListModel::NameRole).toString(),
               QStringLiteral("Demo llama"));
      QVERIFY(!inLibrary(run, row, CheckpointListModel::RunRole).toString().contains(u'/'));
    }
    checkpoints.open(demo.first());
    QTRY_COMPARE(checkpoints.path(), demo.first());
    QCOMPARE(checkpoints.library()->count(), 3);
  }

  void withoutADemoNothingOpens() {
    const QTemporaryDir data;
    Run run(makeFakeEngine(fastEngine()), optionsOf(data, {}));
    QVERIFY(run.waitReady());
    QCOMPARE(run->checkpoints()->state(), QStringLiteral("none"));
    QCOMPARE(run->checkpoints()->library()->count(), 0);
  }

  void anotherCheckpointIsOpenedAgain() {
    const QTemporaryDir data;
    const QTemporaryDir share;
    const QTemporaryDir models;
    const QStringList demo = makeDemo(share.path());
    const QString other = models.path() + QLatin1String("/demo/step-000100");
    makeCheckpoint(other);
    {
      Run run(makeFakeEngine(fastEngine()), optionsOf(data, demo));
      QVERIFY(run.waitReady());
      run->checkpoints()->open(other);
      QTRY_COMPARE(run->checkpoints()->path(), other);
      // A trainer's folder of that name is not the demo.
      QVERIFY(!run->checkpoints()->demo());
      QCOMPARE(run->checkpoints()->name(), QStringLiteral("demo"));
    }
    Run run(makeFakeEngine(fastEngine()), optionsOf(data, demo));
    QVERIFY(run.waitReady());
    QCOMPARE(run->checkpoints()->path(), other);
    QCOMPARE(run->checkpoints()->library()->count(), 4);
  }

  void movesWithCria() {
    const QTemporaryDir data;
    const QTemporaryDir before;
    const QTemporaryDir after;
    {
      const QStringList demo = makeDemo(before.path());
      Run run(makeFakeEngine(fastEngine()), optionsOf(data, demo));
      QVERIFY(run.waitReady());
      run->checkpoints()->open(demo.at(1));
      QTRY_COMPARE(run->checkpoints()->path(), demo.at(1));
    }
    const QStringList demo = makeDemo(after.path());
    {
      Run run(makeFakeEngine(fastEngine()), optionsOf(data, demo));
      QVERIFY(run.waitReady());
      QCOMPARE(run->checkpoints()->path(), demo.at(1));
      QCOMPARE(run->checkpoints()->library()->paths(), demo);
    }
    // The next version has no such checkpoint any more.
    QVERIFY(QDir(demo.at(1)).removeRecursively());
    Run run(makeFakeEngine(fastEngine()), optionsOf(data, {demo.first(), demo.last()}));
    QVERIFY(run.waitReady());
    QCOMPARE(run->checkpoints()->path(), demo.last());
    QCOMPARE(run->checkpoints()->library()->count(), 2);
  }

  void takenOffTheListItStaysAway() {
    const QTemporaryDir data;
    const QTemporaryDir share;
    const QTemporaryDir models;
    const QStringList demo = makeDemo(share.path());
    const QString other = models.path() + QLatin1String("/TinyLlama-1.1B-Chat-v1.0");
    makeCheckpoint(other);
    {
      Run run(makeFakeEngine(fastEngine()), optionsOf(data, demo));
      QVERIFY(run.waitReady());
      run->checkpoints()->open(other);
      QTRY_COMPARE(run->checkpoints()->path(), other);
      for (const QString& path : demo) run->checkpoints()->forget(path);
    }
    Run run(makeFakeEngine(fastEngine()), optionsOf(data, demo));
    QVERIFY(run.waitReady());
    QCOMPARE(run->checkpoints()->library()->paths(), QStringList(other));
  }

  void findsTheFolders() {
    const QTemporaryDir share;
    const QStringList demo = makeDemo(share.path());
    QDir().mkpath(share.path() + QLatin1String("/training"));
    const auto found = demo_checkpoints(share.path().toStdString());
    QCOMPARE(found.size(), std::size_t(3));
    for (std::size_t i = 0; i < found.size(); ++i) {
      QCOMPARE(QString::fromStdString(found[i].filename().string()),
               QDir(demo.at(static_cast<int>(i))).dirName());
    }
    QVERIFY(demo_checkpoints(share.path().toStdString() + "/nowhere").empty());
    QVERIFY(demo_folder().is_absolute());
  }
};

CRIA_TEST_MAIN(DemoLlamaTest)
#include "demo_llama_test.moc"
