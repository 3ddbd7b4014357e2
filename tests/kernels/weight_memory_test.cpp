// Where weights lie: apart, zeroed, and gone when the last is.
#include "kernels/cpu/weight_memory.h"

#include <QtTest>
#include <cstring>
#include <fstream>
#include <optional>
#include <unistd.h>

#include "tests/kernels/testing.h"

using namespace cria;
using namespace cria::kernels;
using namespace cria::kernels::cpu;
using namespace cria::kernels::testing;

namespace {

/// Bytes of this program that are in memory.
std::size_t resident() {
  std::size_t all = 0;
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> all >> pages;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::size_t bytes_of(std::int64_t rows, std::int64_t cols) {
  return static_cast<std::size_t>(rows * cols) * sizeof(float);
}

}  // namespace

class WeightMemoryTest : public QObject {
  Q_OBJECT

 private slots:
  void hands_out_zeroed_lines_of_their_own();
  void gives_back_what_no_weight_uses();
  void what_it_handed_out_outlives_it();
  void refuses_more_than_there_is();
};

void WeightMemoryTest::hands_out_zeroed_lines_of_their_own() {
  Random random;
  WeightMemory room;
  std::vector<Memory> all;
  std::vector<std::size_t> sizes;
  for (int i = 0; i < 100; ++i) {
    // Some are so large that they have pages of their own, and all together fill several pieces.
    const std::int64_t rows = random.one_of({0, 1, random.between(1, 40), random.between(1, 700)});
    const std::int64_t cols = random.between(1, 20000);
    Result<Memory> one = room.allocate(rows, cols, sizeof(float));
    QVERIFY(one);
    QCOMPARE(reinterpret_cast<std::uintptr_t>(one->data()) % 64, std::uintptr_t{0});
    QVERIFY(one->bytes() >= bytes_of(rows, cols));
    sizes.push_back(bytes_of(rows, cols));
    for (std::size_t at = 0; at < sizes.back(); at += 509) QCOMPARE(one->data()[at], std::byte{0});
    std::memset(one->data(), i + 1, sizes.back());
    all.push_back(std::move(*one));
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t at = 0; at < sizes[i]; at += 509)
      QCOMPARE(all[i].data()[at], static_cast<std::byte>(i + 1));
}

void WeightMemoryTest::gives_back_what_no_weight_uses() {
  constexpr std::int64_t rows = 1000;
  constexpr std::int64_t cols = 5000;  // 20 MB
  WeightMemory room;
  const std::size_t before = resident();
  for (int round = 0; round < 3; ++round) {
    std::vector<Memory> all;
    for (int i = 0; i < 8; ++i) {
      Result<Memory> one = room.allocate(rows, cols, sizeof(float));
      QVERIFY(one);
      for (std::size_t at = 0; at < bytes_of(rows, cols); at += 64)
        QCOMPARE(std::exchange(one->data()[at], std::byte{1}), std::byte{0});
      all.push_back(std::move(*one));
    }
    QVERIFY(resident() >= before + 8 * bytes_of(rows, cols));
    QVERIFY(resident() <= before + 9 * bytes_of(rows, cols));
  }
  QVERIFY(room.allocate(1, 1, 1));
  QVERIFY(resident() <= before + bytes_of(rows, cols));
}

void WeightMemoryTest::what_it_handed_out_outlives_it() {
  std::optional<WeightMemory> room(std::in_place);
  Result<Memory> one = room->allocate(3, 100, sizeof(float));
  QVERIFY(one);
  room.reset();
  std::memset(one->data(), 7, bytes_of(3, 100));
  QCOMPARE(one->data()[1199], std::byte{7});
}

void WeightMemoryTest::refuses_more_than_there_is() {
  WeightMemory room;
  for (const std::int64_t rows : {std::int64_t{1} << 40, std::int64_t{1} << 62, std::int64_t{-1}}) {
    const Result<Memory> none = room.allocate(rows, 1 << 20, 4);
    QVERIFY(!none);
    QCOMPARE(none.error().kind, ErrorKind::device);
  }
}

QTEST_APPLESS_MAIN(WeightMemoryTest)
#include "weight_memory_test.moc"
