#include "kernels/factory.h"

#include <QtTest>
#include <algorithm>

#include "kernels/memory_available.h"

using namespace cria::kernels;

class FactoryTest : public QObject {
  Q_OBJECT

 private slots:
  void opens_what_it_offers();
  void refuses_the_unknown_data();
  void refuses_the_unknown();
  void asks_for_the_cpu_where_there_is_no_cuda();
};

void FactoryTest::opens_what_it_offers() {
  for (const BackendInfo& device : list_devices()) {
    const auto backend = open_backend({device.device, 0, ""});
    QVERIFY(backend);
    QVERIFY((*backend)->info().threads >= 1);
    QVERIFY((*backend)->info().memory_available > 0);
    QCOMPARE((*backend)->info().precisions.size(), std::size_t{5});
  }
  for (const std::string& set : cpu_instruction_sets()) {
    const auto backend = open_backend({"cpu", 3, set});
    QVERIFY(backend);
    QCOMPARE((*backend)->info().instruction_set, set);
    QCOMPARE((*backend)->info().threads, 3);
  }
  if (!cpu_instruction_sets().empty()) {
    const auto backend = open_backend({});
    QVERIFY(backend);
    QCOMPARE((*backend)->info().instruction_set, cpu_instruction_sets().back());
  }
}

void FactoryTest::refuses_the_unknown_data() {
  QTest::addColumn<QString>("device");
  QTest::addColumn<int>("threads");
  QTest::addColumn<QString>("set");
  QTest::newRow("device") << "tpu" << 0 << "";
  QTest::newRow("instruction set") << "cpu" << 0 << "sse9";
  QTest::newRow("negative threads") << "cpu" << -1 << "";
  QTest::newRow("too many threads") << "cpu" << 100000 << "";
}

void FactoryTest::refuses_the_unknown() {
  QFETCH(QString, device);
  QFETCH(int, threads);
  QFETCH(QString, set);
  const auto backend = open_backend({device.toStdString(), threads, set.toStdString()});
  QVERIFY(!backend);
  QVERIFY(backend.error().kind == cria::ErrorKind::usage);
}

void FactoryTest::asks_for_the_cpu_where_there_is_no_cuda() {
  const auto backend = open_backend({"cuda", 0, ""});
  QVERIFY(!backend);
  QVERIFY(backend.error().kind == cria::ErrorKind::device);
  QVERIFY(QString::fromStdString(backend.error().message).contains("cpu"));
}

QTEST_APPLESS_MAIN(FactoryTest)
#include "factory_test.moc"
