// The demo llama as it comes with Cria, with the real engine: it is found, it opens, it tells
// stories, and it grows up.
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringList>
#include <algorithm>
#include <cmath>

#include "app/checkpoints/demo_checkpoints.h"
#include "tests/app/support.h"

using namespace cria::app;
using namespace cria::app::testing;
namespace engine = cria::engine;

namespace {

QJsonObject testData(const char* name) {
  QFile file(QStringLiteral(CRIA_TEST_DATA_DIR "/demo/") + QLatin1String(name));
  if (!file.open(QIODevice::ReadOnly)) return {};
  return QJsonDocument::fromJson(file.readAll()).object();
}

std::vector<std::int32_t> idsOf(const QJsonValue& list) {
  std::vector<std::int32_t> ids;
  for (const QJsonValue id : list.toArray()) ids.push_back(id.toInt());
  return ids;
}

std::unique_ptr<engine::Model> openModel(engine::Engine& engine,
                                         const std::filesystem::path& path) {
  engine::LoadOptions options;
  options.precision = "f32";
  auto model = engine.open(
      path, options, [](const engine::LoadProgress&) {}, std::stop_token());
  return model ? *std::move(model) : nullptr;
}

/// log p(ending | story), from the scores of every position.
double logLikelihood(engine::Session& session, std::vector<std::int32_t> ids,
                     const std::vector<std::int32_t>& ending, int vocabulary) {
  const std::size_t begin = ids.size();
  ids.insert(ids.end(), ending.begin(), ending.end());
  const auto logits = session.logits(ids, true);
  if (!logits) return std::nan("");
  double sum = 0;
  for (std::size_t at = begin; at < ids.size(); ++at) {
    const float* row = logits->data() + (at - 1) * static_cast<std::size_t>(vocabulary);
    double total = 0;
    for (int i = 0; i < vocabulary; ++i) total += std::exp(static_cast<double>(row[i] - row[0]));
    sum += static_cast<double>(row[ids[at]] - row[0]) - std::log(total);
  }
  return sum;
}

}  // namespace

class DemoStoryTest : public QObject {
  Q_OBJECT

  std::vector<std::filesystem::path> demo_;

  std::unique_ptr<Run> start(const QTemporaryDir& data) {
    ApplicationOptions options;
    options.dataFolder = data.path();
    for (const auto& path : demo_) options.demo.append(QString::fromStdString(path.string()));
    return std::make_unique<Run>(engine::make_engine(), options);
  }

 private slots:
  void initTestCase() { demo_ = demo_checkpoints(); }

  void fourAgesOfOneRun() {
    QCOMPARE(demo_.size(), std::size_t(4));
    double before = 0;
    for (const auto& path : demo_) {
      const CheckpointName name = checkpointName(QString::fromStdString(path.string()));
      QVERIFY2(name.step > before, path.c_str());
      before = name.step;
    }
    quint64 bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(demo_folder())) {
      if (entry.is_regular_file()) bytes += entry.file_size();
    }
    QVERIFY2(bytes <= 24'000'000, qPrintable(QString::number(bytes)));
  }

  void opensForTalkingAndTellsTheStoryThatIsAskedFor() {
    const QTemporaryDir data;
    const auto run = start(data);
    QVERIFY(run->waitReady());
    QCOMPARE((*run)->checkpoints()->errorText(), QString());
    QVERIFY((*run)->checkpoints()->demo());
    QCOMPARE((*run)->checkpoints()->library()->count(), 4);
    QCOMPARE(run->chat().mode(), QStringLiteral("chat"));
    (*run)->sampling()->setSeed(QStringLiteral("1"));
    (*run)->sampling()->setSeedFixed(true);
    run->chat().send(QStringLiteral("Tell me a story about a fox and a lantern."));
    QTRY_COMPARE(run->messages().count(), 2);
    QVERIFY(run->waitIdle(60000));
    const QString story = run->text(1);
    QVERIFY2(story.contains(QLatin1String("fox")) && story.contains(QLatin1String("lantern")),
             qPrintable(story));
    QVERIFY2(story.split(u' ').size() > 60, qPrintable(story));
    QVERIFY2(!story.contains(QLatin1String("User")), qPrintable(story));
    // It came to its end: at EOS, or where the user's turn would begin.
    QVERIFY2(QStringList({QStringLiteral("done"), QStringLiteral("stop")}).contains(run->status(1)),
             qPrintable(run->status(1)));
    run->chat().send(QStringLiteral("Who was the story about?"));
    QTRY_COMPARE(run->messages().count(), 4);
    QVERIFY(run->waitIdle(60000));
    QVERIFY2(run->text(3).contains(QLatin1String("fox")), qPrintable(run->text(3)));
  }

  // What a torch forward of the same weights chose; see tests/data/demo/make.py.
  void sameIdsAsTorch() {
    const QJsonObject golden = testData("greedy.json");
    QCOMPARE(golden.size(), 4);
    const auto engine = engine::make_engine();
    for (const auto& path : demo_) {
      const QString step = QString::fromStdString(path.filename().string());
      const auto model = openModel(*engine, path);
      QVERIFY(model);
      const auto session = model->new_session({});
      QVERIFY(session);
      for (const QJsonValue item : golden[step].toArray()) {
        engine::Prompt prompt;
        if (item[QLatin1String("chat")].toBool()) {
          prompt.mode = engine::PromptMode::chat;
          prompt.messages = {
              {engine::Role::user, item[QLatin1String("text")].toString().toStdString()}};
        } else {
          prompt.text = item[QLatin1String("text")].toString().toStdString();
        }
        const auto tokens = model->tokenize(prompt);
        QVERIFY(tokens);
        std::vector<std::int32_t> ids = idsOf(item[QLatin1String("prompt")]);
        QCOMPARE(tokens->ids, ids);
        for (const std::int32_t expected : idsOf(item[QLatin1String("ids")])) {
          const auto logits = (*session)->logits(ids, false);
          QVERIFY(logits);
          const auto best = std::max_element(logits->begin(), logits->end()) - logits->begin();
          QCOMPARE(static_cast<std::int32_t>(best), expected);
          ids.push_back(expected);
        }
      }
    }
  }

  // Of stories with four endings each, every age finds more of the right ones than the one before,
  // the grown nearly all.
  void growsUp() {
    const QJsonArray questions = testData("choices.json")[QLatin1String("questions")].toArray();
    QVERIFY(questions.size() >= 60);
    const auto engine = engine::make_engine();
    QList<int> right;
    for (const auto& path : demo_) {
      const auto model = openModel(*engine, path);
      QVERIFY(model);
      const auto session = model->new_session({});
      QVERIFY(session);
      right.append(0);
      for (const QJsonValue question : questions) {
        std::vector<double> scores;
        for (const QJsonValue ending : question[QLatin1String("endings")].toArray()) {
          scores.push_back(logLikelihood(**session, idsOf(question[QLatin1String("story")]),
                                         idsOf(ending), model->info().vocab_size));
        }
        const auto best = std::max_element(scores.begin(), scores.end()) - scores.begin();
        right.last() += best == question[QLatin1String("answer")].toInt() ? 1 : 0;
      }
    }
    for (qsizetype i = 1; i < right.size(); ++i) QVERIFY(right.at(i) > right.at(i - 1));
    QVERIFY2(right.first() * 2 <= questions.size(), qPrintable(QString::number(right.first())));
    QVERIFY2(right.last() * 5 >= questions.size() * 4, qPrintable(QString::number(right.last())));
  }
};

CRIA_TEST_MAIN(DemoStoryTest)
#include "demo_story_test.moc"
