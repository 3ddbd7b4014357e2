#include "kernels/cpu/thread_team.h"

#include <QtTest>
#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

#include "tests/kernels/testing.h"

using cria::kernels::cpu::physical_cores;
using cria::kernels::cpu::ThreadTeam;

class ThreadTeamTest : public QObject {
  Q_OBJECT

 private slots:
  void does_each_chunk_once_data();
  void does_each_chunk_once();
  void does_ranges_of_at_most();
  void shows_what_was_written();
  void wakes_from_sleep();
  void outlives_a_late_member();
  void stops_at_any_moment();
  void counts_cores();
};

void ThreadTeamTest::does_each_chunk_once_data() {
  QTest::addColumn<int>("threads");
  for (const int threads : {1, 2, 3, 8}) QTest::addRow("%d threads", threads) << threads;
}

void ThreadTeamTest::does_each_chunk_once() {
  QFETCH(int, threads);
  ThreadTeam team(threads);
  QCOMPARE(team.size(), threads);
  cria::kernels::testing::Random random;
  for (int round = 0; round < 3000; ++round) {
    const int chunks = random.between(0, 40);
    std::vector<int> times(40);  // plain: two members at one chunk would be a race
    std::vector<int> by_member(static_cast<std::size_t>(threads));
    team.run(chunks, [&](int chunk, int member) {
      ++times[static_cast<std::size_t>(chunk)];
      ++by_member[static_cast<std::size_t>(member)];
    });
    for (int i = 0; i < 40; ++i) QCOMPARE(times[static_cast<std::size_t>(i)], i < chunks ? 1 : 0);
    int total = 0;
    for (const int count : by_member) total += count;
    QCOMPARE(total, chunks);
  }
}

void ThreadTeamTest::does_ranges_of_at_most() {
  ThreadTeam alone(1);
  ThreadTeam several(3);
  cria::kernels::testing::Random random;
  for (int round = 0; round < 3000; ++round) {
    const int chunks = random.between(0, 100);
    const int most = random.between(1, 20);
    std::vector<int> times(100);
    std::atomic<int> longest{0};
    std::atomic<int> ranges{0};
    ThreadTeam& team = round % 3 == 0 ? alone : several;
    team.run_ranges(chunks, most, [&](int begin, int end, int) {
      for (int i = begin; i < end; ++i) ++times[static_cast<std::size_t>(i)];
      int known = longest.load();
      while (known < end - begin && !longest.compare_exchange_weak(known, end - begin)) {
      }
      ranges.fetch_add(1);
    });
    for (int i = 0; i < 100; ++i) QCOMPARE(times[static_cast<std::size_t>(i)], i < chunks ? 1 : 0);
    QVERIFY(longest.load() <= most);
    if (most > 1 && chunks >= 60) QVERIFY(ranges.load() < chunks);
  }
}

// Each job reads what the one before wrote, in other places.
void ThreadTeamTest::shows_what_was_written() {
  ThreadTeam team(3);
  std::vector<long> from(64);
  std::vector<long> to(64);
  for (int round = 0; round < 2000; ++round) {
    team.run(64, [&](int chunk, int) {
      to[static_cast<std::size_t>(chunk)] = from[static_cast<std::size_t>(63 - chunk)] + 1;
    });
    std::swap(from, to);
  }
  for (const long value : from) QCOMPARE(value, 2000);
}

void ThreadTeamTest::wakes_from_sleep() {
  ThreadTeam team(2);
  for (int round = 0; round < 20; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(round % 3));
    std::atomic<int> done{0};
    team.run(50, [&](int, int) { done.fetch_add(1); });
    QCOMPARE(done.load(), 50);
  }
}

// A member that holds a chunk of one job while others wait must not disturb the next job.
void ThreadTeamTest::outlives_a_late_member() {
  ThreadTeam team(4);
  for (int round = 0; round < 200; ++round) {
    std::atomic<int> sum{0};
    team.run(5, [&](int chunk, int) {
      if (chunk == round % 5) std::this_thread::sleep_for(std::chrono::microseconds(200));
      sum.fetch_add(chunk);
    });
    QCOMPARE(sum.load(), 10);
  }
}

void ThreadTeamTest::stops_at_any_moment() {
  for (int round = 0; round < 60; ++round) {
    auto team = std::make_unique<ThreadTeam>(3);
    if (round % 2 == 0) team->run(8, [](int, int) {});
    if (round % 3 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void ThreadTeamTest::counts_cores() {
  QVERIFY(physical_cores() >= 1);
  QVERIFY(physical_cores() <= static_cast<int>(std::thread::hardware_concurrency()));
}

QTEST_APPLESS_MAIN(ThreadTeamTest)
#include "thread_team_test.moc"
