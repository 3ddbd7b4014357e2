// Cells, and what a backend refuses.
#include <QtTest>

#include "tests/kernels/testing.h"

using namespace cria::kernels;
using namespace cria::kernels::testing;

class BackendMemoryTest : public QObject {
  Q_OBJECT

 private slots:
  void copies_and_reads_cells_data() { backend_rows(true); }
  void copies_and_reads_cells();
  void refuses_bad_steps_data() { backend_rows(true); }
  void refuses_bad_steps();
  void refuses_more_memory_than_there_is_data() { backend_rows(); }
  void refuses_more_memory_than_there_is();
};

void BackendMemoryTest::copies_and_reads_cells() {
  QFETCH(int, index);
  const auto backend = open_row(index);
  Random random;
  const LlamaShape shape = random_shape(random);
  const ModelValues model = random_model(random, shape, WeightFormat::f32, false);
  Runner runner(*backend, model, 6, 20, DType::f16);
  StepValues values;
  values.sequences = {{0, 0, 2}};
  for (int p = 0; p < 6; ++p) values.rows.push_back({p % shape.vocab_size, p, 0});
  fill_rope(values, shape);
  runner.forward(values);
  const auto untouched = runner.cell(0, 11);
  backend->copy_cells(*runner.cache, 3, 12, 4);
  for (int layer = 0; layer < 2; ++layer)
    for (int i = 0; i < 4; ++i)
      QVERIFY(same_bits(runner.cell(layer, 3 + i), runner.cell(layer, 12 + i)));
  QVERIFY(same_bits(runner.cell(0, 11), untouched));
  QVERIFY(same_bits(runner.cell(0, 16), untouched));
  QVERIFY(!same_bits(runner.cell(0, 12), untouched));
  QCOMPARE(runner.cache->cells(), 20);
  QVERIFY(runner.cache->bytes() >= 2U * 2 * 2 * 20 * static_cast<unsigned>(shape.key_value_size()));
}

void BackendMemoryTest::refuses_bad_steps() {
  QFETCH(int, index);
  const auto backend = open_row(index);
  Random random;
  const LlamaShape shape = random_shape(random);
  StepValues good;
  good.sequences = {{0, 0, 0}};
  good.rows = {{0, 0, 0}};
  good.logit_rows = {0};
  fill_rope(good, shape);
  bool ran = false;
  const auto refused = [&](const StepValues& values) {
    ran = false;
    const auto status = backend->run(values.step(shape), [&] { ran = true; });
    return !status && status.error().kind == cria::ErrorKind::usage && !ran;
  };
  QVERIFY(backend->run(good.step(shape), [&] { ran = true; }));
  QVERIFY(ran);
  StepValues bad = good;
  bad.rows[0].token = shape.vocab_size;
  QVERIFY(refused(bad));
  bad.rows[0].token = -1;
  QVERIFY(refused(bad));
  bad = good;
  bad.rows[0].position = -1;
  QVERIFY(refused(bad));
  bad = good;
  bad.rows[0].sequence = 1;
  QVERIFY(refused(bad));
  bad = good;
  bad.logit_rows = {1};
  QVERIFY(refused(bad));
  bad = good;
  bad.cosines.push_back(1);
  QVERIFY(refused(bad));
}

void BackendMemoryTest::refuses_more_memory_than_there_is() {
  QFETCH(int, index);
  const auto backend = open_row(index);
  for (const auto& [rows, cols] :
       {std::pair<std::int64_t, std::int64_t>{1LL << 20, 1LL << 24}, {1LL << 40, 1LL << 40}}) {
    const auto buffer = backend->make_buffer(rows, cols);
    QVERIFY(!buffer);
    QVERIFY(buffer.error().kind == cria::ErrorKind::device);
  }
  LlamaShape shape;
  shape.num_hidden_layers = 1 << 20;
  shape.num_key_value_heads = 1 << 10;
  shape.head_dim = 128;
  const auto cache = backend->make_kv_cache(shape, 1 << 20, DType::f16);
  QVERIFY(!cache);
  QVERIFY(cache.error().kind == cria::ErrorKind::device);
}

QTEST_APPLESS_MAIN(BackendMemoryTest)
#include "backend_memory_test.moc"
