#include "kernels/factory.h"

#include <QtTest>
#include <algorithm>

#include "kernels/memory_available.h"
#include "tests/kernels/backends.h"

using namespace cria::kernels;

class FactoryTest : public QObject {
  Q_OBJECT

 private slots:
  void opens_what_it_offers();
  void refuses_the_unknown_data();
  void refuses_the_unknown();
  void says_why_there_is_no_cuda();
  void auto_says_why_it_takes_the_cpu();
  void refuses_a_plugin_of_another_make();
  void takes_the_card_it_is_told();
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
    const auto backend = open_backend({"cpu", 0});
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

// Here, that is: without a driver or a card, or without the engine. Where there is a card, it
// opens.
void FactoryTest::says_why_there_is_no_cuda() {
  const auto backend = open_backend({"cuda", 0, ""});
  if (backend) QSKIP("this machine has a GPU");
  QVERIFY(backend.error().kind == cria::ErrorKind::device);
  QVERIFY(QString::fromStdString(backend.error().message).contains("choose the device cpu"));
}

void FactoryTest::auto_says_why_it_takes_the_cpu() {
  std::string note;
  const auto backend = open_backend({"auto", 1, ""}, &note);
  QVERIFY(backend);
  if ((*backend)->info().device == "cpu") {
    const auto cuda = open_backend({"cuda", 1, ""});
    QVERIFY(!cuda);
    // Silent only where there is no CUDA engine, or no card for it.
    const auto why = QString::fromStdString(cuda.error().message);
    QVERIFY(note == cuda.error().message ||
            (note.empty() && (why.contains("this build") || why.contains("no NVIDIA"))));
  }
  const std::string missing = "/nowhere/libcria_cuda.so";
  QVERIFY(open_backend({"auto", 1, "", missing}, &note));
  QVERIFY(QString::fromStdString(note).contains("/nowhere/libcria_cuda.so"));
}

void FactoryTest::refuses_a_plugin_of_another_make() {
  // Any library that is not the engine.
  const auto backend = open_backend({"cuda", 0, "", "libm.so.6"});
  QVERIFY(!backend);
  QVERIFY(QString::fromStdString(backend.error().message).contains("another version of Cria"));
}

void FactoryTest::takes_the_card_it_is_told() {
  const std::string plugin = testing::simulated_cuda();
  if (plugin.empty()) QSKIP("the simulated card is not built");
  for (const char* device : {"auto", "cuda", "cuda:0"}) {
    const auto first = open_backend({device, 0, "", plugin});
    QVERIFY(first);
    QCOMPARE((*first)->info().device, std::string("cuda:0"));
    QCOMPARE((*first)->info().instruction_set, std::string("sm_90"));
    QCOMPARE((*first)->info().precisions.size(), std::size_t{5});
  }
  const auto second = open_backend({"cuda:1", 0, "", plugin});
  QVERIFY(second);
  QCOMPARE((*second)->info().instruction_set, std::string("sm_86"));
  for (const char* device : {"cuda:6", "cuda:-1", "cuda:x", "cuda:"})
    QVERIFY2(!open_backend({device, 0, "", plugin}), device);
}

QTEST_APPLESS_MAIN(FactoryTest)
#include "factory_test.moc"
