// The scalar definition of q8 and q4: what it promises of every row.
#include "kernels/quantisation.h"

#include <QtTest>
#include <algorithm>
#include <cmath>

#include "kernels/half.h"
#include "tests/kernels/testing.h"

using namespace cria::kernels;
using namespace cria::kernels::testing;

namespace {

double step_of(const QuantisedRow& row, std::size_t i) {
  return static_cast<double>(row.scale) * static_cast<double>(row.blocks[i / block_size].scale);
}
int integer_of(const QuantisedRow& row, std::size_t i) {
  return row.blocks[i / block_size].values[i % block_size];
}
double value_of(const QuantisedRow& row, std::size_t i) {
  return step_of(row, i) * integer_of(row, i);
}

/// Of the weights from `first` on.
double squared_error(const std::vector<float>& weights, const QuantisedRow& row,
                     std::size_t first = 0) {
  double sum = 0;
  for (std::size_t i = first; i < weights.size(); ++i)
    sum += std::pow(static_cast<double>(weights[i]) - value_of(row, i), 2);
  return sum;
}

/// The plain way: the largest weight of a block becomes -8 times its scale, an f16 number.
QuantisedRow plain_q4(const std::vector<float>& weights) {
  QuantisedRow row;
  for (std::size_t from = 0; from < weights.size(); from += block_size) {
    const std::span block(weights.data() + from, block_size);
    const float largest = *std::max_element(
        block.begin(), block.end(), [](float a, float b) { return std::abs(a) < std::abs(b); });
    QuantisedBlock& plain = row.blocks.emplace_back();
    plain.scale = f32_from_f16(f16_from_f32(largest / -8));
    for (std::size_t i = 0; i < block_size; ++i)
      plain.values[i] =
          static_cast<std::int8_t>(std::clamp(std::nearbyint(block[i] / plain.scale), -8.0F, 7.0F));
  }
  return row;
}

}  // namespace

class QuantisationTest : public QObject {
  Q_OBJECT

 private slots:
  void q8_is_within_half_a_step();
  void q4_beats_the_plain_way();
  void q4_scales_are_codes();
  void an_outlier_costs_other_blocks_little();
  void corners();
  void activations_are_within_half_a_step();
  void activations_keep_what_is_not_finite();
};

void QuantisationTest::q8_is_within_half_a_step() {
  Random random;
  for (int round = 0; round < 2000; ++round) {
    const auto weights = random.normals(random.between(1, 3 * block_size), 1);
    const QuantisedRow row = quantise_row(weights, WeightFormat::q8);
    QCOMPARE(row.scale, 1.0F);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      // The scale was rounded to f16, so the largest weight may be cut off by that much.
      const double allowed = step_of(row, i) * (0.5 + 127 * 0x1p-11 + 1e-4);
      QVERIFY(std::abs(static_cast<double>(weights[i]) - value_of(row, i)) <= allowed);
    }
    for (std::size_t i = weights.size(); i < row.blocks.size() * block_size; ++i)
      QCOMPARE(integer_of(row, i), 0);
  }
}

void QuantisationTest::q4_beats_the_plain_way() {
  Random random;
  double ours = 0;
  double plain = 0;
  for (int round = 0; round < 2000; ++round) {
    const auto weights = random.normals(random.between(1, 8) * block_size, 0.02F);
    const QuantisedRow row = quantise_row(weights, WeightFormat::q4);
    for (std::size_t i = 0; i < weights.size(); ++i)
      QVERIFY(integer_of(row, i) >= -8 && integer_of(row, i) <= 7);
    ours += squared_error(weights, row);
    plain += squared_error(weights, plain_q4(weights));
  }
  qInfo("squared error %.3f of the plain way's", ours / plain);
  QVERIFY(ours < 0.92 * plain);
}

void QuantisationTest::q4_scales_are_codes() {
  Random random;
  for (int round = 0; round < 300; ++round) {
    const int blocks = random.between(1, 20);
    const auto weights =
        random.normals(blocks * block_size, random.one_of({1e-6F, 0.02F, 1.0F, 8000.0F}));
    const QuantisedRow row = quantise_row(weights, WeightFormat::q4);
    float largest = 0;
    for (const QuantisedBlock& block : row.blocks) {
      const float code = std::sqrt(std::abs(block.scale));
      QCOMPARE(code, std::nearbyint(code));
      largest = std::max(largest, code);
    }
    QCOMPARE(largest, largest_code);
  }
}

// A weight sixty times as large as the others of its row would leave them a seventh of the codes;
// of codes in equal steps it would leave two, and their error would grow by a fifth.
void QuantisationTest::an_outlier_costs_other_blocks_little() {
  Random random;
  double alone = 0;
  double beside = 0;
  for (int round = 0; round < 300; ++round) {
    auto weights = random.normals(16 * block_size, 0.02F);
    alone += squared_error(weights, quantise_row(weights, WeightFormat::q4), block_size);
    weights[static_cast<std::size_t>(random.between(0, block_size - 1))] = 1.2F;
    beside += squared_error(weights, quantise_row(weights, WeightFormat::q4), block_size);
  }
  qInfo("squared error beside an outlier %.3f of that without", beside / alone);
  QVERIFY(beside < 1.1 * alone);
}

void QuantisationTest::corners() {
  for (const WeightFormat format : {WeightFormat::q8, WeightFormat::q4}) {
    const std::vector<float> zeros(block_size, 0.0F);
    const std::vector<float> tiny(block_size, 1e-40F);
    for (const auto& weights : {zeros, tiny}) {
      const QuantisedRow row = quantise_row(weights, format);
      for (std::size_t i = 0; i < block_size; ++i) QCOMPARE(value_of(row, i), 0.0);
    }
    const std::vector<float> large(block_size, 65504.0F);
    QVERIFY(std::isfinite(value_of(quantise_row(large, format), 0)));
    QVERIFY(std::abs(value_of(quantise_row(large, format), 0) - 65504) < 65504 * 0.01);
    const std::vector<float> one{-0.25F};
    QVERIFY(std::abs(value_of(quantise_row(one, format), 0) + 0.25) < 0.25 * 0x1p-10);
    // A block so small beside another that no code is left for it.
    std::vector<float> uneven(2 * block_size, 60000.0F);
    std::fill(uneven.begin() + block_size, uneven.end(), 1e-4F);
    const QuantisedRow row = quantise_row(uneven, format);
    for (std::size_t i = 0; i < uneven.size(); ++i) {
      const double allowed = i < block_size ? 60000 * 0.01 : 1e-4;
      QVERIFY(std::abs(static_cast<double>(uneven[i]) - value_of(row, i)) <= allowed);
    }
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
