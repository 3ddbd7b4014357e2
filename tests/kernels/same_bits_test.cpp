// The inner loops give these bits on every processor: a change of them is a change of what a seed
// writes. The sums of bf16 weights are left out, as AVX-512 BF16 multiplies pairs of them.
#include <QtTest>
#include <bit>

#include "kernels/cpu/block_layout.h"
#include "kernels/cpu/kernel_table.h"
#include "kernels/cpu/processor.h"
#include "tests/kernels/block_rows.h"

using namespace cria::kernels;
using namespace cria::kernels::cpu;
using namespace cria::kernels::testing;

class SameBitsTest : public QObject {
  Q_OBJECT

 private slots:
  void elementwise();
  void conversions();
  void products_of_floats();
  void products_of_blocks();
  void attention();
};

namespace {

/// The same numbers in [-scale, scale) everywhere; no function of the C library is in them.
class Numbers {
 public:
  std::vector<float> operator()(std::int64_t count, float scale) {
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values) {
      state_ = state_ * 1664525U + 1013904223U;
      value = static_cast<float>(static_cast<std::int32_t>(state_)) * 0x1p-31F * scale;
    }
    return values;
  }

 private:
  std::uint32_t state_ = 1;
};

/// FNV-1a of all bytes.
class Fingerprint {
 public:
  template <typename T>
  void add(const std::vector<T>& values) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(values.data());
    for (std::size_t i = 0; i < values.size() * sizeof(T); ++i)
      hash_ = (hash_ ^ bytes[i]) * 0x100000001B3U;
  }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xCBF29CE484222325U;
};

template <typename Add>
void check(std::uint64_t want, Add add) {
  for (const KernelTable* table : runnable_kernels()) {
    Fingerprint got;
    add(*table, got);
    QVERIFY2(got.value() == want,
             qPrintable(QString("%1: %2").arg(table->instruction_set).arg(got.value())));
  }
}

std::vector<std::uint16_t> halves(const KernelTable& table, const std::vector<float>& values) {
  std::vector<std::uint16_t> result(values.size());
  table.convert[0][1](values.data(), result.data(), static_cast<std::int64_t>(values.size()));
  return result;
}

}  // namespace

void SameBitsTest::elementwise() {
  check(7914798794332052338U, [](const KernelTable& table, Fingerprint& bits) {
    Numbers numbers;
    constexpr int n = 2000;
    const auto x = numbers(n, 90);
    const auto weight = numbers(n, 2);
    std::vector<float> y(n);
    table.exponential(x.data(), n, y.data());
    bits.add(y);
    table.silu_times(x.data(), weight.data(), n, y.data());
    bits.add(y);
    table.rms_norm(x.data(), weight.data(), n, 1e-5F, y.data());
    bits.add(y);
  });
}

void SameBitsTest::conversions() {
  check(11005650604844934625U, [](const KernelTable& table, Fingerprint& bits) {
    Numbers numbers;
    for (const float scale : {1e-7F, 1.0F, 1e5F}) {
      const auto x = numbers(999, scale);
      for (const int to : {1, 2}) {
        std::vector<std::uint16_t> narrow(x.size());
        table.convert[0][to](x.data(), narrow.data(), 999);
        bits.add(narrow);
        std::vector<float> wide(x.size());
        table.convert[to][0](narrow.data(), wide.data(), 999);
        bits.add(wide);
      }
    }
  });
}

void SameBitsTest::products_of_floats() {
  check(18440058518675153292U, [](const KernelTable& table, Fingerprint& bits) {
    Numbers numbers;
    constexpr std::int64_t k = 2100;
    constexpr std::int64_t words = 2112;
    constexpr int rows = 33;
    constexpr int y_stride = 64;
    const auto weights = numbers(rows * k, 1);
    const auto narrow = halves(table, weights);
    for (const int x_rows : {1, 5, 40}) {
      std::vector<float> x;
      for (int r = 0; r < x_rows; ++r) {
        const auto row = numbers(k, 1);
        x.insert(x.end(), row.begin(), row.end());
        x.resize(x.size() + words - k);
      }
      std::vector<float> y(static_cast<std::size_t>(x_rows) * y_stride);
      table.dot[0](weights.data(), k, rows, x.data(), words, x_rows, Tuning::general, y.data(),
                   y_stride);
      bits.add(y);
      table.dot[1](narrow.data(), k, rows, x.data(), words, x_rows, Tuning::general, y.data(),
                   y_stride);
      bits.add(y);
    }
  });
}

void SameBitsTest::products_of_blocks() {
  check(1329216726397916771U, [](const KernelTable& table, Fingerprint& bits) {
    Numbers numbers;
    for (const WeightFormat format : {WeightFormat::q8, WeightFormat::q4}) {
      const BlockLayout layout{format, 1, 21};
      const std::int64_t k = layout.blocks * block_size;
      constexpr int x_rows = 5;
      const auto weights = numbers(16 * k, 1);
      std::vector<std::byte> memory(static_cast<std::size_t>(layout.bytes()));
      table.quantise_group[BlockLayout::index(format)](
          weights.data(), k, layout.blocks, reinterpret_cast<std::uint8_t*>(memory.data()));
      std::vector<float> rounded;
      for (std::int64_t i = 0; i < lanes * k; ++i)
        rounded.push_back(layout.at(memory.data(), i / k, i % k));
      bits.add(rounded);
      const auto x = numbers(x_rows * k, 3);
      std::vector<std::int8_t> values(x.size());
      std::vector<float> scales(x.size() / block_size);
      std::vector<std::int32_t> starts(scales.size());
      table.quantise_row(x.data(), x_rows * k, BlockLayout::offset(format), 1, values.data(),
                         scales.data(), starts.data());
      const LaidOutRows rows(table, format, layout.blocks, x_rows, values, scales, starts);
      std::vector<float> y(std::size_t{x_rows} * 16);
      table.block_product[BlockLayout::index(format)](layout.weights(memory.data(), 0, 1),
                                                      rows.rows(), Tuning::general, y.data(), 16);
      bits.add(y);
    }
  });
}

void SameBitsTest::attention() {
  check(1212791462478748733U, [](const KernelTable& table, Fingerprint& bits) {
    Numbers numbers;
    constexpr int group = 7;
    constexpr int width = 48;
    constexpr int cells = 320;
    const auto q = numbers(group * width, 2);
    const auto k = halves(table, numbers(cells * width, 1));
    const auto v = halves(table, numbers(cells * width, 1));
    std::vector<float> largest(2 * group);
    std::vector<float> total(2 * group);
    std::vector<float> sums(std::size_t{2} * group * width);
    for (const int piece : {0, 1})
      table.attend[1]({q.data(), k.data(), v.data(), group, width, 16 + 5 * piece, 100, 150,
                       120 + piece, -1, 0.2F, largest.data() + piece * group,
                       total.data() + piece * group, sums.data() + piece * group * width});
    table.join(group, width, largest.data() + group, total.data() + group,
               sums.data() + group * width, largest.data(), total.data(), sums.data());
    bits.add(largest);
    bits.add(total);
    bits.add(sums);
  });
}

QTEST_APPLESS_MAIN(SameBitsTest)
#include "same_bits_test.moc"
