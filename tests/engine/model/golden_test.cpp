// Against transformers: the tiny checkpoints that tests/golden/make_models.py wrote.
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>
#include <cmath>

#include "tests/engine/model/backend_rows.h"
#include "tests/engine/model/open_model.h"

using cria::engine::testing::backend_rows;
using cria::engine::testing::BackendRow;
using cria::engine::testing::OpenModel;
using cria::kernels::WeightFormat;

namespace {

const QString models_dir = QStringLiteral(CRIA_TEST_DATA_DIR "/models");

struct Expected {
  std::vector<std::int32_t> prompt;
  std::vector<std::int32_t> greedy;
  std::vector<float> logits;
};

std::vector<std::int32_t> ids_of(const QJsonValue& value) {
  std::vector<std::int32_t> ids;
  for (const QJsonValue id : value.toArray()) ids.push_back(id.toInt());
  return ids;
}

Expected read_expected(const QString& folder) {
  QFile json(folder + "/expected.json");
  QFile raw(folder + "/expected_logits.f32");
  Expected expected;
  if (!json.open(QIODevice::ReadOnly) || !raw.open(QIODevice::ReadOnly)) return expected;
  const QJsonObject object = QJsonDocument::fromJson(json.readAll()).object();
  expected.prompt = ids_of(object["prompt"]);
  expected.greedy = ids_of(object["greedy"]);
  const QByteArray bytes = raw.readAll();
  expected.logits.resize(static_cast<std::size_t>(bytes.size()) / sizeof(float));
  std::memcpy(expected.logits.data(), bytes.constData(), expected.logits.size() * sizeof(float));
  return expected;
}

/// The largest difference of each position, as a part of the position's largest logit.
double worst_difference(const std::vector<float>& expected, const std::vector<float>& found,
                        std::size_t vocab) {
  double worst = 0;
  for (std::size_t at = 0; at + vocab <= expected.size(); at += vocab) {
    double largest = 0;
    double difference = 0;
    for (std::size_t i = at; i < at + vocab; ++i) {
      largest = std::max(largest, std::abs(static_cast<double>(expected[i])));
      difference = std::max(difference, std::abs(static_cast<double>(expected[i]) - found[i]));
      if (!std::isfinite(found[i])) return INFINITY;
    }
    worst = std::max(worst, difference / largest);
  }
  return worst;
}

}  // namespace

class GoldenTest : public QObject {
  Q_OBJECT

 private slots:
  void every_model_is_there() {
    QVERIFY(QDir(models_dir).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size() >= 14);
  }

  void equals_transformers_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("backend");
    const std::vector<BackendRow> rows = backend_rows();
    if (rows.empty()) QSKIP(cria::kernels::testing::no_backend);
    for (const QString& model : QDir(models_dir).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
      for (std::size_t i = 0; i < rows.size(); ++i)
        QTest::addRow("%s, %s", qPrintable(model), rows[i].name.c_str())
            << model << static_cast<int>(i);
  }

  void equals_transformers() {
    QFETCH(QString, model);
    QFETCH(int, backend);
    const Expected expected = read_expected(models_dir + "/" + model);
    QVERIFY(expected.prompt.size() >= 24);
    QCOMPARE(expected.greedy.size(), std::size_t{64});
    auto opened = OpenModel::open((models_dir + "/" + model).toStdString(),
                                  backend_rows()[static_cast<std::size_t>(backend)].options,
                                  WeightFormat::f32);
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    OpenModel& open = **opened;

    const auto at_once = open.prefill(expected.prompt, 64);
    QVERIFY2(at_once, at_once ? "" : at_once.error().message.c_str());
    QCOMPARE(at_once->size(), expected.logits.size());
    const double worst = worst_difference(expected.logits, *at_once,
                                          static_cast<std::size_t>(open.config.vocab_size));
    QVERIFY2(worst <= 1e-4, qPrintable(QString::number(worst)));

    // The same bits from steps of any size, or from the short ones at least.
    const auto alike = static_cast<std::size_t>(open.backend->info().alike_rows);
    open.cache->clear();
    const auto short_steps = open.prefill(expected.prompt, std::min<std::size_t>(alike, 64));
    QVERIFY(short_steps);
    for (const std::size_t piece : {1, 3, 7, 17}) {
      open.cache->clear();
      const auto in_pieces = open.prefill(expected.prompt, piece);
      QVERIFY(in_pieces);
      if (piece <= alike)
        QVERIFY2(*in_pieces == *short_steps, qPrintable(QString("pieces of %1").arg(piece)));
      const double off =
          worst_difference(*at_once, *in_pieces, static_cast<std::size_t>(open.config.vocab_size));
      QVERIFY2(off <= (alike >= 64 ? 0 : 1e-5), qPrintable(QString::number(off)));
    }

    open.cache->clear();
    const auto greedy = open.greedy(expected.prompt, expected.greedy.size());
    QVERIFY2(greedy, greedy ? "" : greedy.error().message.c_str());
    QCOMPARE(*greedy, expected.greedy);
    // Again, with what the cache still holds.
    QCOMPARE(*open.greedy(expected.prompt, expected.greedy.size()), expected.greedy);
  }
};

QTEST_APPLESS_MAIN(GoldenTest)
#include "golden_test.moc"
