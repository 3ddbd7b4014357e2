// How long the event loop of a test's thread is away.
#pragma once

#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QTimer>
#include <algorithm>

namespace cria::app::testing {

/// How long this thread has been ready to run while other programs had the processors.
inline qint64 waitedForProcessorNs() {
  QFile file(QStringLiteral("/proc/thread-self/schedstat"));
  if (!file.open(QIODevice::ReadOnly)) return 0;
  return file.readAll().split(' ').value(1).toLongLong();
}

/// The longest time between two ticks of the event loop, without what a busy machine adds.
class TickMonitor {
 public:
  TickMonitor() : waited_(waitedForProcessorNs()) {
    timer_.setInterval(1);
    timer_.setTimerType(Qt::PreciseTimer);
    QObject::connect(&timer_, &QTimer::timeout, [this] {
      const qint64 waited = waitedForProcessorNs();
      const qint64 gap = since_.nsecsElapsed();
      longestOnTheWall_ = std::max(longestOnTheWall_, gap);
      longest_ = std::max(longest_, gap - (waited - waited_));
      waited_ = waited;
      since_.restart();
    });
    since_.start();
    timer_.start();
  }
  double longestMs() const { return static_cast<double>(longest_) / 1e6; }
  /// What a busy machine adds included.
  double longestOnTheWallMs() const { return static_cast<double>(longestOnTheWall_) / 1e6; }

 private:
  QTimer timer_;
  QElapsedTimer since_;
  qint64 longest_ = 0;
  qint64 longestOnTheWall_ = 0;
  qint64 waited_;
};

/// QTest::qWait() itself sleeps for 10 ms at a time.
inline void spin(int ms) {
  QEventLoop loop;
  QTimer::singleShot(ms, Qt::PreciseTimer, &loop, &QEventLoop::quit);
  loop.exec();
}

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
inline constexpr double kLongestGapMs = 250;  // everything is several times slower
#else
inline constexpr double kLongestGapMs = 50;
#endif

}  // namespace cria::app::testing
