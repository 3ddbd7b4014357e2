// The inner loops that the stages only show through others: exp, and the agreement of products.
#include "kernels/cpu/kernel_table.h"

#include <QtTest>
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>

#include "kernels/cpu/block_layout.h"
#include "kernels/cpu/processor.h"
#include "kernels/half.h"
#include "kernels/quantisation.h"
#include "kernels/tensor_value.h"
#include "tests/kernels/block_rows.h"
#include "tests/kernels/testing.h"

using namespace cria::kernels;
using namespace cria::kernels::cpu;
using namespace cria::kernels::testing;

class KernelTableTest : public QObject {
  Q_OBJECT

 private slots:
  void exponential_is_accurate();
  void silu_goes_to_its_limits();
  void products_agree();
  void quantises_as_defined();
  void whole_groups_take_the_bytes_that_are_planned();
  void block_products_are_exact();
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

/// Weights as a file stores them, and rows of activations, padded with zeros.
struct FloatProduct {
  DType type;
  std::int64_t k;
  int weight_rows;
  int x_rows;
  std::vector<std::byte> weights;
  std::vector<float> x;

  std::int64_t stride() const { return (k + 15) / 16 * 16; }

  static FloatProduct random(Random& random, DType type) {
    // Up to three slices, also where a word is a pair of numbers.
    const std::int64_t k = random.one_of(
        {random.between(1, 40), random.between(500, 1100), random.between(2040, 8300)});
    const int x_rows = random.one_of({1, random.between(2, 8), random.between(9, 33)});
    FloatProduct made{type, k, random.between(1, 40), x_rows, {}, {}};
    made.weights = bytes_of(random.normals(made.weight_rows * k, 1), type);
    made.x.resize(static_cast<std::size_t>(made.x_rows * made.stride()));
    for (int r = 0; r < made.x_rows; ++r)
      for (std::int64_t i = 0; i < k; ++i) {
        const float value = random.normal(1);
        // As backends take them for weights in bf16.
        made.x[static_cast<std::size_t>(r * made.stride() + i)] =
            type == DType::bf16 ? f32_from_bf16(bf16_from_f32(value)) : value;
      }
    return made;
  }

  double weight(int row, std::int64_t i) const {
    return static_cast<double>(
        value_of(weights.data() + (row * k + i) * static_cast<std::int64_t>(size_of(type)), type));
  }

  /// [x_rows][weight_rows], by `packed` or, where that is null, by dot.
  std::vector<float> by(const KernelTable& table, const PackedProduct* packed,
                        Tuning tuning) const {
    const int each = type == DType::bf16 ? table.bf16_each : 1;
    const std::int64_t words = (stride() / each + 15) / 16 * 16;
    std::vector<float> rows(static_cast<std::size_t>(x_rows * words));
    for (int r = 0; r < x_rows; ++r) {
      if (type == DType::bf16)
        table.round_to_bf16(x.data() + r * stride(), stride(), rows.data() + r * words);
      else
        std::copy_n(x.data() + r * stride(), words, rows.data() + r * words);
    }
    const int y_stride = (weight_rows + 31) / 32 * 32;
    std::vector<float> y(static_cast<std::size_t>(x_rows * y_stride));
    const auto index = static_cast<int>(type);
    if (packed != nullptr) {
      std::vector<float> laid_out(rows.size());
      const int tiles = gemm_tiles(x_rows, packed->tile_rows);
      for (int tile = 0; tile < tiles; ++tile) {
        const int first = gemm_tile_begin(x_rows, tiles, tile);
        std::vector<const float*> some;
        for (int r = first; r < gemm_tile_begin(x_rows, tiles, tile + 1); ++r)
          some.push_back(rows.data() + r * words);
        packed->pack(some.data(), static_cast<int>(some.size()), words,
                     laid_out.data() + first * words);
      }
      std::vector<float> scratch(product_scratch_floats);
      packed->multiply[index](weights.data(), k, weight_rows, laid_out.data(), x_rows,
                              scratch.data(), y.data(), y_stride);
    } else {
      table.dot[index](weights.data(), k, weight_rows, rows.data(), words, x_rows, tuning, y.data(),
                       y_stride);
    }
    std::vector<float> results;
    for (int r = 0; r < x_rows; ++r)
      results.insert(results.end(), y.begin() + r * y_stride,
                     y.begin() + r * y_stride + weight_rows);
    return results;
  }

  bool is_near(const std::vector<float>& results) const {
    for (int r = 0; r < x_rows; ++r)
      for (int n = 0; n < weight_rows; ++n) {
        double want = 0;
        double size = 0;
        for (std::int64_t i = 0; i < k; ++i) {
          const double product =
              weight(n, i) * static_cast<double>(x[static_cast<std::size_t>(r * stride() + i)]);
          want += product;
          size += std::abs(product);
        }
        const auto got = static_cast<double>(results.begin()[r * weight_rows + n]);
        if (std::abs(got - want) > (static_cast<double>(k) / 16 + 7) * 0x1p-24 * size) return false;
      }
    return true;
  }
};

// All products give the same bits, in all instruction sets that work on the same words.
void KernelTableTest::products_agree() {
  Random random;
  for (int round = 0; round < 30; ++round)
    for (const DType type : {DType::f32, DType::f16, DType::bf16}) {
      const FloatProduct product = FloatProduct::random(random, type);
      std::map<int, std::vector<float>> first;  // by the numbers in a word
      for (const KernelTable* table : runnable_kernels())
        for (const PackedProduct* packed :
             {static_cast<const PackedProduct*>(nullptr), &table->strips, &table->gemm}) {
          if (packed != nullptr && packed->multiply[0] == nullptr) continue;
          const int each = type == DType::bf16 ? table->bf16_each : 1;
          for (const Tuning tuning : {Tuning::general, Tuning::zen4}) {
            const std::vector<float> results = product.by(*table, packed, tuning);
            const auto [same, fresh] = first.emplace(each, results);
            if (fresh) QVERIFY2(product.is_near(results), table->instruction_set);
            QVERIFY2(same_bits(same->second, results), table->instruction_set);
          }
        }
    }
}

// Weights and activations become the numbers of the scalar definition.
void KernelTableTest::quantises_as_defined() {
  Random random;
  for (int round = 0; round < 40; ++round)
    for (const WeightFormat format : {WeightFormat::q8, WeightFormat::q4}) {
      const BlockLayout layout{format, 1, random.between(1, 9)};
      const std::int64_t stride = layout.blocks * block_size;
      auto rows = random.normals(16 * stride, random.one_of({1e-9F, 1e-7F, 0.02F, 1e4F}));
      for (float& value : rows)
        if (random.between(0, 9) == 0) value = random.one_of({0.0F, -0.0F, 0.25F, -0.25F});
      if (random.between(0, 3) == 0) std::fill_n(rows.begin(), stride, 0.0F);
      auto x = random.normals(random.between(1, 1500), random.one_of({1e-34F, 1.0F, 1e30F}));
      const std::size_t x_blocks = (x.size() + block_size - 1) / block_size;
      for (int special = random.between(0, 3); special > 0; --special) {
        const float value = random.one_of({0.0F, 1e-31F, std::numeric_limits<float>::infinity(),
                                           std::numeric_limits<float>::quiet_NaN(), -3e38F});
        const auto from =
            static_cast<std::size_t>(random.between(0, static_cast<int>(x.size()) - 1));
        const std::size_t count = random.between(0, 1) == 0 ? 1 : 40;
        for (std::size_t i = from; i < std::min(from + count, x.size()); ++i) x[i] = value;
      }
      std::vector<std::int8_t> want_values(x_blocks * block_size);
      std::vector<float> want_scales(x_blocks);
      quantise_activations(x, want_values, want_scales);
      for (const KernelTable* table : runnable_kernels()) {
        std::vector<std::byte> memory(static_cast<std::size_t>(layout.bytes()));
        table->quantise_group[BlockLayout::index(format)](
            rows.data(), stride, layout.blocks, reinterpret_cast<std::uint8_t*>(memory.data()));
        for (std::int64_t r = 0; r < 16; ++r) {
          const QuantisedRow want =
              quantise_row(std::span(rows).subspan(static_cast<std::size_t>(r * stride),
                                                   static_cast<std::size_t>(stride)),
                           format);
          QCOMPARE(layout.row_scale(memory.data(), r), want.scale);
          for (std::int64_t b = 0; b < layout.blocks; ++b) {
            const QuantisedBlock& block = want.blocks[static_cast<std::size_t>(b)];
            QCOMPARE(layout.scale(memory.data(), r, b), block.scale);
            for (std::int64_t i = 0; i < block_size; ++i)
              QCOMPARE(layout.value(memory.data(), r, b * block_size + i),
                       int{block.values[static_cast<std::size_t>(i)]});
          }
        }
        // The row stands somewhere in a tile whose other rows stay as they are.
        const int tile_rows = random.between(1, 4);
        const std::size_t each = static_cast<std::size_t>(tile_rows);
        std::vector<std::int8_t> values(x_blocks * each * block_size, 99);
        std::vector<float> scales(x_blocks * each, 99);
        std::vector<std::int32_t> starts(x_blocks * each, 99);
        const auto own = static_cast<std::size_t>(random.between(0, tile_rows - 1));
        table->quantise_row(x.data(), static_cast<std::int64_t>(x.size()), 8, tile_rows,
                            values.data() + own * block_size, scales.data() + own,
                            starts.data() + own);
        std::vector<float> got_scales;
        for (std::size_t at = 0; at < x_blocks * each; ++at) {
          const bool is_own = at % each == own;
          const std::size_t b = at / each;
          int sum = 0;
          for (std::size_t i = 0; i < block_size; ++i) {
            const int want = is_own ? want_values[b * block_size + i] : 99;
            QCOMPARE(static_cast<int>(values[at * block_size + i]), want);
            sum += want;
          }
          if (is_own)
            got_scales.push_back(scales[at]);
          else
            QCOMPARE(scales[at], 99.0F);
          QCOMPARE(starts[at], is_own ? -8 * sum : 99);
        }
        QVERIFY(same_bits(got_scales, want_scales));
      }
    }
}

void KernelTableTest::whole_groups_take_the_bytes_that_are_planned() {
  Random random;
  for (int round = 0; round < 100; ++round)
    for (const WeightFormat format : {WeightFormat::q8, WeightFormat::q4}) {
      const int rows = 16 * random.between(1, 9);
      const int cols = random.between(1, 600);
      QCOMPARE(static_cast<std::size_t>(BlockLayout::of(format, rows, cols).bytes()),
               weight_bytes(format, rows, cols));
    }
}

// The largest numbers that can meet, which sums of 16 bits would not hold, and random ones: the
// same bits in every instruction set, for one row and for many.
void KernelTableTest::block_products_are_exact() {
  Random random;
  for (int round = 0; round < 24; ++round)
    for (const WeightFormat format : {WeightFormat::q8, WeightFormat::q4}) {
      const bool extreme = round % 3 != 0;
      const int largest = round % 3 == 1 ? 255 : 0;
      const BlockLayout layout{format, random.between(1, 5), random.between(1, 40)};
      std::vector<std::byte> memory(static_cast<std::size_t>(layout.bytes()));
      for (std::byte& one : memory)
        one = static_cast<std::byte>(extreme ? largest : random.between(0, 255));
      for (std::int64_t n = 0; n < layout.groups * lanes; ++n) {
        if (format == WeightFormat::q4) {
          const float scale = std::abs(random.normal(1e-6F));
          std::memcpy(memory.data() + layout.row_scale_at(n), &scale, sizeof scale);
        }
        for (std::int64_t b = 0; b < layout.blocks; ++b) {
          std::byte* at = memory.data() + layout.scale_at(n, b);
          const std::uint16_t scale = f16_from_f32(random.normal(0.01F));
          if (format == WeightFormat::q8)
            std::memcpy(at, &scale, sizeof scale);
          else
            *at = static_cast<std::byte>(random.between(-127, 127));
        }
      }
      const int rows = random.one_of({1, random.between(2, 15), random.between(16, 60)});
      const auto all = static_cast<std::size_t>(rows * layout.blocks);
      std::vector<std::int8_t> values(all * block_size);
      for (std::int8_t& one : values)
        one = static_cast<std::int8_t>(extreme ? random.one_of({-127, 127})
                                               : random.between(-127, 127));
      if (extreme) std::fill(values.begin(), values.begin() + block_size, std::int8_t{127});
      const auto x_scales = random.normals(static_cast<std::int64_t>(all), 1);
      std::vector<std::int32_t> starts(all);
      for (std::size_t b = 0; b < all; ++b)
        for (std::size_t i = 0; i < block_size; ++i)
          starts[b] -= BlockLayout::offset(format) * values[b * block_size + i];
      std::vector<float> want;
      for (int r = 0; r < rows; ++r)
        for (std::int64_t n = 0; n < layout.groups * lanes; ++n) {
          float sum = 0;
          for (std::int64_t b = 0; b < layout.blocks; ++b) {
            const auto at = static_cast<std::size_t>(r * layout.blocks + b);
            int products = 0;
            for (std::int64_t i = 0; i < block_size; ++i)
              products += layout.value(memory.data(), n, b * block_size + i) *
                          values[at * block_size + static_cast<std::size_t>(i)];
            sum = std::fma(static_cast<float>(products),
                           layout.scale(memory.data(), n, b) * x_scales[at], sum);
          }
          want.push_back(sum * layout.row_scale(memory.data(), n));
        }
      for (const KernelTable* table : runnable_kernels()) {
        const LaidOutRows laid_out(*table, format, layout.blocks, rows, values, x_scales, starts);
        for (const Tuning tuning : {Tuning::general, Tuning::zen4}) {
          std::vector<float> y(want.size());
          table->block_product[BlockLayout::index(format)](
              layout.weights(memory.data(), 0, static_cast<int>(layout.groups)), laid_out.rows(),
              tuning, y.data(), layout.groups * lanes);
          QVERIFY2(same_bits(y, want), table->instruction_set);
        }
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
