// Faults sown into the CUDA engine (CMakeLists.txt beside this file) are found: by a check of the
// simulated card, whose words come with the backend's error, or by the numbers.
#include <QtTest>
#include <cmath>
#include <map>

#include "tests/kernels/testing.h"

using namespace cria::kernels;
using namespace cria::kernels::testing;

namespace {

constexpr int long_steps = 10;  // rows of a prefill
constexpr int positions = 140;  // more than a part of the cache

/// Small, but with rows longer than a slice of staged activations.
LlamaShape shape(WeightFormat format) {
  LlamaShape made;
  made.hidden_size = 40;
  made.intermediate_size = is_quantised(format) ? 2100 : 1100;
  made.num_hidden_layers = 2;
  made.num_attention_heads = 4;
  made.num_key_value_heads = 2;
  made.head_dim = made.rotary_dim = 16;
  made.vocab_size = 50;
  made.attention_scale = 0.25F;
  return made;
}

/// Logits after each of the last rows of a text, in steps of every kind: prefilled, prefilled
/// behind one another without a word of the host, eight at a time, one by one. Or what went wrong.
cria::Result<std::vector<float>> compute(Backend& backend, const ModelValues& model) {
  Runner runner(backend, model, 2 * long_steps, positions + 8, DType::f16);
  std::vector<float> all;
  int done = 0;
  while (done < positions) {
    const int count = done < 120 ? (done % 40 == 0 ? 2 : 1) * long_steps : done < 136 ? 8 : 1;
    StepValues values;
    values.sequences = {{0, 0, 0}};
    for (int p = done; p < std::min(positions, done + count); ++p) {
      values.rows.push_back({p * 7 % model.shape.vocab_size, p, 0});
      if (done >= 80) values.logit_rows.push_back(p - done);
    }
    fill_rope(values, model.shape);
    const Step step = values.step(model.shape);
    const cria::Status ran = backend.run(step, [&] { runner.stages(step); });
    if (!ran) return ran.error();
    if (!values.logit_rows.empty()) {
      const auto logits =
          runner.read(*runner.logits, static_cast<std::int64_t>(values.logit_rows.size()));
      all.insert(all.end(), logits.begin(), logits.end());
    }
    done += static_cast<int>(values.rows.size());
  }
  return all;
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
    worst = std::isfinite(difference) ? std::max(worst, difference) : INFINITY;
  }
  return worst;
}

}  // namespace

class MutantsTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    Random random(1);
    for (const WeightFormat format : {WeightFormat::f16, WeightFormat::q8, WeightFormat::q4}) {
      Sample sample{random_model(random, shape(format), format, true), {}};
      const auto computed = compute(*open_reference(), sample.model);
      QVERIFY(computed);
      sample.logits = *computed;
      samples_.emplace(format, std::move(sample));
    }
  }

  void sound_engine_passes() {
    for (const auto& [format, sample] : samples_)
      for (const char* card : {"cuda:0", "cuda:1", "cuda:2"}) {
        const auto computed = compute(*open({card, 0, "", simulated_cuda()}), sample.model);
        QVERIFY2(computed, computed ? "" : computed.error().message.c_str());
        // Activations may be rounded to the next byte here and there.
        QVERIFY2(largest_difference(*computed, sample.logits) < (is_quantised(format) ? 0.1 : 1e-3),
                 name_of(format).data());
      }
  }

  void fault_is_found_data() {
    QTest::addColumn<QString>("word");  // of the check that finds it; empty: the numbers do
    QTest::addColumn<WeightFormat>("format");
    QTest::newRow("no_barrier_after_staging") << "shared memory" << WeightFormat::f16;
    QTest::newRow("staging_too_short") << "outside of its shared arrays" << WeightFormat::f16;
    QTest::newRow("barrier_for_some") << "not all threads come to a barrier" << WeightFormat::f16;
    QTest::newRow("misaligned_load") << "no multiple of it" << WeightFormat::f16;
    QTest::newRow("one_part_too_many") << "nothing wrote" << WeightFormat::f16;
    QTest::newRow("one_part_too_few") << "" << WeightFormat::f16;
    QTest::newRow("arrivals_not_reset") << "" << WeightFormat::f16;
    QTest::newRow("tiles_not_awaited") << "shared memory" << WeightFormat::f16;
    QTest::newRow("sees_the_future") << "" << WeightFormat::f16;
    QTest::newRow("step_not_awaited") << "not pinned" << WeightFormat::f16;
    QTest::newRow("blocks_without_barrier") << "shared memory" << WeightFormat::q8;
    QTest::newRow("bytes_staged_too_short") << "outside of its shared arrays" << WeightFormat::q4;
    QTest::newRow("offset_forgotten") << "" << WeightFormat::q4;
    QTest::newRow("high_half_forgotten") << "" << WeightFormat::q4;
    QTest::newRow("scale_of_the_first_row") << "" << WeightFormat::q8;
    QTest::newRow("row_scale_of_another_row") << "" << WeightFormat::q4;
    QTest::newRow("codes_of_the_first_row") << "nothing wrote" << WeightFormat::q4;
    QTest::newRow("rows_not_clamped") << "allocation" << WeightFormat::q4;
    QTest::newRow("widened_without_high_half") << "" << WeightFormat::q4;
  }

  void fault_is_found() {
    QFETCH(QString, word);
    QFETCH(WeightFormat, format);
    const Sample& sample = samples_.at(format);
    const std::string plugin =
        std::string(CRIA_MUTANTS_DIR "/libmutant_") + QTest::currentDataTag() + ".so";
    const auto computed = compute(*open({"cuda:2", 0, "", plugin}), sample.model);
    if (!word.isEmpty()) {
      QVERIFY(!computed);
      QVERIFY2(QString::fromStdString(computed.error().message).contains(word),
               computed.error().message.c_str());
    } else {
      QVERIFY2(computed, computed ? "" : computed.error().message.c_str());
      QVERIFY(largest_difference(*computed, sample.logits) > (is_quantised(format) ? 0.3 : 1e-2));
    }
  }

 private:
  struct Sample {
    ModelValues model;
    std::vector<float> logits;  ///< as the reference computes them
  };
  std::map<WeightFormat, Sample> samples_;
};

QTEST_APPLESS_MAIN(MutantsTest)
#include "mutants_test.moc"
