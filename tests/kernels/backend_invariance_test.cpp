// A row's result does not depend on what else is in the step, on threads, cells or instruction set.
#include <QtTest>

#include "tests/kernels/testing.h"

using namespace cria::kernels;
using namespace cria::kernels::testing;

class BackendInvarianceTest : public QObject {
  Q_OBJECT

 private slots:
  void rows_do_not_depend_on_company_data() { backend_rows(); }
  void rows_do_not_depend_on_company();
  void instruction_sets_agree_bit_for_bit();
};

// The same 300 tokens in one step, in pieces of random sizes, one by one at the end, in other cells
// and beside another sequence: the same logits and the same cache, bit for bit. Where a backend
// keeps that among short steps only, the one step is cut into the longest of them.
void BackendInvarianceTest::rows_do_not_depend_on_company() {
  QFETCH(int, index);
  const auto backend = open_row(index);
  const BackendInfo info = backend->info();
  const auto single =
      info.device == "cpu" ? open({"cpu", 1, info.instruction_set}) : open_row(index);
  const bool is_slow = rounds_of_row(index, 2) < 2;
  Random random;
  for (int round = 0; round < rounds_of_row(index, 2); ++round) {
    LlamaShape shape = random_shape(random);
    const WeightFormat precision = random_format(random, *backend);
    // Long enough that the multiplication is cut into slices, of pairs of numbers for bf16.
    if (round == 0)
      shape.intermediate_size =
          (precision == WeightFormat::bf16 ? 4200 : 2100) + random.between(0, 40);
    if (is_slow) {
      shape.num_hidden_layers = 1;
      shape.hidden_size = random.between(1, 40);
      shape.vocab_size = 10;
    }
    const DType cache_type = random.one_of({DType::f32, DType::f16});
    const ModelValues model = random_model(random, shape, precision, random.coin());
    const int length = is_slow ? 70 : 300;
    const int longest = std::min(length, info.alike_rows);
    constexpr int cells = 650;
    std::vector<int> tokens;
    tokens.reserve(length);
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
    std::vector<float> want;
    for (int done = 0; done < length; done += longest) {
      const int count = std::min(longest, length - done);
      whole.forward(step_of(done, done + count, plain));
      const auto part = whole.read(*whole.logits, count);
      want.insert(want.end(), part.begin(), part.end());
    }
    const int last = shape.num_hidden_layers - 1;
    const auto want_row = [&](int row) {
      const auto begin = want.begin() + static_cast<std::ptrdiff_t>(row) * shape.vocab_size;
      return std::vector<float>(begin, begin + shape.vocab_size);
    };

    // On the backend under test, at once and in pieces, in other cells.
    // The tail ends before the prefix begins, however short the prefix is.
    const SequenceSpan split{random.between(length + 5, 340), random.between(0, length - 20), 5};
    for (const bool at_once : {true, false}) {
      Runner other(*backend, model, length, cells, cache_type);
      int done = 0;
      while (done < length) {
        const int rest = length - done;
        const int count = at_once     ? std::min(rest, longest)
                          : rest < 20 ? 1
                                      : random.between(1, std::min({rest, longest, 120}));
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
        QVERIFY(same_bits(other.cell(last, split.cell_of(p)), whole.cell(last, p)));

      // Two sequences over the shared prefix, side by side in one step: the first goes on as
      // before.
      StepValues pair;
      const int prefix = length - 20;
      const SequenceSpan shared{0, prefix, prefix};
      Runner both(*backend, model, length, cells, cache_type);
      for (int p = 0; p < prefix; p += longest)
        both.forward(step_of(p, std::min(prefix, p + longest), shared));
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

void BackendInvarianceTest::instruction_sets_agree_bit_for_bit() {
  const auto all = backends_under_test();
  if (all.empty() || all.front().options.device != "cpu") QSKIP("of the cpu only");
  const auto sets = cpu_instruction_sets();
  if (sets.size() < 2) QSKIP("this processor runs one instruction set only");
  Random random;
  for (int round = 0; round < 6; ++round) {
    const LlamaShape shape = random_shape(random);
    const WeightFormat precision = random.one_of({WeightFormat::f32, WeightFormat::f16});
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

QTEST_APPLESS_MAIN(BackendInvarianceTest)
#include "backend_invariance_test.moc"
