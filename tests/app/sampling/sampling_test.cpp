// The settings: defaults of the checkpoint, changes of the user, and their way to the engine.
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <limits>

#include "app/sampling/sampling_controller.h"

using namespace cria::app;
namespace engine = cria::engine;

class SamplingTest : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> folder_;
  std::unique_ptr<Preferences> preferences_;

 private slots:
  void init() {
    preferences_.reset();
    folder_ = std::make_unique<QTemporaryDir>();
    preferences_ = std::make_unique<Preferences>(folder_->path());
  }

  void changesStayAndTheRestFollowsTheCheckpoint() {
    SamplingController sampling(preferences_.get());
    engine::GenerationSettings base;
    base.top_k = 10;
    base.max_length = 512;
    sampling.setDefaults(base, 2048);
    QCOMPARE(sampling.topK(), 10);
    QCOMPARE(sampling.maxNewTokens(), 512);
    QVERIFY(!sampling.modified());

    sampling.setTopK(7);
    QVERIFY(sampling.modified());
    base.top_k = 40;
    base.repetition_penalty = 1.1F;
    sampling.setDefaults(base, 300);
    QCOMPARE(sampling.topK(), 7);
    QCOMPARE(sampling.topKDefault(), 40);
    QCOMPARE(sampling.repetitionPenalty(), 1.1);
    QCOMPARE(sampling.maxNewTokens(), 300);
    sampling.reset();
    QCOMPARE(sampling.topK(), 40);
    QVERIFY(!sampling.modified());
  }

  void movingASettingBackIsNoChange() {
    SamplingController sampling(preferences_.get());
    sampling.setTopK(7);
    sampling.setTopK(sampling.topKDefault());
    QVERIFY(!sampling.modified());
  }

  void aMoveLeavesTheOtherMovesAlone() {
    SamplingController sampling(preferences_.get());
    sampling.setDefaults({}, 2048);
    sampling.setMaxNewTokens(1024);
    sampling.setTopK(7);
    engine::GenerationSettings other;
    other.top_k = 7;
    sampling.setDefaults(other, 512);
    QCOMPARE(sampling.maxNewTokens(), 512);
    sampling.setTemperature(0.5);
    sampling.setDefaults({}, 2048);
    QCOMPARE(sampling.maxNewTokens(), 1024);
    QCOMPARE(sampling.topK(), 7);
    QCOMPARE(sampling.temperature(), 0.5);
  }

  void outOfRangeIsMovedIn() {
    SamplingController sampling(preferences_.get());
    sampling.setDefaults({}, 100);
    sampling.setTopP(7);
    QCOMPARE(sampling.topP(), 1.0);
    sampling.setMinP(-1);
    QCOMPARE(sampling.minP(), 0.0);
    sampling.setTemperature(std::numeric_limits<double>::quiet_NaN());
    QCOMPARE(sampling.temperature(), 0.0);
    sampling.setRepetitionPenalty(0);
    QVERIFY(sampling.repetitionPenalty() > 0);
    sampling.setMaxNewTokens(5000);
    QCOMPARE(sampling.maxNewTokens(), 100);
    sampling.setMaxNewTokens(0);
    QCOMPARE(sampling.maxNewTokens(), 1);
    sampling.setVariants(99);
    QCOMPARE(sampling.variants(), 8);
    const QString seed = sampling.seed();
    for (const char* text : {"", "abc", "-1", "18446744073709551616"}) {
      sampling.setSeed(QLatin1String(text));
      QCOMPARE(sampling.seed(), seed);
    }
    sampling.setSeed(QStringLiteral("18446744073709551615"));
    QCOMPARE(sampling.seed(), QStringLiteral("18446744073709551615"));
  }

  void toTheEngine() {
    SamplingController sampling(preferences_.get());
    engine::GenerationSettings base;
    base.eos_token_id = {2, 32002};
    base.max_length = 20;
    base.epsilon_cutoff = 0.01F;
    sampling.setDefaults(base, 2048);
    sampling.setTemperature(0.5);
    sampling.setTopK(10);
    sampling.setRepetitionPenalty(1.5);
    sampling.addStopString(QStringLiteral("END"));
    sampling.addStopString(QStringLiteral("END"));
    sampling.setMaxNewTokens(64);
    engine::GenerationSettings got = sampling.engineSettings();
    QVERIFY(got.do_sample);
    QCOMPARE(got.temperature, 0.5F);
    QCOMPARE(got.top_k, 10);
    QCOMPARE(got.repetition_penalty, 1.5F);
    QCOMPARE(got.epsilon_cutoff, 0.01F);
    QCOMPARE(got.max_new_tokens, std::optional<std::int32_t>(64));
    QVERIFY(!got.max_length.has_value());
    QVERIFY(got.eos_token_id == base.eos_token_id);
    QVERIFY(got.stop_strings == std::vector<std::string>{"END"});
    sampling.setTemperature(0);
    QVERIFY(!sampling.engineSettings().do_sample);
  }

  void seedsAreFixedOrNew() {
    SamplingController sampling(preferences_.get());
    const quint64 first = sampling.takeSeed();
    QVERIFY(sampling.takeSeed() != first);
    sampling.setSeedFixed(true);
    const quint64 fixed = sampling.takeSeed();
    QCOMPARE(sampling.takeSeed(), fixed);
    QCOMPARE(sampling.seed(), QString::number(fixed));
  }

  void lastUsedSurvives() {
    {
      SamplingController sampling(preferences_.get());
      sampling.setTopK(3);
      sampling.setVariants(4);
      sampling.setSeed(QStringLiteral("42"));
      sampling.setSeedFixed(true);
    }
    preferences_.reset();
    preferences_ = std::make_unique<Preferences>(folder_->path());
    const SamplingController sampling(preferences_.get());
    QCOMPARE(sampling.topK(), 3);
    QCOMPARE(sampling.variants(), 4);
    QCOMPARE(sampling.seed(), QStringLiteral("42"));
    QVERIFY(sampling.seedFixed());
  }

  void onlyTheUsersChangesAreEdits() {
    SamplingController sampling(preferences_.get());
    QSignalSpy edits(&sampling, &SamplingController::edited);
    sampling.setDefaults({}, 100);
    sampling.restore({});
    sampling.takeSeed();
    QCOMPARE(edits.size(), 0);
    sampling.setTopK(1);
    QCOMPARE(edits.size(), 1);
    sampling.setTopK(1);
    QCOMPARE(edits.size(), 1);
  }

  void nonsenseInTheDatabaseIsLeftOut() {
    SamplingController sampling(preferences_.get());
    const QJsonObject changes{{QStringLiteral("top_k"), QStringLiteral("many")},
                              {QStringLiteral("top_p"), 7.5},
                              {QStringLiteral("temperature"), 0.25},
                              {QStringLiteral("unknown"), true}};
    sampling.restore({{QStringLiteral("changes"), changes}, {QStringLiteral("variants"), -3}});
    QCOMPARE(sampling.topK(), sampling.topKDefault());
    QCOMPARE(sampling.topP(), 1.0);
    QCOMPARE(sampling.temperature(), 0.25);
    QCOMPARE(sampling.variants(), 1);
  }

  void summary() {
    SamplingValues values;
    values.temperature = 0.7;
    values.topK = 10;
    QCOMPARE(summaryOf(toJson(values)),
             QStringLiteral("temperature 0.7, top-k 10, at most 256 tokens"));
    values.temperature = 0;
    values.topK = 0;
    values.repetitionPenalty = 1.5;
    QCOMPARE(summaryOf(toJson(values)),
             QStringLiteral("greedy, repetition penalty 1.5, at most 256 tokens"));
  }
};

QTEST_GUILESS_MAIN(SamplingTest)
#include "sampling_test.moc"
