#include "kernels/cpu/thread_team.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <sched.h>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "kernels/control_groups.h"

namespace cria::kernels::cpu {
namespace {

using Clock = std::chrono::steady_clock;

// Longer than the gaps between the stages of a step, far shorter than what a person notices.
constexpr auto spin_time = std::chrono::microseconds(200);
// Of a job: what a range has room for.
constexpr std::uint64_t most_chunks = (std::uint64_t{1} << 28) - 1;
// After this many pauses a waiting thread lets others have its core now and then.
constexpr int polite_after = 256;

/// Tells the processor that this thread only waits.
void pause() {
#if defined(__aarch64__)
  asm volatile("yield");
#else
  __builtin_ia32_pause();
#endif
}

/// Pauses, and gives the core away once `turn` says that the wait is not a short one.
void idle(int turn) {
  if (turn > polite_after && turn % 16 == 0)
    std::this_thread::yield();
  else
    pause();
}

/// The processors' share that the control groups allow, at most `most`.
int quota(int most) {
  for (const std::string& folder : control_groups()) {
    std::ifstream file(folder + "/cpu.max");
    double limit = 0;
    double period = 0;
    if (file >> limit >> period && period > 0)
      most = std::clamp(static_cast<int>(std::ceil(limit / period)), 1, most);
  }
  return most;
}

}  // namespace

int physical_cores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / 2);
  std::set<std::pair<int, int>> cores;
  int logical = 0;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    ++logical;
    const std::string folder = "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
    std::ifstream package(folder + "physical_package_id");
    std::ifstream core(folder + "core_id");
    std::pair<int, int> id;
    if (package >> id.first && core >> id.second) cores.insert(id);
  }
  const int count = cores.empty() ? logical : static_cast<int>(cores.size());
  return quota(std::max(1, count));
}

ThreadTeam::ThreadTeam(int threads) : ranges_(static_cast<std::size_t>(std::max(1, threads))) {
  try {
    workers_.reserve(static_cast<std::size_t>(std::max(0, threads - 1)));
    for (int member = 1; member < threads; ++member)
      workers_.emplace_back([this, member] { work(member); });
  } catch (const std::exception&) {
    // The system gives no more threads; those that started do the work.
  }
}

ThreadTeam::~ThreadTeam() {
  stop_.store(true, std::memory_order_relaxed);
  epoch_.fetch_add(1, std::memory_order_release);
  epoch_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadTeam::run_job(int chunks, int most, Job job, void* context) {
  if (chunks <= 1 || workers_.empty()) {
    for (int begin = 0; begin < chunks; begin += most)
      job(context, begin, std::min(begin + most, chunks), 0);
    return;
  }
  job_ = job;
  context_ = context;
  done_.store(0, std::memory_order_relaxed);
  const int members = size();
  for (int member = 0; member < members; ++member) {
    const auto bound = [&](int of) { return static_cast<std::uint64_t>(chunks) * of / members; };
    const Left left{static_cast<std::uint8_t>(most), bound(member) & most_chunks,
                    bound(member + 1) & most_chunks};
    ranges_[static_cast<std::size_t>(member)].left.store(left, std::memory_order_release);
  }
  epoch_.fetch_add(1, std::memory_order_release);
  epoch_.notify_all();
  take_chunks(0);
  for (int turn = 0; done_.load(std::memory_order_acquire) != chunks; ++turn) idle(turn);
}

ThreadTeam::Chunks ThreadTeam::take_from(int owner, bool front) {
  std::atomic<Left>& range = ranges_[static_cast<std::size_t>(owner)].left;
  Left left = range.load(std::memory_order_acquire);
  for (;;) {
    const int begin = left.begin;
    const int end = left.end;
    if (begin >= end) return {};
    // Half of its own: then as many beginnings as the range has binary digits, and never more kept
    // back than is left for the others to take.
    const int count = front ? std::clamp<int>((end - begin) / 2, 1, left.most) : 1;
    const Chunks taken = front ? Chunks{begin, begin + count} : Chunks{end - 1, end};
    Left rest = left;
    if (front)
      rest.begin = static_cast<std::uint64_t>(taken.end) & most_chunks;
    else
      rest.end = static_cast<std::uint64_t>(taken.begin) & most_chunks;
    if (range.compare_exchange_weak(left, rest, std::memory_order_acq_rel,
                                    std::memory_order_acquire))
      return taken;
  }
}

void ThreadTeam::take_chunks(int member) {
  const int members = size();
  for (int i = 0; i < members; ++i) {
    const int owner = (member + i) % members;
    // All of an owner's are counted at once: the counter is everybody's, and moving it from core to
    // core costs as much as a small chunk.
    int done = 0;
    for (;;) {
      const Chunks chunks = take_from(owner, owner == member);
      if (chunks.begin == chunks.end) break;
      job_(context_, chunks.begin, chunks.end, member);
      done += chunks.end - chunks.begin;
    }
    if (done != 0) done_.fetch_add(done, std::memory_order_release);
  }
}

int ThreadTeam::wait_for_epoch(int seen) {
  const auto asleep_at = Clock::now() + spin_time;
  for (int turn = 0;; ++turn) {
    const int epoch = epoch_.load(std::memory_order_acquire);
    if (epoch != seen) return epoch;
    idle(turn);
    if (turn % 64 == 63 && Clock::now() > asleep_at) epoch_.wait(seen, std::memory_order_acquire);
  }
}

void ThreadTeam::work(int member) {
  for (int seen = 0;;) {
    // The epoch that was seen and no later one: a later one may be the last.
    seen = wait_for_epoch(seen);
    if (stop_.load(std::memory_order_relaxed)) return;
    take_chunks(member);
  }
}

}  // namespace cria::kernels::cpu
