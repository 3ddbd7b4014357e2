// The scalar conversions, over all 65536 values of a half and over every tie between neighbours.
#include "kernels/half.h"

#include <QtTest>
#include <bit>
#include <cmath>
#include <limits>

using namespace cria::kernels;

class HalfTest : public QObject {
  Q_OBJECT

 private slots:
  void widens_f16_by_definition();
  void every_half_comes_back();
  void rounds_to_nearest_even();
  void keeps_infinity_and_nan();
};

namespace {

struct Format {
  const char* name;
  float (*widen)(std::uint16_t);
  std::uint16_t (*narrow)(float);
  std::uint16_t infinity;
};
constexpr Format formats[] = {{"f16", f32_from_f16, f16_from_f32, 0x7C00},
                              {"bf16", f32_from_bf16, bf16_from_f32, 0x7F80}};

}  // namespace

void HalfTest::widens_f16_by_definition() {
  for (int i = 0; i < 0x7C00; ++i) {
    const int exponent = i >> 10;
    const double want =
        exponent == 0 ? std::ldexp(i, -24) : std::ldexp(1024 + (i & 0x3FF), exponent - 25);
    QCOMPARE(static_cast<double>(f32_from_f16(static_cast<std::uint16_t>(i))), want);
    QCOMPARE(static_cast<double>(f32_from_f16(static_cast<std::uint16_t>(i | 0x8000))), -want);
  }
}

void HalfTest::every_half_comes_back() {
  for (const Format& format : formats)
    for (unsigned i = 0; i < 0x10000; ++i) {
      const auto half = static_cast<std::uint16_t>(i);
      const float wide = format.widen(half);
      if (std::isnan(wide))
        QVERIFY(std::isnan(format.widen(format.narrow(wide))));
      else
        QCOMPARE(format.narrow(wide), half);
    }
}

// Between neighbours a < b: the middle goes to the even one, what is beside it to the nearer one.
void HalfTest::rounds_to_nearest_even() {
  for (const Format& format : formats)
    for (unsigned i = 0; i + 1 < format.infinity; ++i) {
      const auto a = static_cast<std::uint16_t>(i);
      const auto b = static_cast<std::uint16_t>(i + 1);
      const auto middle = static_cast<float>(
          (static_cast<double>(format.widen(a)) + static_cast<double>(format.widen(b))) / 2);
      QCOMPARE(format.narrow(middle), i % 2 == 0 ? a : b);
      QCOMPARE(format.narrow(std::nextafter(middle, 0.0F)), a);
      QCOMPARE(format.narrow(std::nextafter(middle, std::numeric_limits<float>::infinity())), b);
      QCOMPARE(format.narrow(-middle), static_cast<std::uint16_t>((i % 2 == 0 ? a : b) | 0x8000));
    }
}

void HalfTest::keeps_infinity_and_nan() {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (const Format& format : formats) {
    QCOMPARE(format.narrow(infinity), format.infinity);
    QCOMPARE(format.narrow(-infinity), static_cast<std::uint16_t>(format.infinity | 0x8000));
    QVERIFY(std::isnan(format.widen(format.narrow(std::bit_cast<float>(0x7F800001U)))));
    QVERIFY(std::isnan(format.widen(format.narrow(std::bit_cast<float>(0xFFFFFFFFU)))));
    QCOMPARE(format.narrow(std::numeric_limits<float>::max()), format.infinity);
  }
  QCOMPARE(f16_from_f32(65519.996F), std::uint16_t{0x7BFF});
  QCOMPARE(f16_from_f32(65520.0F), std::uint16_t{0x7C00});
}

QTEST_APPLESS_MAIN(HalfTest)
#include "half_test.moc"
