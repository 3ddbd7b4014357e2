// The random stream's fixed output, and sampled frequencies against the exact distribution.
#include "engine/sampling/sampler.h"

#include <QTest>
#include <cmath>
#include <functional>

#include "tests/engine/sampling/golden_scores.h"

namespace cria::engine {

namespace {

// The probability that a chi-square variable with `degrees` of freedom is larger than `statistic`
// (Wilson and Hilferty 1931: its cube root is nearly normal).
double tail_probability(double statistic, double degrees) {
  const double v = 2.0 / (9.0 * degrees);
  const double z = (std::cbrt(statistic / degrees) - (1.0 - v)) / std::sqrt(v);
  return 0.5 * std::erfc(z / std::sqrt(2.0));
}

struct ChiSquare {
  double statistic = 0;
  double degrees = -1;
  double p = 0;
  bool impossible = false;  // something with probability 0 was drawn
};

ChiSquare chi_square(std::span<const double> probabilities, std::span<const int> counts) {
  double draws = 0;
  for (const int count : counts) {
    draws += count;
  }
  ChiSquare result;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double expected = probabilities[i] * draws;
    if (expected == 0) {
      result.impossible |= counts[i] != 0;
      continue;
    }
    result.statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
    result.degrees += 1;
  }
  result.p = tail_probability(result.statistic, result.degrees);
  return result;
}

std::vector<double> softmax(std::span<const float> scores) {
  double best = -INFINITY;
  for (const float score : scores) {
    best = std::max(best, static_cast<double>(score));
  }
  std::vector<double> out;
  double sum = 0;
  for (const float score : scores) {
    out.push_back(std::exp(static_cast<double>(score) - best));
    sum += out.back();
  }
  for (double& p : out) {
    p /= sum;
  }
  return out;
}

constexpr int draws = 50000;
// A right sampler is refused once in ten thousand; the seeds are fixed, so a pass stays a pass.
constexpr double threshold = 1e-4;

std::vector<int> count_draws(std::size_t vocab, const std::function<std::int32_t(int)>& draw) {
  std::vector<int> counts(vocab, 0);
  for (int i = 0; i < draws; ++i) {
    ++counts[static_cast<std::size_t>(draw(i))];
  }
  return counts;
}

}  // namespace

class TestSampler : public QObject {
  Q_OBJECT

 private slots:
  void stream_is_the_documented_one();
  void frequencies_data();
  void frequencies();
  void streams_are_independent();
  void the_test_finds_a_broken_sampler();
  void greedy_takes_the_first_of_equals();
};

// From an implementation of its own of the 64-bit Mersenne Twister and SplitMix64.
void TestSampler::stream_is_the_documented_one() {
  const auto first_three = [](std::uint64_t seed, std::int32_t sequence) {
    RandomStream stream(seed, sequence);
    std::vector<std::uint64_t> out;
    out.reserve(3);
    for (int i = 0; i < 3; ++i) {
      out.push_back(static_cast<std::uint64_t>(stream.next() * 0x1p53));
    }
    return out;
  };
  using Three = std::vector<std::uint64_t>;
  QCOMPARE(first_three(0, 0), (Three{4342110871615737U, 879419890164436U, 4317539565202286U}));
  QCOMPARE(first_three(0, 1), (Three{6328552986874860U, 4793916523968278U, 8746548969316167U}));
  QCOMPARE(first_three(42, 0), (Three{6500699525610491U, 5947737699074594U, 6993630076665536U}));
  QCOMPARE(first_three(~std::uint64_t{0}, 7),
           (Three{3010824104497450U, 2939418831160473U, 3277566440676067U}));
}

void TestSampler::frequencies_data() {
  QTest::addColumn<GenerationSettings>("settings");
  QTest::addColumn<int>("vocab");
  GenerationSettings plain;
  plain.do_sample = true;
  plain.top_k = 0;
  QTest::newRow("softmax alone") << plain << 40;
  GenerationSettings card = plain;  // the call of TinyLlama's model cards
  card.top_k = 10;
  card.repetition_penalty = 1.5F;
  QTest::newRow("top_k 10, repetition_penalty 1.5") << card << 512;
  GenerationSettings chat = plain;
  chat.temperature = 0.7F;
  chat.top_k = 50;
  chat.top_p = 0.95F;
  QTest::newRow("temperature 0.7, top_k 50, top_p 0.95") << chat << 512;
  GenerationSettings typical = plain;
  typical.typical_p = 0.6F;
  typical.min_p = 0.01F;
  QTest::newRow("min_p and typical_p") << typical << 64;
}

void TestSampler::frequencies() {
  QFETCH(const GenerationSettings, settings);
  QFETCH(const int, vocab);
  const auto logits = test::make_scores("flat", 77, static_cast<std::size_t>(vocab));
  const std::vector<std::int32_t> ids = {3, 5, 3, 1};
  CandidateList left;
  QVERIFY(left.assign(logits));
  process({settings, ids, 4}, left);
  const auto exact = softmax(left.dense());

  CandidateList scratch;
  Sampler sampler(20240101, 0);
  const auto counts = count_draws(logits.size(), [&](int) {
    return *sampler.next(logits, {settings, ids, 4}, scratch);
  });
  const ChiSquare result = chi_square(exact, counts);
  qInfo("chi-square %.1f with %.0f degrees of freedom, p = %.4f", result.statistic, result.degrees,
        result.p);
  QVERIFY(!result.impossible);
  QVERIFY(result.p > threshold);
}

// The first token of many sequences of one seed, and of many seeds, has the distribution too.
void TestSampler::streams_are_independent() {
  GenerationSettings settings;
  settings.do_sample = true;
  settings.top_k = 0;
  const auto logits = test::make_scores("flat", 5, 20);
  const auto exact = softmax(logits);
  CandidateList scratch;
  const auto first_token = [&](std::uint64_t seed, std::int32_t sequence) {
    Sampler sampler(seed, sequence);
    return *sampler.next(logits, {settings, {}, 0}, scratch);
  };
  std::vector<int> by_sequence(20, 0);
  std::vector<int> by_seed(20, 0);
  std::vector<int> pairs(400, 0);
  for (int i = 0; i < 20000; ++i) {
    const auto one = first_token(99, i);
    const auto other = first_token(99 + static_cast<std::uint64_t>(i), 0);
    ++by_sequence[static_cast<std::size_t>(one)];
    ++by_seed[static_cast<std::size_t>(other)];
    const auto neighbour = first_token(100 + static_cast<std::uint64_t>(i), 0);
    ++pairs[static_cast<std::size_t>(other) * 20 + static_cast<std::size_t>(neighbour)];
  }
  std::vector<double> exact_pairs;
  for (const double a : exact) {
    for (const double b : exact) {
      exact_pairs.push_back(a * b);
    }
  }
  QVERIFY(chi_square(exact, by_sequence).p > threshold);
  QVERIFY(chi_square(exact, by_seed).p > threshold);
  QVERIFY(chi_square(exact_pairs, pairs).p > threshold);
}

// Small faults that a sampler may have, each of which the test above would refuse.
void TestSampler::the_test_finds_a_broken_sampler() {
  const auto logits = test::make_scores("flat", 77, 40);
  const auto exact = softmax(logits);
  const auto broken = [&](double exponent, double scale, std::size_t skipped) {
    std::vector<double> weights;
    double total = 0;
    for (const double p : exact) {
      weights.push_back(std::pow(p, exponent));
      total += weights.back();
    }
    if (skipped < weights.size()) {
      weights[skipped] = 0;
    }
    RandomStream stream(20240101, 0);
    return count_draws(logits.size(), [&](int) {
      const double target = stream.next() * scale * total;
      double sum = 0;
      for (std::size_t i = 0; i < weights.size(); ++i) {
        sum += weights[i];
        if (sum > target) {
          return static_cast<std::int32_t>(i);
        }
      }
      return static_cast<std::int32_t>(weights.size() - 1);
    });
  };
  constexpr std::size_t none = 1000;
  QVERIFY(chi_square(exact, broken(1.0, 1.0, none)).p > threshold);   // not broken
  QVERIFY(chi_square(exact, broken(1.05, 1.0, none)).p < threshold);  // temperature 0.95
  QVERIFY(chi_square(exact, broken(1.0, 0.99, none)).p < threshold);  // the tail is cut
  QVERIFY(chi_square(exact, broken(1.0, 1.0, 0)).p < threshold);      // a token is never drawn
}

void TestSampler::greedy_takes_the_first_of_equals() {
  CandidateList scratch;
  Sampler sampler(1, 0);
  GenerationSettings settings;
  const auto token = sampler.next(std::vector<float>{1, 4, 2, 4}, {settings, {}, 0}, scratch);
  QVERIFY(token);
  QCOMPARE(*token, 1);
  settings.do_sample = true;
  settings.temperature = 0;  // greedy too
  for (int i = 0; i < 20; ++i) {
    QCOMPARE(*sampler.next(std::vector<float>{1, 4, 2, 4}, {settings, {}, 0}, scratch), 1);
  }
}

}  // namespace cria::engine

QTEST_APPLESS_MAIN(cria::engine::TestSampler)
#include "sampler_test.moc"
