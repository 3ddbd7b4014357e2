// Which cells hold what: reuse from turn to turn, replies that share a prompt, and that none of it
// changes a bit.
#include <QtTest>
#include <random>

#include "tests/engine/model/backend_rows.h"
#include "tests/engine/model/open_model.h"

using cria::ErrorKind;
using cria::engine::KvCache;
using cria::engine::testing::backend_rows;
using cria::engine::testing::BackendRow;
using cria::engine::testing::OpenModel;
using cria::kernels::DType;
using Ids = std::vector<std::int32_t>;

namespace {

const std::string models = CRIA_TEST_DATA_DIR "/models/";

std::unique_ptr<OpenModel> open(const std::string& name, const BackendRow& row, DType type) {
  auto opened = OpenModel::open(models + name, row.options, cria::kernels::format_of(type));
  return opened ? *std::move(opened) : nullptr;
}

std::vector<float> last_row(const std::vector<float>& logits, std::int32_t vocab) {
  return {logits.end() - vocab, logits.end()};
}

}  // namespace

class KvCacheTest : public QObject {
  Q_OBJECT

  std::mt19937 random_;

  Ids random_ids(int count) {
    Ids ids;
    for (int i = 0; i < count; ++i) ids.push_back(static_cast<std::int32_t>(random_() % 64));
    return ids;
  }

 private slots:
  void initTestCase() {
    const unsigned seed = std::random_device{}();
    qInfo("seed %u", seed);
    random_.seed(seed);
  }

  void variants_equal_their_own_prefill_data() {
    QTest::addColumn<int>("backend");
    QTest::addColumn<int>("type");
    const std::vector<BackendRow> rows = backend_rows();
    if (rows.empty()) QSKIP(cria::kernels::testing::no_backend);
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (const DType type : {DType::f32, DType::f16, DType::bf16})
        QTest::addRow("%s, %s", rows[i].name.c_str(), std::string(name_of(type)).c_str())
            << static_cast<int>(i) << static_cast<int>(type);
  }

  /// Three replies from one prompt in one batch; then the next turn goes on from the second: every
  /// logit has the bits of a computation from nothing.
  void variants_equal_their_own_prefill() {
    QFETCH(int, backend);
    QFETCH(int, type);
    const BackendRow row = backend_rows()[static_cast<std::size_t>(backend)];
    const auto shared = open("grouped_query", row, static_cast<DType>(type));
    const auto alone = open("grouped_query", row, static_cast<DType>(type));
    QVERIFY(shared && alone);
    const std::int32_t vocab = shared->config.vocab_size;
    const Ids prompt = random_ids(11);
    const auto longest = static_cast<std::size_t>(std::min(64, shared->backend->info().alike_rows));
    QVERIFY(shared->prefill(prompt, longest, 3, 20));
    std::vector<Ids> replies(3);
    for (int step = 0; step < 9; ++step) {
      const Ids next = random_ids(3);
      const auto logits = shared->append(next);
      QVERIFY(logits);
      for (std::size_t i = 0; i < 3; ++i) {
        replies[i].push_back(next[i]);
        Ids whole = prompt;
        whole.insert(whole.end(), replies[i].begin(), replies[i].end());
        alone->cache->clear();
        const auto own = alone->prefill(whole, 5);
        QVERIFY(own);
        const auto at = logits->begin() + static_cast<std::ptrdiff_t>(i) * vocab;
        QVERIFY2(last_row(*own, vocab) == std::vector<float>(at, at + vocab),
                 qPrintable(QString("reply %1, step %2").arg(i).arg(step)));
      }
    }

    Ids next_turn = prompt;
    next_turn.insert(next_turn.end(), replies[1].begin(), replies[1].end());
    const Ids more = random_ids(4);
    next_turn.insert(next_turn.end(), more.begin(), more.end());
    const auto reused = shared->prefill(next_turn, longest);
    QVERIFY(reused);
    QCOMPARE(reused->size(), std::size_t{4} * static_cast<std::size_t>(vocab));
    alone->cache->clear();
    QVERIFY(last_row(*alone->prefill(next_turn, longest), vocab) == last_row(*reused, vocab));
  }

  void reuses_the_common_prefix_only() {
    const auto model = open("grouped_query", backend_rows().front(), DType::f32);
    QVERIFY(model);
    const Ids first{1, 2, 3, 4, 5, 6};
    QVERIFY(model->prefill(first, 64));
    QCOMPARE(*model->cache->begin(first, 1, 10), 5);  // the last one's logits are wanted
    QVERIFY(model->prefill(first, 64));
    QCOMPARE(*model->cache->begin(Ids{1, 2, 3, 9, 5, 6}, 1, 10), 3);
    // Only three positions are computed now, whatever was there before.
    QCOMPARE(*model->cache->begin(first, 1, 10), 3);
    QCOMPARE(model->cache->length(0), 3);
    QCOMPARE(*model->cache->begin(Ids{9, 2, 3}, 1, 10), 0);
    model->cache->clear();
    QCOMPARE(*model->cache->begin(first, 1, 10), 0);
  }

  void grows_and_stays_right() {
    const auto model = open("grouped_query", backend_rows().front(), DType::f32);
    QVERIFY(model);
    model->cache = std::make_unique<KvCache>(*model->backend, model->config, DType::f32, 300);
    const Ids prompt = random_ids(250);
    const auto before = model->prefill(prompt, 64, 1, 10);
    QVERIFY(before);
    const std::size_t small = model->cache->bytes();
    QVERIFY(model->prefill(prompt, 64, 40, 50));
    QVERIFY(model->cache->bytes() > small);
    QVERIFY(last_row(*model->prefill(prompt, 64, 40, 50), model->config.vocab_size) ==
            last_row(*before, model->config.vocab_size));
  }

  void dynamic_rotation_reuses_only_what_is_not_stretched() {
    const auto model = open("rope_dynamic", backend_rows().front(), DType::f32);
    const auto fresh = open("rope_dynamic", backend_rows().front(), DType::f32);
    QVERIFY(model && fresh);
    const std::int32_t vocab = model->config.vocab_size;
    const Ids text = random_ids(60);  // max_position_embeddings is 40
    const auto turn = [&](std::size_t length) {
      return Ids(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(length));
    };
    for (const std::size_t length : {20, 35, 50, 60, 30, 38, 55}) {
      const auto found = model->prefill(turn(length), 7);
      fresh->cache->clear();
      const auto expected = fresh->prefill(turn(length), 64);
      QVERIFY(found && expected);
      QVERIFY2(last_row(*found, vocab) == last_row(*expected, vocab),
               qPrintable(QString::number(length)));
    }
    QVERIFY(model->prefill(turn(20), 64));
    QCOMPARE(*model->cache->begin(turn(35), 1, 10), 20);
  }

  void refuses_what_does_not_fit() {
    const auto model = open("grouped_query", backend_rows().front(), DType::f32);
    QVERIFY(model);
    KvCache cache(*model->backend, model->config, DType::f32, 16);
    QVERIFY(!cache.begin(Ids{}, 1, 1));
    QVERIFY(!cache.begin(Ids(17, 1), 1, 1));
    QVERIFY(cache.begin(Ids(16, 1), 1, 100));
    QCOMPARE(cache.room(0), 16);
    KvCache huge(*model->backend, model->config, DType::f32, 1 << 30);
    const auto refused = huge.begin(Ids{1, 2}, 4, 1 << 30);
    QVERIFY(!refused);
    QVERIFY(refused.error().kind == ErrorKind::device);
    QVERIFY(QString::fromStdString(refused.error().message).contains("MiB"));
  }

  void rows_that_do_not_continue_are_refused() {
    const auto model = open("grouped_query", backend_rows().front(), DType::f32);
    QVERIFY(model && model->cache->begin(Ids{1, 2, 3}, 2, 4));
    const auto run = [&](std::vector<cria::kernels::Row> rows, Ids wanted) {
      std::vector<float> logits(wanted.size() * 64);
      const auto ran = model->forward->run(rows, wanted, *model->cache, {}, logits);
      return ran ? ErrorKind::io : ran.error().kind;
    };
    QVERIFY(run({{1, 1, 0}}, {}) == ErrorKind::usage);   // a gap
    QVERIFY(run({{1, 0, 1}}, {}) == ErrorKind::usage);   // the prompt is sequence 0's
    QVERIFY(run({{64, 0, 0}}, {}) == ErrorKind::usage);  // outside the vocabulary
    QVERIFY(run({{-1, 0, 0}}, {}) == ErrorKind::usage);
    QVERIFY(run({{1, 0, 2}}, {}) == ErrorKind::usage);  // no such sequence
    QVERIFY(run({}, {}) == ErrorKind::usage);
    QVERIFY(run({{1, 0, 0}}, {1}) == ErrorKind::usage);  // no such row
    QVERIFY(run({{1, 0, 0}, {2, 1, 0}}, {1, 0}) == ErrorKind::usage);
    QCOMPARE(model->cache->length(0), 0);
    QVERIFY(run({{1, 0, 0}, {2, 1, 0}, {3, 2, 0}}, {2}) == ErrorKind::io);
    QVERIFY(run({{1, 3, 0}, {1, 3, 1}, {1, 4, 1}}, {}) == ErrorKind::io);
    QVERIFY(run({{1, 5, 1}, {1, 6, 1}, {1, 7, 1}}, {}) == ErrorKind::usage);  // no room
    QCOMPARE(model->cache->length(0), 4);
    QCOMPARE(model->cache->length(1), 5);
  }

  void a_stop_records_nothing() {
    const auto model = open("grouped_query", backend_rows().front(), DType::f32);
    const Ids prompt = random_ids(20);
    QVERIFY(model && model->cache->begin(prompt, 1, 4));
    std::stop_source stop;
    stop.request_stop();
    std::vector<cria::kernels::Row> rows;
    rows.reserve(prompt.size());
    for (std::int32_t i = 0; i < 20; ++i)
      rows.push_back({prompt[static_cast<std::size_t>(i)], i, 0});
    const auto ran = model->forward->run(rows, {}, *model->cache, stop.get_token(), {});
    QVERIFY(!ran && ran.error().kind == ErrorKind::cancelled);
    QCOMPARE(model->cache->length(0), 0);
  }
};

QTEST_APPLESS_MAIN(KvCacheTest)
#include "kv_cache_test.moc"
