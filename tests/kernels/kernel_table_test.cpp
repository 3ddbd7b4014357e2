// The inner loops that the stages only show through others: exp, and the agreement of dot and gemm.
#include "kernels/cpu/kernel_table.h"

#include <QtTest>
#include <bit>
#include <cmath>
#include <limits>

#include "kernels/cpu/processor.h"
#include "tests/kernels/testing.h"

using namespace cria::kernels;
using namespace cria::kernels::cpu;
using namespace cria::kernels::testing;

class KernelTableTest : public QObject {
  Q_OBJECT

 private slots:
  void exponential_is_accurate();
  void silu_goes_to_its_limits();
  void dot_and_gemm_agree();
  void reads_and_writes_no_further();
};

// Every 1009th float of the whole range, so that each exponent is met thousands of times.
void KernelTableTest::exponential_is_accurate() {
  std::vector<float> x;
  for (std::uint32_t bits = 0; bits < 0x7F800000U; bits += 1009) {
    const float value = std::bit_cast<float>(bits);
    x.insert(x.end(), {value, -value});
  }
  const auto n = static_cast<std::int64_t>(x.size());
  std::vector<float> first;
  for (const KernelTable* table : runnable_kernels()) {
    std::vector<float> y(x.size());
    table->exponential(x.data(), n, y.data());
    const float limit = 88;
    float most = 0;
    table->exponential(&limit, 1, &most);
    double worst = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (x[i] > 88) {
        QCOMPARE(y[i], most);
        continue;
      }
      if (x[i] < -87.3F) {
        QCOMPARE(y[i], 0.0F);
        continue;
      }
      const double want = std::exp(static_cast<double>(x[i]));
      worst = std::max(worst, std::abs(static_cast<double>(y[i]) - want) / want);
    }
    qInfo("%s: largest relative error %.3g", table->instruction_set, worst);
    QVERIFY(worst <= 2 * 0x1p-23);
    if (first.empty()) first = y;
    QVERIFY(same_bits(first, y));
    const float nan = std::numeric_limits<float>::quiet_NaN();
    float out = 0;
    table->exponential(&nan, 1, &out);
    QVERIFY(std::isnan(out));
  }
}

void KernelTableTest::silu_goes_to_its_limits() {
  for (const KernelTable* table : runnable_kernels()) {
    const float gate[] = {-1e30F, -200, -88, -1, 0, 1, 50, 1e30F};
    const float up[] = {2, 2, 2, 2, 2, 2, 2, 2};
    float out[8];
    table->silu_times(gate, up, 8, out);
    for (int i = 0; i < 8; ++i) {
      const double g = static_cast<double>(gate[i]);
      const double want = 2 * g / (1 + std::exp(-g));
      const double allowed = 4 * 0x1p-23 * std::abs(want) + std::abs(g) * 2 / std::exp(88.0) * 1.01;
      QVERIFY(std::abs(static_cast<double>(out[i]) - want) <= allowed);
    }
  }
}

void KernelTableTest::dot_and_gemm_agree() {
  Random random;
  for (int round = 0; round < 30; ++round) {
    const std::int64_t k = random.one_of({random.between(1, 40), random.between(500, 1100)});
    const std::int64_t stride = (k + 15) / 16 * 16;
    const int weight_rows = random.between(1, 21);
    const int x_rows = random.between(1, 20);
    const auto weights = random.normals(weight_rows * k, 1);
    std::vector<float> x(static_cast<std::size_t>(x_rows * stride));
    for (int r = 0; r < x_rows; ++r)
      for (std::int64_t i = 0; i < k; ++i)
        x[static_cast<std::size_t>(r * stride + i)] = random.normal(1);
    const int y_stride = 24;
    std::vector<float> first;
    for (const KernelTable* table : runnable_kernels())
      for (const bool packed : {false, true}) {
        std::vector<float> y(static_cast<std::size_t>(x_rows * y_stride));
        if (packed) {
          std::vector<float> laid_out(x.size());
          for (int tile = 0; tile * table->row_tile < x_rows; ++tile) {
            std::vector<const float*> rows;
            for (int r = tile * table->row_tile; r < std::min(x_rows, (tile + 1) * table->row_tile);
                 ++r)
              rows.push_back(x.data() + r * stride);
            table->pack(rows.data(), static_cast<int>(rows.size()), k, x_rows, tile,
                        laid_out.data());
          }
          std::vector<float> scratch(static_cast<std::size_t>(gemm_scratch(k, x_rows)));
          table->gemm[0](weights.data(), k, weight_rows, laid_out.data(), x_rows, scratch.data(),
                         y.data(), y_stride);
        } else {
          table->dot[0](weights.data(), k, weight_rows, x.data(), stride, x_rows, y.data(),
                        y_stride);
        }
        std::vector<float> results;
        for (int r = 0; r < x_rows; ++r)
          results.insert(results.end(), y.begin() + r * y_stride,
                         y.begin() + r * y_stride + weight_rows);
        if (first.empty()) {
          first = results;
          for (int r = 0; r < x_rows; ++r)
            for (int n = 0; n < weight_rows; ++n) {
              double want = 0;
              double size = 0;
              for (std::int64_t i = 0; i < k; ++i) {
                const double product =
                    static_cast<double>(weights[static_cast<std::size_t>(n * k + i)]) *
                    static_cast<double>(x[static_cast<std::size_t>(r * stride + i)]);
                want += product;
                size += std::abs(product);
              }
              const float got = results.begin()[r * weight_rows + n];
              QVERIFY(std::abs(static_cast<double>(got) - want) <=
                      (static_cast<double>(k) / 16 + 5) * 0x1p-24 * size);
            }
        }
        QVERIFY(same_bits(first, results));
      }
  }
}

// Rows that end where the memory ends: the address sanitizer sees a read beyond, this test a write.
void KernelTableTest::reads_and_writes_no_further() {
  Random random;
  for (const KernelTable* table : runnable_kernels())
    for (int n = 1; n < 40; ++n) {
      const auto from = random.normals(n, 1);
      std::vector<std::uint16_t> halves(static_cast<std::size_t>(n) + 1, 0xABCD);
      QVERIFY(table->convert[0][1](from.data(), halves.data(), n));
      QCOMPARE(halves.back(), std::uint16_t{0xABCD});
      std::vector<std::uint16_t> exact(halves.begin(), halves.end() - 1);
      QVERIFY(table->finite[1](exact.data(), n));
      std::vector<float> back(static_cast<std::size_t>(n) + 1, 7.0F);
      QVERIFY(table->convert[1][0](exact.data(), back.data(), n));
      QCOMPARE(back.back(), 7.0F);
      std::vector<float> out(static_cast<std::size_t>(n) + 1, 7.0F);
      table->silu_times(from.data(), from.data(), n, out.data());
      QCOMPARE(out.back(), 7.0F);
    }
}

QTEST_APPLESS_MAIN(KernelTableTest)
#include "kernel_table_test.moc"
