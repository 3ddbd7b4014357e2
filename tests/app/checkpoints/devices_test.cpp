// What the picker says of this machine's devices and of the checkpoints in memory.
#include "app/checkpoints/device_list.h"
#include "tests/app/support.h"

using namespace cria::app;
using namespace cria::app::testing;

class DevicesTest : public QObject {
  Q_OBJECT

 private slots:
  void theyAreNamedForPeople() {
    DeviceList list;
    QCOMPARE(list.choices(), (QStringList{"auto", "cpu"}));
    QCOMPARE(list.labels(), (QStringList{"automatic", "CPU"}));
    QCOMPARE(list.freeMemory("auto"), QString());
    list.set({{"cpu", "Some processor", "avx2", 2, 8'000'000'000},
              {"cuda:0", "RTX 4090", "", 0, 21'300'000'000},
              {"cuda:1", "RTX 4090", "", 0, 1'000'000'000},
              {"cuda:2", "T4", "", 0, 0}});
    QCOMPARE(list.choices(), (QStringList{"auto", "cpu", "cuda:0", "cuda:1", "cuda:2"}));
    QCOMPARE(list.labels(),
             (QStringList{"automatic", "CPU", "RTX 4090 (cuda:0)", "RTX 4090 (cuda:1)", "T4"}));
    const auto gigabytes = [](double value) {
      return QLocale().toString(value, 'f', 1) + QStringLiteral(" GB of memory free");
    };
    QCOMPARE(list.freeMemory("auto"), gigabytes(21.3));
    QCOMPARE(list.freeMemory("cpu"), gigabytes(8));
    QCOMPARE(list.freeMemory("cuda:1"), gigabytes(1));
    QCOMPARE(list.freeMemory("cuda:2"), QString());
    QCOMPARE(list.freeMemory("cuda:9"), QString());
  }

  void aGpuCanBeChosenAndIsForgottenWhereItIsGone() {
    const QTemporaryDir folder;
    FakeEngineOptions withGpu = fastEngine();
    withGpu.gpuLostAfter = 1000;
    {
      Run run(folder.path(), withGpu, checkpointPath());
      QVERIFY(run.waitReady());
      CheckpointController& checkpoints = *run->checkpoints();
      QTRY_COMPARE(checkpoints.deviceLabels(), (QStringList{"automatic", "CPU", "Fake GPU"}));
      checkpoints.setDeviceChoice(QStringLiteral("cuda:0"));
      QTRY_COMPARE(checkpoints.state(), QStringLiteral("ready"));
      QCOMPARE(checkpoints.device(), QStringLiteral("CUDA:0"));
      QVERIFY(checkpoints.freeMemory().contains(QStringLiteral("GB")));
      checkpoints.setDeviceChoice(QStringLiteral("cpu"));
      QTRY_COMPARE(checkpoints.state(), QStringLiteral("ready"));
      QCOMPARE(checkpoints.device(), QStringLiteral("CPU"));
      checkpoints.setDeviceChoice(QStringLiteral("cuda:0"));
    }
    Run run(folder.path(), fastEngine(), checkpointPath());
    QVERIFY(run.waitReady());
    QTRY_COMPARE(run->checkpoints()->deviceChoice(), QStringLiteral("auto"));
    QCOMPARE(run->checkpoints()->deviceChoices(), (QStringList{"auto", "cpu"}));
  }

  void theOneOfBeforeIsMarkedAsInMemory() {
    const QTemporaryDir folder;
    Run run(folder.path(), fastEngine(), checkpointPath());
    QVERIFY(run.waitReady());
    CheckpointController& checkpoints = *run->checkpoints();
    const auto inMemory = [&] {
      QStringList paths;
      const CheckpointListModel& library = *checkpoints.library();
      for (int row = 0; row < library.count(); ++row) {
        const QModelIndex index = library.index(row);
        if (library.data(index, CheckpointListModel::SpareRole).toBool()) {
          paths.append(library.data(index, CheckpointListModel::PathRole).toString());
        }
      }
      return paths;
    };
    QCOMPARE(inMemory(), QStringList());
    const QString other = checkpointPath("step-000500");
    checkpoints.open(other);
    QTRY_COMPARE(checkpoints.path(), other);
    QCOMPARE(inMemory(), QStringList{checkpointPath()});
    checkpoints.open(checkpointPath());
    QTRY_COMPARE(checkpoints.path(), checkpointPath());
    QCOMPARE(inMemory(), QStringList{other});
  }

  void whatWasDecidedIsSaidOnce() {
    const QTemporaryDir folder;
    FakeEngineOptions options = fastEngine();
    options.notes = {"The CPU computes, not a GPU: the driver is too old.", "And so on."};
    Run run(folder.path(), options, checkpointPath());
    QVERIFY(run.waitReady());
    CheckpointController& checkpoints = *run->checkpoints();
    QCOMPARE(checkpoints.notes(),
             QStringLiteral("The CPU computes, not a GPU: the driver is too old. And so on."));
    checkpoints.dismissNotes();
    QCOMPARE(checkpoints.notes(), QString());
    const QString other = checkpointPath("step-000500");
    checkpoints.open(other);
    QTRY_COMPARE(checkpoints.path(), other);
    QCOMPARE(checkpoints.notes(), QString());
  }
};

CRIA_TEST_MAIN(DevicesTest)
#include "devices_test.moc"
