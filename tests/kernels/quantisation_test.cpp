// The scalar definition of q8 and q4: what it promises of every block.
#include "kernels/quantisation.h"

#include <QtTest>
#include <algorithm>
#include <cmath>

#include "kernels/half.h"
#include "tests/kernels/testing.h"

using namespace cria::kernels;
using namespace cria::kernels::testing;

namespace {

double value_of(const QuantisedBlock& block, std::size_t i) {
  return static_cast<double>(f32_from_f16(block.scale)) * block.values[i];
}

double squared_error(const std::vector<float>& weights, const QuantisedBlock& block) {
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i)
    sum += std::pow(static_cast<double>(weights[i]) - value_of(block, i), 2);
  return sum;
}

/// The plain way: the largest weight becomes -8 times the scale.
QuantisedBlock plain_q4(const std::vector<float>& weights) {
  const float largest = *std::max_element(
      weights.begin(), weights.end(), [](float a, float b) { return std::abs(a) < std::abs(b); });
  QuantisedBlock block;
  block.scale = f16_from_f32(largest / -8);
  for (std::size_t i = 0; i < weights.size(); ++i)
    block.values[i] = static_cast<std::int8_t>(
        std::clamp(std::nearbyint(weights[i] / f32_from_f16(block.scale)), -8.0F, 7.0F));
  return block;
}

}  // namespace

class QuantisationTest : public QObject {
  Q_OBJECT

 private slots:
  void q8_is_within_half_a_step();
  void q4_beats_the_plain_way();
  void corners();
  void activations_are_within_half_a_step();
  void activations_keep_what_is_not_finite();
};

void QuantisationTest::q8_is_within_half_a_step() {
  Random random;
  for (int round = 0; round < 2000; ++round) {
    const auto weights = random.normals(random.between(1, block_size), 1);
    const QuantisedBlock block = quantise_block(weights, WeightFormat::q8);
    const auto scale = static_cast<double>(f32_from_f16(block.scale));
    for (std::size_t i = 0; i < weights.size(); ++i) {
      // The scale was rounded to f16, so the largest weight may be cut off by that much.
      const double allowed = scale * (0.5 + 127 * 0x1p-11 + 1e-4);
      QVERIFY(std::abs(static_cast<double>(weights[i]) - value_of(block, i)) <= allowed);
    }
    for (std::size_t i = weights.size(); i < block_size; ++i) QCOMPARE(int{block.values[i]}, 0);
  }
}

void QuantisationTest::q4_beats_the_plain_way() {
  Random random;
  double ours = 0;
  double plain = 0;
  for (int round = 0; round < 2000; ++round) {
    const auto weights = random.normals(block_size, 0.02F);
    const QuantisedBlock block = quantise_block(weights, WeightFormat::q4);
    for (const std::int8_t value : block.values) QVERIFY(value >= -8 && value <= 7);
    ours += squared_error(weights, block);
    plain += squared_error(weights, plain_q4(weights));
  }
  qInfo("squared error %.3f of the plain way's", ours / plain);
  QVERIFY(ours < 0.92 * plain);
}

void QuantisationTest::corners() {
  for (const WeightFormat format : {WeightFormat::q8, WeightFormat::q4}) {
    const std::vector<float> zeros(block_size, 0.0F);
    const std::vector<float> tiny(block_size, 1e-40F);
    for (const auto& weights : {zeros, tiny}) {
      const QuantisedBlock block = quantise_block(weights, format);
      for (std::size_t i = 0; i < block_size; ++i) QCOMPARE(value_of(block, i), 0.0);
    }
    const std::vector<float> large(block_size, 65504.0F);
    QVERIFY(std::isfinite(value_of(quantise_block(large, format), 0)));
    QVERIFY(std::abs(value_of(quantise_block(large, format), 0) - 65504) < 65504 * 0.01);
    const std::vector<float> one{-0.25F};
    QVERIFY(std::abs(value_of(quantise_block(one, format), 0) + 0.25) < 0.25 * 0x1p-10);
  }
}

void QuantisationTest::activations_are_within_half_a_step() {
  Random random;
  for (int round = 0; round < 500; ++round) {
    const int n = random.between(1, 100);
    const auto x = random.normals(n, 3);
    const std::size_t blocks = (x.size() + block_size - 1) / block_size;
    std::vector<std::int8_t> values(blocks * block_size, 99);
    std::vector<float> scales(blocks);
    quantise_activations(x, values, scales);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto scale = static_cast<double>(scales[i / block_size]);
      const double want = i < x.size() ? static_cast<double>(x[i]) : 0;
      QVERIFY(std::abs(want - scale * values[i]) <= scale * 0.50002);
      QVERIFY(values[i] >= -127);
    }
  }
}

void QuantisationTest::activations_keep_what_is_not_finite() {
  for (const float bad : {INFINITY, -INFINITY, NAN}) {
    std::vector<float> x(2 * block_size, 1.0F);
    x[40] = bad;
    std::vector<std::int8_t> values(x.size());
    std::vector<float> scales(2);
    quantise_activations(x, values, scales);
    QVERIFY(std::isfinite(scales[0]));
    QVERIFY(!std::isfinite(scales[1]));
    // A product with it is not finite either.
    QVERIFY(!std::isfinite(scales[1] * static_cast<float>(values[33])));
  }
}

QTEST_APPLESS_MAIN(QuantisationTest)
#include "quantisation_test.moc"
