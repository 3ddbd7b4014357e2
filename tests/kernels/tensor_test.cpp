// Weights as they come from files: borrowed or converted, and looked through for what is not
// finite.
#include <QtTest>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/half.h"
#include "tests/kernels/testing.h"

using namespace cria::kernels;
using namespace cria::kernels::testing;

namespace {

constexpr DType types[] = {DType::f32, DType::f16, DType::bf16};

float widen(std::uint32_t bits, DType type) {
  if (type == DType::f16) return f32_from_f16(static_cast<std::uint16_t>(bits));
  if (type == DType::bf16) return f32_from_bf16(static_cast<std::uint16_t>(bits));
  return std::bit_cast<float>(bits);
}

float rounded(float value, DType type) {
  if (type == DType::f16) return f32_from_f16(f16_from_f32(value));
  if (type == DType::bf16) return f32_from_bf16(bf16_from_f32(value));
  return value;
}

/// What a tensor holds, read back through embed(), which is exact.
std::vector<float> contents(Backend& backend, const Tensor& tensor) {
  LlamaShape shape;
  shape.vocab_size = static_cast<std::int32_t>(tensor.rows());
  shape.hidden_size = static_cast<std::int32_t>(tensor.cols());
  shape.num_attention_heads = shape.num_key_value_heads = 1;
  StepValues values;
  values.sequences = {{0, 0, 0}};
  for (std::int32_t r = 0; r < shape.vocab_size; ++r) values.rows.push_back({r, 0, 0});
  auto x = backend.make_buffer(tensor.rows(), tensor.cols());
  const Step step = values.step(shape);
  if (!backend.run(step, [&] { backend.embed(tensor, step, **x); })) return {};
  std::vector<float> all(static_cast<std::size_t>(tensor.rows() * tensor.cols()));
  backend.read(**x, all);
  return all;
}

}  // namespace

class TensorTest : public QObject {
  Q_OBJECT

 private slots:
  void converts_every_layout_data() { backend_rows(true); }
  void converts_every_layout();
  void takes_no_stride_along_one_data() { backend_rows(true); }
  void takes_no_stride_along_one();
  void converts_every_half_and_every_tie_data() { backend_rows(true); }
  void converts_every_half_and_every_tie();
  void quantises_as_the_reference_does_data() { backend_rows(); }
  void quantises_as_the_reference_does();
  void borrows_what_it_can_data() { backend_rows(); }
  void borrows_what_it_can();
  void refuses_what_is_not_finite_data() { backend_rows(true); }
  void refuses_what_is_not_finite();
  void refuses_what_is_too_large_data() { backend_rows(true); }
  void refuses_what_is_too_large();
  void names_the_first_of_several_data() { backend_rows(true); }
  void names_the_first_of_several();
};

// Contiguous, padded rows, transposed, transposed and padded; aligned or not; every pair of types.
void TensorTest::converts_every_layout() {
  QFETCH(int, index);
  const auto backend = open_row(index);
  Random random;
  for (const DType from : types)
    for (const DType to : types)
      for (int layout = 0; layout < 8; ++layout) {
        const std::int64_t rows = random.between(1, 70);
        const std::int64_t cols = random.between(1, 90);
        const std::int64_t gap = layout & 1 ? random.between(1, 9) : 0;
        const bool transposed = (layout & 2) != 0;
        const std::size_t shift = layout & 4 ? 1 : 0;
        const std::int64_t line = (transposed ? rows : cols) + gap;
        const std::int64_t lines = transposed ? cols : rows;
        auto storage = random.normals(lines * line, 3);
        storage[0] = 0x1p-20F;  // subnormal in f16
        storage.back() = -0.0F;
        const auto bytes = bytes_of(storage, from, shift);
        const TensorView view{bytes.data() + shift, from, rows, cols, transposed ? 1 : line,
                              transposed ? line : 1};
        const auto tensor = backend->make_tensor(view, format_of(to));
        QVERIFY2(tensor, tensor ? "" : tensor.error().message.c_str());
        QCOMPARE((*tensor)->rows(), rows);
        QCOMPARE((*tensor)->cols(), cols);
        QVERIFY((*tensor)->format() == format_of(to));
        QCOMPARE((*tensor)->bytes(), static_cast<std::size_t>(rows * cols) * size_of(to));
        std::vector<float> want;
        for (std::int64_t r = 0; r < rows; ++r)
          for (std::int64_t c = 0; c < cols; ++c)
            want.push_back(rounded(
                rounded(storage[static_cast<std::size_t>(transposed ? c * line + r : r * line + c)],
                        from),
                to));
        QVERIFY(same_bits(contents(*backend, **tensor), want));
      }
}

// A column, and a row, whose idle stride leads far out of memory; longer than a chunk.
void TensorTest::takes_no_stride_along_one() {
  QFETCH(int, index);
  const auto backend = open_row(index);
  Random random;
  const auto storage = random.normals(70000, 1);
  const auto* data = reinterpret_cast<const std::byte*>(storage.data());
  constexpr std::int64_t wild = std::int64_t{1} << 40;
  for (const bool column : {true, false}) {
    const TensorView view{data,
                          DType::f32,
                          column ? 70000 : 1,
                          column ? 1 : 70000,
                          column ? 1 : wild,
                          column ? wild : 1};
    for (const WeightFormat to : {WeightFormat::f32, WeightFormat::f16}) {
      const auto tensor = backend->make_tensor(view, to);
      QVERIFY2(tensor, tensor ? "" : tensor.error().message.c_str());
      QCOMPARE((*tensor)->rows(), view.rows);
    }
    for (const WeightFormat to : backend->info().precisions)
      if (is_quantised(to)) QVERIFY(backend->make_tensor(view, to));
  }
}

// All finite halves widened and narrowed back, and the middle of each two neighbours.
void TensorTest::converts_every_half_and_every_tie() {
  QFETCH(int, index);
  const auto backend = open_row(index);
  for (const DType type : {DType::f16, DType::bf16}) {
    const std::uint32_t infinity = type == DType::f16 ? 0x7C00 : 0x7F80;
    std::vector<float> all;
    for (std::uint32_t i = 0; i < infinity; ++i) {
      const float value = widen(i, type);
      all.insert(all.end(), {value, -value});
      if (i + 1 == infinity) continue;
      const auto middle = static_cast<float>(
          (static_cast<double>(value) + static_cast<double>(widen(i + 1, type))) / 2);
      all.insert(all.end(), {middle, -middle, std::nextafter(middle, 0.0F),
                             std::nextafter(middle, std::numeric_limits<float>::infinity())});
    }
    const auto cols = static_cast<std::int64_t>(all.size());
    const auto narrowed = backend->make_tensor(
        TensorView::contiguous(all.data(), DType::f32, 1, cols), format_of(type));
    QVERIFY(narrowed);
    std::vector<float> want;
    want.reserve(all.size());
    for (const float value : all) want.push_back(rounded(value, type));
    QVERIFY(same_bits(contents(*backend, **narrowed), want));
    const auto halves = bytes_of(want, type);
    const auto widened = backend->make_tensor(TensorView::contiguous(halves.data(), type, 1, cols),
                                              WeightFormat::f32);
    QVERIFY(widened);
    QVERIFY(same_bits(contents(*backend, **widened), want));
  }
}

// Rows of every length modulo a block, of weights of every size, in every type and layout.
void TensorTest::quantises_as_the_reference_does() {
  QFETCH(int, index);
  const auto backend = open_row(index);
  const auto reference = open_reference();
  Random random;
  for (const WeightFormat to : {WeightFormat::q8, WeightFormat::q4})
    for (const DType from : types)
      for (const bool transposed : {false, true}) {
        const std::int64_t rows = random.between(1, 40);
        const std::int64_t cols = random.between(1, 300);
        auto values = random.normals(rows * cols, 1);
        for (float& value : values)
          value = std::ldexp(value, random.one_of({0, 0, 0, -3, -14, -26, -40, 10}));
        if (random.coin())
          std::fill_n(values.begin(), std::min<std::int64_t>(rows * cols, 64), 0.0F);
        const auto bytes = bytes_of(values, from);
        const TensorView view{bytes.data(),         from, rows, cols, transposed ? 1 : cols,
                              transposed ? rows : 1};
        const auto tensor = backend->make_tensor(view, to);
        QVERIFY2(tensor, tensor ? "" : tensor.error().message.c_str());
        QVERIFY((*tensor)->format() == to);
        QVERIFY((*tensor)->bytes() >= weight_bytes(to, rows, cols));
        const auto truth = reference->make_tensor(view, to);
        QVERIFY(truth);
        // The sign of a zero means nothing.
        QVERIFY(contents(*backend, **tensor) == contents(*reference, **truth));
      }
}

void TensorTest::borrows_what_it_can() {
  QFETCH(int, index);
  const auto backend = open_row(index);
  Random random;
  const auto values = random.normals(12 * 10, 1);
  for (const DType type : types) {
    const auto bytes = bytes_of(values, type);
    const auto borrows = [&](const TensorView& view, DType precision) {
      const auto tensor = backend->make_tensor(view, format_of(precision));
      return tensor && (*tensor)->borrows();
    };
    const TensorView plain = TensorView::contiguous(bytes.data(), type, 12, 10);
    QVERIFY(borrows(plain, type));
    QVERIFY(!borrows(plain, type == DType::f32 ? DType::f16 : DType::f32));
    QVERIFY(!borrows({bytes.data(), type, 10, 12, 1, 10}, type));
    QVERIFY(!borrows({bytes.data(), type, 12, 9, 10, 1}, type));
    const auto shifted = bytes_of(values, type, 1);
    QVERIFY(!borrows(TensorView::contiguous(shifted.data() + 1, type, 12, 10), type));
  }
}

void TensorTest::refuses_what_is_not_finite() {
  QFETCH(int, index);
  const auto backend = open_row(index);
  Random random;
  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (const DType from : types)
    for (const DType to : types)
      for (const float bad : {infinity, -infinity, std::numeric_limits<float>::quiet_NaN()}) {
        const std::int64_t rows = random.between(1, 40);
        const std::int64_t cols = random.between(1, 4000);
        auto values = random.normals(rows * cols, 1);
        const auto at = random.between(0, static_cast<int>(values.size()) - 1);
        values[static_cast<std::size_t>(at)] = bad;
        const auto bytes = bytes_of(values, from);
        const auto tensor = backend->make_tensor(
            TensorView::contiguous(bytes.data(), from, rows, cols), format_of(to));
        QVERIFY(!tensor);
        QVERIFY(tensor.error().kind == cria::ErrorKind::checkpoint);
        const QString message = QString::fromStdString(tensor.error().message);
        QVERIFY2(message.contains(QString("row %1, column %2").arg(at / cols).arg(at % cols)),
                 qPrintable(message));
        QVERIFY2(message.contains(std::isnan(bad) ? "NaN" : "infinite"), qPrintable(message));
      }
}

void TensorTest::refuses_what_is_too_large() {
  QFETCH(int, index);
  const std::int64_t cols = Random().between(2, 40);
  const auto backend = open_row(index);
  const auto make = [&](float value, DType to) {
    std::vector<float> values(static_cast<std::size_t>(3 * cols), 1.0F);
    values[static_cast<std::size_t>(cols + 1)] = value;
    return backend->make_tensor(TensorView::contiguous(values.data(), DType::f32, 3, cols),
                                format_of(to));
  };
  for (const float value : {65520.0F, -70000.0F, 3e38F}) {
    const auto tensor = make(value, DType::f16);
    QVERIFY(!tensor);
    const QString message = QString::fromStdString(tensor.error().message);
    QVERIFY2(message.contains("row 1, column 1") && message.contains("bf16 or f32"),
             qPrintable(message));
  }
  QVERIFY(make(65519.0F, DType::f16));
  QVERIFY(make(3e38F, DType::bf16));
  QVERIFY(!make(std::numeric_limits<float>::max(), DType::bf16));
  QVERIFY(make(std::numeric_limits<float>::max(), DType::f32));
}

void TensorTest::names_the_first_of_several() {
  QFETCH(int, index);
  const auto backend = open_row(index);
  Random random;
  for (const bool transposed : {false, true}) {
    constexpr std::int64_t rows = 300;
    constexpr std::int64_t cols = 1000;
    auto values = random.normals(rows * cols, 1);
    const std::int64_t row = random.between(10, 200);
    const auto spoil = [&](std::int64_t r, std::int64_t c) {
      values[static_cast<std::size_t>(transposed ? c * rows + r : r * cols + c)] = NAN;
    };
    spoil(row, 700);
    spoil(row, 999);
    spoil(row + 1, 0);
    spoil(299, 3);
    const TensorView view{reinterpret_cast<const std::byte*>(values.data()),
                          DType::f32,
                          rows,
                          cols,
                          transposed ? 1 : cols,
                          transposed ? rows : 1};
    for (const DType to : types) {
      const auto tensor = backend->make_tensor(view, format_of(to));
      QVERIFY(!tensor);
      QVERIFY2(QString::fromStdString(tensor.error().message)
                   .contains(QString("row %1, column 700").arg(row)),
               tensor.error().message.c_str());
    }
  }
}

QTEST_APPLESS_MAIN(TensorTest)
#include "tensor_test.moc"
