// Every backend against the scalar reference, stage by stage; how far apart they may be is derived
// from the bounds of rounding_bounds.h.
#include <QtTest>
#include <algorithm>
#include <cmath>

#include "tests/kernels/rounding_bounds.h"
#include "tests/kernels/testing.h"

using namespace cria::kernels;
using namespace cria::kernels::testing;

namespace {

constexpr int history = 5;  // positions that a first step has put into the cache

/// Two sequences that share the history, in rows mixed at random.
StepValues random_step(Random& random, const LlamaShape& shape, int rows) {
  StepValues step;
  step.sequences = {{0, history, history}, {0, history, history + rows}};
  int next[2] = {history, history};
  for (int t = 0; t < rows; ++t) {
    const int sequence = random.between(0, 1);
    step.rows.push_back({random.between(0, shape.vocab_size - 1), next[sequence]++, sequence});
    if (random.between(0, 2) == 0) step.logit_rows.push_back(t);
  }
  fill_rope(step, shape);
  return step;
}

void compare(const std::vector<float>& got, const std::vector<float>& want,
             const std::vector<double>& allowed, const char* what) {
  QCOMPARE(got.size(), want.size());
  QCOMPARE(got.size(), allowed.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double off = std::abs(static_cast<double>(got[i]) - static_cast<double>(want[i]));
    if (!(off <= allowed[i]))
      QFAIL(qPrintable(QString("%1[%2]: %3, expected %4, off by %5, allowed %6")
                           .arg(what)
                           .arg(i)
                           .arg(static_cast<double>(got[i]), 0, 'g', 9)
                           .arg(static_cast<double>(want[i]), 0, 'g', 9)
                           .arg(off)
                           .arg(allowed[i])));
  }
}

/// One step on the backend under test and on the reference, a stage of layer 1 at a time.
class Pair {
 public:
  Pair(Backend& backend, Backend& reference, const ModelValues& model, int max_rows, int cells,
       DType cache_type)
      : mine(backend, model, max_rows, cells, cache_type),
        truth(reference, model, max_rows, cells, cache_type),
        shape_(model.shape),
        weights_(model.layers[1]) {}

  void forward(const StepValues& values) {
    mine.forward(values);
    truth.forward(values);
  }

  void start(const StepValues& values, std::vector<float> x) {
    values_ = &values;
    rows_ = static_cast<int>(values.rows.size());
    x_ = std::move(x);
  }

  void check_embed();
  void check_attention_in();
  void check_attend();
  void check_attention_out(const std::vector<float>& in);
  void check_ffn_in();
  void check_ffn_out(const std::vector<float>& in);
  void check_logits();

  Runner mine;
  Runner truth;

 private:
  /// Runs stage(runner, step) on both sides.
  template <typename Stage>
  void run(const Stage& stage) {
    const Step step = values_->step(shape_);
    for (Runner* runner : {&mine, &truth}) runner->run(step, [&] { stage(*runner, step); });
  }
  void write_x() {
    mine.backend.write(*mine.x, x_);
    truth.backend.write(*truth.x, x_);
  }
  In normed_row(int row, const Matrix& norm) const {
    return normed(x_.data() + static_cast<std::int64_t>(row) * shape_.hidden_size, norm,
                  static_cast<double>(shape_.rms_norm_eps), mine.model.precision);
  }
  int cell_of(const Row& row, int position) const {
    return values_->sequences[static_cast<std::size_t>(row.sequence)].cell_of(position);
  }
  double rotated_tolerance(const Matrix& weight, const Matrix& bias, int out, const In& in) const;
  double attend_tolerance(const Row& row, int head, const float* query) const;
  void check_sum(const char* what, const Matrix& weight, const Matrix& bias,
                 const std::vector<float>& in);

  const LlamaShape& shape_;
  const LayerValues& weights_;
  const StepValues* values_ = nullptr;
  int rows_ = 0;
  std::vector<float> x_;
};

void Pair::check_embed() {
  run([](Runner& on, const Step& step) { on.backend.embed(*on.embedding, step, *on.x); });
  QVERIFY(same_bits(mine.read(*mine.x, rows_), truth.read(*truth.x, rows_)));
}

// A rotated element mixes two of a head.
double Pair::rotated_tolerance(const Matrix& weight, const Matrix& bias, int out,
                               const In& in) const {
  const int half = shape_.rotary_dim / 2;
  const int within = out % shape_.head_dim;
  const double error = product_error(weight, bias, out, in);
  if (within >= 2 * half) return error;
  return 2 * (error + product_error(weight, bias, within < half ? out + half : out - half, in));
}

void Pair::check_attention_in() {
  write_x();
  run([](Runner& on, const Step& step) {
    on.backend.attention_in(on.layers[1].attention_in, step, *on.x, *on.q, *on.cache, 1);
  });
  std::vector<double> allowed;
  for (int t = 0; t < rows_; ++t) {
    const In in = normed_row(t, weights_.attention_norm);
    for (int i = 0; i < shape_.query_size(); ++i)
      allowed.push_back(rotated_tolerance(weights_.q, weights_.q_bias, i, in));
  }
  compare(mine.read(*mine.q, rows_), truth.read(*truth.q, rows_), allowed, "q");
  for (int t = 0; t < rows_; ++t) {
    const Row& row = values_->rows[static_cast<std::size_t>(t)];
    const int cell = cell_of(row, row.position);
    const auto want = truth.cell(1, cell);
    const In in = normed_row(t, weights_.attention_norm);
    allowed.clear();
    for (int i = 0; i < shape_.key_value_size(); ++i)
      allowed.push_back(rotated_tolerance(weights_.k, weights_.k_bias, i, in));
    for (int i = 0; i < shape_.key_value_size(); ++i)
      allowed.push_back(product_error(weights_.v, weights_.v_bias, i, in));
    for (std::size_t i = 0; i < allowed.size(); ++i)
      allowed[i] +=
          cache_rounding(std::abs(static_cast<double>(want[i])) + allowed[i], mine.cache->type());
    compare(mine.cell(1, cell), want, allowed, "cache");
  }
}

// The two caches differ by what attention_in may differ by, so the tolerance takes that in. exp
// turns an absolute error of a score into a relative one of its weight, twice: in the weight and in
// the total. The sums run over the positions one by one.
double Pair::attend_tolerance(const Row& row, int head, const float* query) const {
  const int group = shape_.num_attention_heads / shape_.num_key_value_heads;
  const int at = head / group * shape_.head_dim;
  const double query_norm = norm_of(query, shape_.head_dim);
  double score_error = 0;
  double value_error = 0;
  double value_size = 0;
  for (int p = 0; p <= row.position; ++p) {
    const auto want = truth.cell(1, cell_of(row, p));
    const auto got = mine.cell(1, cell_of(row, p));
    double key_difference = 0;
    for (int i = at; i < at + shape_.head_dim; ++i) {
      const auto k = static_cast<std::size_t>(i);
      const auto v = static_cast<std::size_t>(shape_.key_value_size()) + k;
      key_difference += std::pow(static_cast<double>(want[k]) - static_cast<double>(got[k]), 2);
      value_error = std::max(value_error,
                             std::abs(static_cast<double>(want[v]) - static_cast<double>(got[v])));
      value_size = std::max(value_size, std::abs(static_cast<double>(want[v])));
    }
    const double key_norm = norm_of(want.data() + at, shape_.head_dim);
    score_error = std::max(
        score_error, query_norm * static_cast<double>(shape_.attention_scale) *
                         (std::sqrt(key_difference) + 2 * roundings(shape_.head_dim) * key_norm));
  }
  return value_error + value_size * (std::expm1(2 * score_error) + 2 * (row.position + 16) * eps);
}

void Pair::check_attend() {
  const auto q = truth.read(*truth.q, rows_);
  mine.backend.write(*mine.q, q);
  run([](Runner& on, const Step& step) { on.backend.attend(step, *on.q, *on.cache, 1, *on.a); });
  std::vector<double> allowed;
  for (int t = 0; t < rows_; ++t)
    for (int head = 0; head < shape_.num_attention_heads; ++head) {
      const float* query = q.data() + t * shape_.query_size() + head * shape_.head_dim;
      allowed.insert(allowed.end(), static_cast<std::size_t>(shape_.head_dim),
                     attend_tolerance(values_->rows[static_cast<std::size_t>(t)], head, query));
    }
  compare(mine.read(*mine.a, rows_), truth.read(*truth.a, rows_), allowed, "attend");
}

/// After a stage that does x += W in.
void Pair::check_sum(const char* what, const Matrix& weight, const Matrix& bias,
                     const std::vector<float>& in) {
  std::vector<double> allowed;
  for (int t = 0; t < rows_; ++t)
    for (int i = 0; i < shape_.hidden_size; ++i) {
      const In given{norm_of(in.data() + t * weight.cols, weight.cols), {}};
      const auto at = static_cast<std::size_t>(t) * static_cast<std::size_t>(shape_.hidden_size) +
                      static_cast<std::size_t>(i);
      allowed.push_back(product_error(weight, bias, i, given) +
                        2 * eps * std::abs(static_cast<double>(x_[at])));
    }
  compare(mine.read(*mine.x, rows_), truth.read(*truth.x, rows_), allowed, what);
}

void Pair::check_attention_out(const std::vector<float>& in) {
  write_x();
  for (Runner* runner : {&mine, &truth}) runner->backend.write(*runner->a, in);
  run([](Runner& on, const Step& step) {
    on.backend.attention_out(on.layers[1].o, step, *on.a, *on.x);
  });
  check_sum("attention_out", weights_.o, weights_.o_bias, in);
}

void Pair::check_ffn_out(const std::vector<float>& in) {
  write_x();
  for (Runner* runner : {&mine, &truth}) runner->backend.write(*runner->h, in);
  run([](Runner& on, const Step& step) {
    on.backend.ffn_out(on.layers[1].down, step, *on.h, *on.x);
  });
  check_sum("ffn_out", weights_.down, weights_.down_bias, in);
}

// |silu(g)| <= |g|, its slope is below 1.1, and both factors are bounded by their sizes; silu and
// the product add a few roundings.
void Pair::check_ffn_in() {
  write_x();
  run([](Runner& on, const Step& step) {
    on.backend.ffn_in(on.layers[1].ffn_in, step, *on.x, *on.h);
  });
  std::vector<double> allowed;
  for (int t = 0; t < rows_; ++t) {
    const In in = normed_row(t, weights_.ffn_norm);
    for (int i = 0; i < shape_.intermediate_size; ++i) {
      const double gate = product_size(weights_.gate, weights_.gate_bias, i, in.norm);
      const double up = product_size(weights_.up, weights_.up_bias, i, in.norm);
      const double gate_error = product_error(weights_.gate, weights_.gate_bias, i, in);
      const double up_error = product_error(weights_.up, weights_.up_bias, i, in);
      allowed.push_back(1.1 * gate_error * (up + up_error) + gate * up_error +
                        16 * eps * gate * up);
    }
  }
  compare(mine.read(*mine.h, rows_), truth.read(*truth.h, rows_), allowed, "ffn_in");
}

void Pair::check_logits() {
  write_x();
  run([](Runner& on, const Step& step) {
    on.backend.logits(*on.norm, *on.head, step, *on.x, *on.logits);
  });
  const ModelValues& model = mine.model;
  std::vector<double> allowed;
  for (const std::int32_t row : values_->logit_rows) {
    const In in = normed_row(row, model.norm);
    for (int i = 0; i < shape_.vocab_size; ++i)
      allowed.push_back(product_error(model.head, {}, i, in));
  }
  const auto count = static_cast<std::int64_t>(values_->logit_rows.size());
  compare(mine.read(*mine.logits, count), truth.read(*truth.logits, count), allowed, "logits");
}

}  // namespace

class BackendConformanceTest : public QObject {
  Q_OBJECT

 private slots:
  void stages_match_reference_data() { backend_rows(); }
  void stages_match_reference();
  void long_attention_matches_reference_data() { backend_rows(); }
  void long_attention_matches_reference();
};

void BackendConformanceTest::stages_match_reference() {
  QFETCH(int, index);
  const auto backend = open_row(index);
  const auto reference = open_reference();
  Random random;
  // Every format in a short step and in a long one.
  const auto formats = backend->info().precisions;
  const int rounds = rounds_of_row(index, 4 * static_cast<int>(formats.size()));
  for (int round = 0; round < rounds && !QTest::currentTestFailed(); ++round) {
    const LlamaShape shape = random_shape(random);
    const WeightFormat precision = formats[static_cast<std::size_t>(round / 2) % formats.size()];
    const DType cache_type = random.one_of({DType::f32, DType::f16, DType::bf16});
    const bool biases = random.coin();
    const int rows =
        round % 2 == 0 ? random.one_of({1, 2, random.between(3, 8)}) : random.between(9, 40);
    qInfo("hidden %d, intermediate %d, heads %d/%d x %d (rotary %d), T %d, %s, cache %s, biases %d",
          shape.hidden_size, shape.intermediate_size, shape.num_attention_heads,
          shape.num_key_value_heads, shape.head_dim, shape.rotary_dim, rows,
          name_of(precision).data(), name_of(cache_type).data(), biases);
    const ModelValues model = random_model(random, shape, precision, biases);
    Pair pair(*backend, *reference, model, std::max(rows, history), history + 2 * rows, cache_type);

    StepValues first;
    first.sequences = {{0, history, history}};
    for (int p = 0; p < history; ++p) first.rows.push_back({p % shape.vocab_size, p, 0});
    fill_rope(first, shape);
    pair.forward(first);

    const StepValues values = random_step(random, shape, rows);
    pair.start(values, random.normals(rows * shape.hidden_size, 2));
    pair.check_embed();
    pair.check_attention_in();
    pair.check_attend();
    pair.check_attention_out(random.normals(rows * shape.query_size(), 1));
    pair.check_ffn_in();
    pair.check_ffn_out(random.normals(rows * shape.intermediate_size, 1));
    pair.check_logits();
  }
}

// Past the length that a backend may look at as one piece, and about its borders.
void BackendConformanceTest::long_attention_matches_reference() {
  QFETCH(int, index);
  const auto backend = open_row(index);
  const auto reference = open_reference();
  Random random;
  LlamaShape shape = random_shape(random);
  shape.num_key_value_heads = random.between(1, 2);
  shape.num_attention_heads = shape.num_key_value_heads * random.between(1, 9);
  shape.head_dim = 2 * random.between(1, 20);
  shape.rotary_dim = shape.head_dim;
  shape.attention_scale = 1 / std::sqrt(static_cast<float>(shape.head_dim));
  shape.hidden_size = 24;
  const ModelValues model = random_model(random, shape, WeightFormat::f32, false);
  constexpr int length = 800;
  const SequenceSpan span{100, random.between(1, 700), 950};
  Pair pair(*backend, *reference, model, length, 1800, DType::f32);
  StepValues all;
  all.sequences = {span};
  for (int p = 0; p < length; ++p) all.rows.push_back({0, p, 0});
  fill_rope(all, shape);
  pair.start(all, random.normals(length * shape.hidden_size, 2));
  pair.check_attention_in();
  // The last of the long step's queries serve as queries of chosen positions.
  StepValues some;
  some.sequences = {span};
  for (const int p : {0, 127, 128, 255, 256, 511, 512, random.between(513, 798), 799})
    some.rows.push_back({0, p, 0});
  fill_rope(some, shape);
  pair.start(some, {});
  pair.check_attend();
}

QTEST_APPLESS_MAIN(BackendConformanceTest)
#include "backend_conformance_test.moc"
