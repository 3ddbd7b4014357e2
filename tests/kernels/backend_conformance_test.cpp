// Every backend against the scalar reference, stage by stage, and against itself bit by bit.
//
// Tolerances: a sum of n float32 products in 16 partial sums is off by at most (n/16 + 5) roundings
// of |w||x|, the product of the norms (Cauchy-Schwarz); each further operation adds its own
// rounding. The reference sums in double, so its own error is one rounding.
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <cstring>

#include "tests/kernels/testing.h"

using namespace cria::kernels;
using namespace cria::kernels::testing;

namespace {

constexpr double eps = 0x1p-24;  // half a unit in the last place, relative

double norm_of(const float* values, std::int64_t count) {
  double sum = 0;
  for (std::int64_t i = 0; i < count; ++i) sum += static_cast<double>(values[i]) * values[i];
  return std::sqrt(sum);
}

double roundings(std::int64_t count) { return (static_cast<double>(count) / 16 + 8) * eps; }

/// One rounding to the cache's format, which two slightly different values may take differently.
double cache_rounding(double value, DType type) {
  if (type == DType::f16) return std::abs(value) * 0x1p-10 + 0x1p-24;
  if (type == DType::bf16) return std::abs(value) * 0x1p-7;
  return 0;
}

/// x and weight in RMSNorm: the norm of the result.
double normed_norm(const float* x, const Matrix& weight, double norm_eps) {
  const double size = norm_of(x, weight.cols);
  const double scale = 1 / std::sqrt(size * size / static_cast<double>(weight.cols) + norm_eps);
  double sum = 0;
  for (std::int64_t i = 0; i < weight.cols; ++i) {
    const double y = x[i] * scale * weight.values[static_cast<std::size_t>(i)];
    sum += y * y;
  }
  return std::sqrt(sum);
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

/// Two sequences sharing a prefix, whose rows are mixed in ascending order.
StepValues random_step(Random& random, const LlamaShape& shape, int rows, int cells) {
  StepValues step;
  const int prefix = random.between(0, 5);
  step.sequences = {{0, prefix, prefix}, {0, prefix, cells / 2 + prefix}};
  int next[2] = {prefix, prefix};
  for (int t = 0; t < rows; ++t) {
    const int sequence = random.between(0, 1);
    step.rows.push_back({random.between(0, shape.vocab_size - 1), next[sequence]++, sequence});
    if (random.between(0, 2) == 0) step.logit_rows.push_back(t);
  }
  fill_rope(step, shape);
  return step;
}

const char* text_of(DType type) { return name_of(type).data(); }

}  // namespace

class BackendConformanceTest : public QObject {
  Q_OBJECT

 private slots:
  void stages_match_reference_data();
  void stages_match_reference();
  void rows_do_not_depend_on_company_data();
  void rows_do_not_depend_on_company();
  void instruction_sets_agree_bit_for_bit();
  void copies_and_reads_cells_data();
  void copies_and_reads_cells();
  void refuses_bad_steps_data();
  void refuses_bad_steps();
  void refuses_more_memory_than_there_is_data();
  void refuses_more_memory_than_there_is();

 private:
  void compare(const std::vector<float>& got, const std::vector<float>& want,
               const std::vector<double>& tolerance, const char* what);
  static void backends();
};

void BackendConformanceTest::backends() {
  QTest::addColumn<int>("index");
  const auto all = backends_under_test();
  for (std::size_t i = 0; i < all.size(); ++i)
    QTest::newRow(all[i].name.c_str()) << static_cast<int>(i);
}

void BackendConformanceTest::compare(const std::vector<float>& got, const std::vector<float>& want,
                                     const std::vector<double>& tolerance, const char* what) {
  QCOMPARE(got.size(), want.size());
  QCOMPARE(got.size(), tolerance.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double off = std::abs(static_cast<double>(got[i]) - want[i]);
    if (!(off <= tolerance[i]))
      QFAIL(qPrintable(QString("%1[%2]: %3, expected %4, off by %5, allowed %6")
                           .arg(what)
                           .arg(i)
                           .arg(static_cast<double>(got[i]), 0, 'g', 9)
                           .arg(static_cast<double>(want[i]), 0, 'g', 9)
                           .arg(off)
                           .arg(tolerance[i])));
  }
}

void BackendConformanceTest::stages_match_reference_data() { backends(); }

void BackendConformanceTest::stages_match_reference() {
  QFETCH(int, index);
  const auto backend = open(backends_under_test()[static_cast<std::size_t>(index)].options);
  const auto reference = open_reference();
  Random random;
  for (int round = 0; round < 14; ++round) {
    const LlamaShape shape = random_shape(random);
    const DType precision = random.one_of({DType::f32, DType::f16, DType::bf16});
    const DType cache_type = random.one_of({DType::f32, DType::f16, DType::bf16});
    const bool biases = random.coin();
    const int rows = random.one_of({1, 2, random.between(3, 12), random.between(13, 40)});
    const int cells = 2 * (rows + 8);
    const ModelValues model = random_model(random, shape, precision, biases);
    Runner mine(*backend, model, rows, cells, cache_type);
    Runner truth(*reference, model, rows, cells, cache_type);
    qInfo("hidden %d, intermediate %d, heads %d/%d x %d (rotary %d), T %d, %s, cache %s, biases %d",
          shape.hidden_size, shape.intermediate_size, shape.num_attention_heads,
          shape.num_key_value_heads, shape.head_dim, shape.rotary_dim, rows, text_of(precision),
          text_of(cache_type), biases);

    // A first step fills the shared prefix, so that the second has something to look back at.
    StepValues first;
    first.sequences = {{0, 5, 5}};
    for (int p = 0; p < 5; ++p) first.rows.push_back({p % shape.vocab_size, p, 0});
    fill_rope(first, shape);
    if (rows >= 5) {
      mine.forward(first);
      truth.forward(first);
    }
    StepValues values = random_step(random, shape, rows, cells);
    if (rows < 5)
      for (Row& row : values.rows) row.position = 0;
    if (rows < 5)
      for (std::size_t s = 0; s < 2; ++s) values.sequences[s] = {0, 0, static_cast<int>(s) * 8};
    if (rows < 5) {
      int next[2] = {0, 0};
      for (Row& row : values.rows) row.position = next[row.sequence]++;
      values.cosines.clear();
      values.sines.clear();
      fill_rope(values, shape);
    }
    const Step step = values.step(shape);
    const LayerValues& weights = model.layers[1];
    const std::int64_t hidden = shape.hidden_size;

    // embed is exact
    mine.run(step, [&] { backend->embed(*mine.embedding, step, *mine.x); });
    truth.run(step, [&] { reference->embed(*truth.embedding, step, *truth.x); });
    QVERIFY(same_bits(mine.read(*mine.x, rows), truth.read(*truth.x, rows)));

    // attention_in
    const auto x = random.normals(rows * hidden, 2);
    backend->write(*mine.x, x);
    reference->write(*truth.x, x);
    mine.run(step, [&] {
      backend->attention_in(mine.layers[1].attention_in, step, *mine.x, *mine.q, *mine.cache, 1);
    });
    truth.run(step, [&] {
      reference->attention_in(truth.layers[1].attention_in, step, *truth.x, *truth.q, *truth.cache,
                              1);
    });
    const auto projected = [&](const Matrix& weight, const Matrix& bias, int row, int out) {
      const double in =
          normed_norm(x.data() + row * hidden, weights.attention_norm, shape.rms_norm_eps);
      const double size = norm_of(weight.row(out), hidden) * in +
                          (bias.empty() ? 0 : std::abs(bias.values[static_cast<std::size_t>(out)]));
      return 2 * roundings(hidden) * size;
    };
    // A rotated element mixes two of a head.
    const auto rotated = [&](const Matrix& weight, const Matrix& bias, int row, int out) {
      const int half = shape.rotary_dim / 2;
      const int within = out % shape.head_dim;
      double tolerance = projected(weight, bias, row, out);
      if (within < 2 * half)
        tolerance =
            2 * (tolerance + projected(weight, bias, row, within < half ? out + half : out - half));
      return tolerance;
    };
    std::vector<double> allowed;
    for (int t = 0; t < rows; ++t)
      for (int i = 0; i < shape.query_size(); ++i)
        allowed.push_back(rotated(weights.q, weights.q_bias, t, i));
    const auto q = truth.read(*truth.q, rows);
    compare(mine.read(*mine.q, rows), q, allowed, "q");
    for (int t = 0; t < rows; ++t) {
      const Row& row = values.rows[static_cast<std::size_t>(t)];
      const int cell =
          values.sequences[static_cast<std::size_t>(row.sequence)].cell_of(row.position);
      const auto want = truth.cell(1, cell);
      allowed.clear();
      for (int i = 0; i < shape.key_value_size(); ++i)
        allowed.push_back(rotated(weights.k, weights.k_bias, t, i));
      for (int i = 0; i < shape.key_value_size(); ++i)
        allowed.push_back(projected(weights.v, weights.v_bias, t, i));
      for (std::size_t i = 0; i < allowed.size(); ++i)
        allowed[i] += cache_rounding(std::abs(want[i]) + allowed[i], cache_type);
      compare(mine.cell(1, cell), want, allowed, "cache");
    }
    if (QTest::currentTestFailed()) return;

    // attend, over the same cache values on both sides: random ones written through attention_in
    // would differ by a rounding, so the tolerance takes the caches' difference in.
    backend->write(*mine.q, q);
    mine.run(step, [&] { backend->attend(step, *mine.q, *mine.cache, 1, *mine.a); });
    truth.run(step, [&] { reference->attend(step, *truth.q, *truth.cache, 1, *truth.a); });
    allowed.clear();
    const int group = shape.num_attention_heads / shape.num_key_value_heads;
    for (int t = 0; t < rows; ++t) {
      const Row& row = values.rows[static_cast<std::size_t>(t)];
      const SequenceSpan& span = values.sequences[static_cast<std::size_t>(row.sequence)];
      for (int head = 0; head < shape.num_attention_heads; ++head) {
        const float* query = q.data() + t * shape.query_size() + head * shape.head_dim;
        const double query_norm = norm_of(query, shape.head_dim);
        const int at = head / group * shape.head_dim;
        double score_error = 0;
        double value_error = 0;
        double value_size = 0;
        for (int p = 0; p <= row.position; ++p) {
          const auto want = truth.cell(1, span.cell_of(p));
          const auto got = mine.cell(1, span.cell_of(p));
          double key_difference = 0;
          for (int i = 0; i < shape.head_dim; ++i) {
            const auto k = static_cast<std::size_t>(at + i);
            const auto v = static_cast<std::size_t>(shape.key_value_size() + at + i);
            key_difference += std::pow(static_cast<double>(want[k]) - got[k], 2);
            value_error = std::max(value_error, std::abs(static_cast<double>(want[v]) - got[v]));
            value_size = std::max(value_size, static_cast<double>(std::abs(want[v])));
          }
          const double size = norm_of(want.data() + at, shape.head_dim);
          score_error = std::max(
              score_error, query_norm * shape.attention_scale *
                               (std::sqrt(key_difference) + 2 * roundings(shape.head_dim) * size));
        }
        // exp turns an absolute error of a score into a relative one of its weight, twice: in the
        // weight and in the total. The sums run over the positions one by one.
        const double relative = std::expm1(2 * score_error) + 2 * (row.position + 16) * eps;
        for (int i = 0; i < shape.head_dim; ++i)
          allowed.push_back(value_error + value_size * relative);
      }
    }
    const auto a = truth.read(*truth.a, rows);
    compare(mine.read(*mine.a, rows), a, allowed, "attend");
    if (QTest::currentTestFailed()) return;

    // attention_out and ffn_out: x += W in
    const auto sum_stage = [&](const char* what, const Matrix& weight, const Matrix& bias,
                               const std::vector<float>& in, Buffer& mine_in, Buffer& truth_in,
                               const auto& mine_stage, const auto& truth_stage) {
      backend->write(*mine.x, x);
      reference->write(*truth.x, x);
      backend->write(mine_in, in);
      reference->write(truth_in, in);
      mine.run(step, mine_stage);
      truth.run(step, truth_stage);
      std::vector<double> sums_allowed;
      for (int t = 0; t < rows; ++t)
        for (int i = 0; i < hidden; ++i) {
          const double size =
              norm_of(weight.row(i), weight.cols) *
                  norm_of(in.data() + t * weight.cols, weight.cols) +
              (bias.empty() ? 0 : std::abs(bias.values[static_cast<std::size_t>(i)]));
          sums_allowed.push_back(2 * roundings(weight.cols) * size +
                                 2 * eps * std::abs(x[static_cast<std::size_t>(t * hidden + i)]));
        }
      compare(mine.read(*mine.x, rows), truth.read(*truth.x, rows), sums_allowed, what);
    };
    sum_stage(
        "attention_out", weights.o, weights.o_bias, random.normals(rows * shape.query_size(), 1),
        *mine.a, *truth.a,
        [&] { backend->attention_out(mine.layers[1].o, step, *mine.a, *mine.x); },
        [&] { reference->attention_out(truth.layers[1].o, step, *truth.a, *truth.x); });
    sum_stage(
        "ffn_out", weights.down, weights.down_bias,
        random.normals(rows * shape.intermediate_size, 1), *mine.h, *truth.h,
        [&] { backend->ffn_out(mine.layers[1].down, step, *mine.h, *mine.x); },
        [&] { reference->ffn_out(truth.layers[1].down, step, *truth.h, *truth.x); });
    if (QTest::currentTestFailed()) return;

    // ffn_in
    backend->write(*mine.x, x);
    reference->write(*truth.x, x);
    mine.run(step, [&] { backend->ffn_in(mine.layers[1].ffn_in, step, *mine.x, *mine.h); });
    truth.run(step, [&] { reference->ffn_in(truth.layers[1].ffn_in, step, *truth.x, *truth.h); });
    allowed.clear();
    for (int t = 0; t < rows; ++t) {
      const double in = normed_norm(x.data() + t * hidden, weights.ffn_norm, shape.rms_norm_eps);
      for (int i = 0; i < shape.intermediate_size; ++i) {
        const auto size = [&](const Matrix& weight, const Matrix& bias) {
          return norm_of(weight.row(i), hidden) * in +
                 (bias.empty() ? 0 : std::abs(bias.values[static_cast<std::size_t>(i)]));
        };
        // |silu(g)| <= |g|, its slope is below 1.1, and both factors are bounded by their sizes
        const double gate = size(weights.gate, weights.gate_bias);
        const double up = size(weights.up, weights.up_bias);
        allowed.push_back((1.1 + 1) * 2 * roundings(hidden) * gate * up + 1e-30);
      }
    }
    compare(mine.read(*mine.h, rows), truth.read(*truth.h, rows), allowed, "ffn_in");

    // logits
    mine.run(step, [&] { backend->logits(*mine.norm, *mine.head, step, *mine.x, *mine.logits); });
    truth.run(step,
              [&] { reference->logits(*truth.norm, *truth.head, step, *truth.x, *truth.logits); });
    allowed.clear();
    for (const std::int32_t row : values.logit_rows) {
      const double in = normed_norm(x.data() + row * hidden, model.norm, shape.rms_norm_eps);
      for (int i = 0; i < shape.vocab_size; ++i)
        allowed.push_back(2 * roundings(hidden) * norm_of(model.head.row(i), hidden) * in);
    }
    const auto count = static_cast<std::int64_t>(values.logit_rows.size());
    compare(mine.read(*mine.logits, count), truth.read(*truth.logits, count), allowed, "logits");
    if (QTest::currentTestFailed()) return;
  }
}

void BackendConformanceTest::rows_do_not_depend_on_company_data() { backends(); }

// The same 300 tokens in one step, in pieces of random sizes, one by one at the end, in other cells
// and beside another sequence: the same logits and the same cache, bit for bit.
void BackendConformanceTest::rows_do_not_depend_on_company() {
  QFETCH(int, index);
  const auto backend = open(backends_under_test()[static_cast<std::size_t>(index)].options);
  const auto single = open({"cpu", 1, backend->info().instruction_set});
  Random random;
  for (int round = 0; round < 2; ++round) {
    LlamaShape shape = random_shape(random);
    // Long enough that the multiplication is cut into slices, the rows into blocks.
    if (round == 0) shape.intermediate_size = 1100 + random.between(0, 40);
    const DType precision = random.one_of({DType::f32, DType::f16, DType::bf16});
    const DType cache_type = random.one_of({DType::f32, DType::f16});
    const ModelValues model = random_model(random, shape, precision, random.coin());
    constexpr int length = 300;
    constexpr int cells = 2 * length + 50;
    std::vector<int> tokens;
    for (int p = 0; p < length; ++p) tokens.push_back(random.between(0, shape.vocab_size - 1));

    const auto step_of = [&](int from, int to, const SequenceSpan& span) {
      StepValues values;
      values.sequences = {span};
      for (int p = from; p < to; ++p) {
        values.logit_rows.push_back(p - from);
        values.rows.push_back({tokens[static_cast<std::size_t>(p)], p, 0});
      }
      fill_rope(values, shape);
      return values;
    };
    // On one thread, at once.
    Runner whole(*single, model, length, cells, cache_type);
    const SequenceSpan plain{0, 0, 0};
    whole.forward(step_of(0, length, plain));
    const auto want = whole.read(*whole.logits, length);
    const auto want_row = [&](int row) {
      const auto begin = want.begin() + static_cast<std::ptrdiff_t>(row) * shape.vocab_size;
      return std::vector<float>(begin, begin + shape.vocab_size);
    };

    // On the backend under test, at once and in pieces, in other cells.
    const SequenceSpan split{random.between(300, 340), random.between(0, 280), 5};
    for (const bool at_once : {true, false}) {
      Runner other(*backend, model, length, cells, cache_type);
      int done = 0;
      while (done < length) {
        const int rest = length - done;
        const int count = at_once ? length : rest < 20 ? 1 : random.between(1, std::min(rest, 120));
        other.forward(step_of(done, done + count, split));
        const auto got = other.read(*other.logits, count);
        for (int r = 0; r < count; ++r) {
          const std::vector<float> row(got.begin() + r * shape.vocab_size,
                                       got.begin() + (r + 1) * shape.vocab_size);
          QVERIFY2(same_bits(row, want_row(done + r)),
                   qPrintable(QString("position %1 in a step of %2").arg(done + r).arg(count)));
        }
        done += count;
      }
      for (int p = 0; p < length; p += 7)
        QVERIFY(same_bits(other.cell(1, split.cell_of(p)), whole.cell(1, p)));

      // Two sequences over the shared prefix, side by side in one step: the first goes on as
      // before.
      StepValues pair;
      const int prefix = 280;
      const SequenceSpan shared{0, prefix, prefix};
      Runner both(*backend, model, length, cells, cache_type);
      both.forward(step_of(0, prefix, shared));
      pair.sequences = {shared, {0, prefix, 400}};
      for (int p = prefix; p < prefix + 3; ++p) {
        pair.rows = {{tokens[static_cast<std::size_t>(p)], p, 0}, {1, p, 1}};
        pair.logit_rows = {0, 1};
        pair.cosines.clear();
        pair.sines.clear();
        fill_rope(pair, shape);
        both.forward(pair);
        QVERIFY(same_bits(both.read(*both.logits, 1), want_row(p)));
      }
    }
  }
}

void BackendConformanceTest::instruction_sets_agree_bit_for_bit() {
  const auto sets = cpu_instruction_sets();
  if (sets.size() < 2) QSKIP("this processor runs one instruction set only");
  Random random;
  for (int round = 0; round < 6; ++round) {
    const LlamaShape shape = random_shape(random);
    const DType precision = random.one_of({DType::f32, DType::f16, DType::bf16});
    const DType cache_type = random.one_of({DType::f32, DType::f16, DType::bf16});
    const ModelValues model = random_model(random, shape, precision, random.coin());
    const int rows = random.one_of({1, 5, 40, 110});
    const StepValues values = [&] {
      StepValues made;
      made.sequences = {{0, 0, 0}};
      for (int p = 0; p < rows; ++p) {
        made.rows.push_back({random.between(0, shape.vocab_size - 1), p, 0});
        made.logit_rows.push_back(p);
      }
      fill_rope(made, shape);
      return made;
    }();
    std::vector<float> first;
    for (const std::string& set : sets) {
      const auto backend = open({"cpu", 2, set});
      QCOMPARE(backend->info().instruction_set, set);
      Runner runner(*backend, model, rows, rows, cache_type);
      runner.forward(values);
      const auto logits = runner.read(*runner.logits, rows);
      if (first.empty())
        first = logits;
      else
        QVERIFY(same_bits(first, logits));
    }
  }
}

void BackendConformanceTest::copies_and_reads_cells_data() {
  backends();
  QTest::newRow("reference") << -1;
}

void BackendConformanceTest::copies_and_reads_cells() {
  QFETCH(int, index);
  const auto backend = index < 0
                           ? open_reference()
                           : open(backends_under_test()[static_cast<std::size_t>(index)].options);
  Random random;
  const LlamaShape shape = random_shape(random);
  const ModelValues model = random_model(random, shape, DType::f32, false);
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

void BackendConformanceTest::refuses_bad_steps_data() {
  backends();
  QTest::newRow("reference") << -1;
}

void BackendConformanceTest::refuses_bad_steps() {
  QFETCH(int, index);
  const auto backend = index < 0
                           ? open_reference()
                           : open(backends_under_test()[static_cast<std::size_t>(index)].options);
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

void BackendConformanceTest::refuses_more_memory_than_there_is_data() { backends(); }

void BackendConformanceTest::refuses_more_memory_than_there_is() {
  QFETCH(int, index);
  const auto backend = open(backends_under_test()[static_cast<std::size_t>(index)].options);
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

QTEST_APPLESS_MAIN(BackendConformanceTest)
#include "backend_conformance_test.moc"
