// Whole replies through the engine's door, against transformers' generate() and a trained model's
// published ids.
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <cmath>

#include "engine/sampling/processors.h"
#include "tests/engine/generation/testing.h"

namespace cria::engine {

using test::Recorder;

namespace {

QJsonObject read_json(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) {
    return {};
  }
  return QJsonDocument::fromJson(file.readAll()).object();
}

std::vector<std::int32_t> ids_from(const QJsonValue& value) {
  std::vector<std::int32_t> ids;
  for (const QJsonValue id : value.toArray()) {
    ids.push_back(id.toInt());
  }
  return ids;
}

GenerationSettings settings_from(const QJsonObject& json) {
  GenerationSettings settings;
  settings.eos_token_id = ids_from(json["eos_token_id"]);
  if (json.contains("max_new_tokens")) settings.max_new_tokens = json["max_new_tokens"].toInt();
  if (json.contains("max_length")) settings.max_length = json["max_length"].toInt();
  settings.min_new_tokens = json["min_new_tokens"].toInt();
  settings.min_length = json["min_length"].toInt();
  settings.no_repeat_ngram_size = json["no_repeat_ngram_size"].toInt();
  settings.repetition_penalty = static_cast<float>(json["repetition_penalty"].toDouble(1.0));
  return settings;
}

// The model cards of TinyLlama's intermediate checkpoints.
GenerationSettings model_card() {
  GenerationSettings card;
  card.do_sample = true;
  card.top_k = 10;
  card.repetition_penalty = 1.5F;
  card.max_length = 500;
  card.eos_token_id = {2};
  return card;
}

}  // namespace

class TestTransformers : public QObject {
  Q_OBJECT

 private slots:
  void greedy_data();
  void greedy();
  void model_card_distribution_data();
  void model_card_distribution();
  void stories_greedy_data();
  void stories_greedy();
};

void TestTransformers::greedy_data() {
  QTest::addColumn<QJsonObject>("expected");
  const auto runs = read_json(CRIA_TEST_DATA_DIR "/generation/generation.json")["greedy"].toArray();
  QVERIFY(runs.size() >= 20);
  for (qsizetype i = 0; i < runs.size(); ++i) {
    const QJsonObject run = runs[i].toObject();
    QTest::addRow("%d %s", int(i), qPrintable(run["model"].toString())) << run;
  }
}

void TestTransformers::greedy() {
  QFETCH(const QJsonObject, expected);
  const auto model =
      test::open_model(test::golden_model(expected["model"].toString().toStdString()));
  QVERIFY(model);
  auto session = model->new_session({});
  QVERIFY(session);
  Recorder recorder(settings_from(expected["settings"].toObject()));
  const auto prompt = ids_from(expected["prompt"]);
  const auto result = (*session)->generate(test::from_ids(prompt), recorder, {});
  QVERIFY2(result, test::why(result).c_str());
  QCOMPARE(result->prompt_ids, prompt);
  QCOMPARE(result->sequences[0].ids, ids_from(expected["ids"]));
  QCOMPARE(recorder.ids[0], result->sequences[0].ids);
}

void TestTransformers::model_card_distribution_data() {
  QTest::addColumn<QJsonObject>("expected");
  const auto cards =
      read_json(CRIA_TEST_DATA_DIR "/generation/generation.json")["model_card"].toArray();
  QVERIFY(cards.size() >= 12);
  for (const QJsonValue card : cards) {
    QTest::addRow("%s, prompt of %d", qPrintable(card["model"].toString()),
                  int(card["prompt"].toArray().size()))
        << card.toObject();
  }
}

// The next token's probabilities within 1e-5 of transformers', and 6400 drawn tokens by chi-square
// (10 tokens at most: 9 degrees of freedom, of which 0.01% exceed 33.72).
void TestTransformers::model_card_distribution() {
  QFETCH(const QJsonObject, expected);
  const auto model =
      test::open_model(test::golden_model(expected["model"].toString().toStdString()));
  QVERIFY(model);
  auto session = model->new_session({});
  QVERIFY(session);
  const auto prompt = ids_from(expected["prompt"]);
  const QJsonArray wanted = expected["probabilities"].toArray();

  const auto logits = (*session)->logits(prompt, false);
  QVERIFY(logits);
  CandidateList candidates;
  QVERIFY(candidates.assign(*logits));
  process({model_card(), prompt, static_cast<std::int32_t>(prompt.size())}, candidates);
  std::vector<double> found(logits->size(), 0.0);
  const auto probabilities = candidates.probabilities();
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    found[static_cast<std::size_t>(candidates.id(i))] = static_cast<double>(probabilities[i]);
  }
  QCOMPARE(static_cast<qsizetype>(found.size()), wanted.size());
  for (std::size_t id = 0; id < found.size(); ++id) {
    const double p = wanted[static_cast<qsizetype>(id)].toDouble();
    QVERIFY2(std::abs(found[id] - p) < 1e-5, qPrintable(QString::number(id)));
  }

  std::vector<int> counts(found.size(), 0);
  constexpr int draws = 6400;
  GenerationRequest request = test::from_ids(prompt);
  request.num_return_sequences = 64;
  for (int drawn = 0; drawn < draws; drawn += 64) {
    GenerationSettings one = model_card();
    one.max_new_tokens = 1;
    Recorder recorder(one);
    request.seed = static_cast<std::uint64_t>(drawn);
    const auto result = (*session)->generate(request, recorder, {});
    QVERIFY(result);
    for (const GeneratedSequence& sequence : result->sequences) {
      ++counts[static_cast<std::size_t>(sequence.ids[0])];
    }
  }
  double statistic = 0;
  for (std::size_t id = 0; id < counts.size(); ++id) {
    const double mean = found[id] * draws;
    QVERIFY2(mean > 0 || counts[id] == 0, "a token was drawn that cannot be");
    if (mean > 0) {
      statistic += (counts[id] - mean) * (counts[id] - mean) / mean;
    }
  }
  qInfo("chi-square %.1f", statistic);
  QVERIFY(statistic < 33.72);
}

void TestTransformers::stories_greedy_data() {
  QTest::addColumn<QString>("precision");
  QTest::newRow("f32") << "f32";
  QTest::newRow("f16") << "f16";
}

void TestTransformers::stories_greedy() {
  QFETCH(const QString, precision);
  const QString folder = QStringLiteral(CRIA_SHARED_DIR "/data/stories260K");
  const QJsonObject golden = read_json(folder + "/golden_greedy.json");
  if (golden.isEmpty()) {
    QSKIP("no stories260K here");
  }
  const auto model = test::open_model(folder.toStdString(), precision.toStdString());
  QVERIFY(model);
  auto session = model->new_session({});
  QVERIFY(session);
  auto wanted = ids_from(golden["ids"]);
  GenerationSettings settings = model->info().defaults;
  settings.max_new_tokens = 200;
  Recorder recorder(settings);
  const auto result = (*session)->generate(test::complete(""), recorder, {});
  QVERIFY2(result, test::why(result).c_str());
  std::vector<std::int32_t> all = result->prompt_ids;
  all.insert(all.end(), result->sequences[0].ids.begin(), result->sequences[0].ids.end());
  QVERIFY(wanted.size() >= 200);
  QVERIFY(all.size() >= 200);
  wanted.resize(std::min(wanted.size(), all.size()));
  all.resize(wanted.size());
  QCOMPARE(all, wanted);
  const std::string text = golden["text"].toString().toStdString();
  QVERIFY2(result->sequences[0].text.starts_with(text.substr(0, 400)),
           result->sequences[0].text.c_str());
  QCOMPARE(recorder.texts[0], result->sequences[0].text);
}

}  // namespace cria::engine

QTEST_APPLESS_MAIN(cria::engine::TestTransformers)
#include "transformers_test.moc"
