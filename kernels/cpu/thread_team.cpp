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

namespace cria::kernels::cpu {
namespace {

using Clock = std::chrono::steady_clock;

// Longer than the gaps between the stages of a step, far shorter than what a person notices.
constexpr auto spin_time = std::chrono::microseconds(200);
// After this many pauses a waiting thread lets others have its core now and then.
constexpr int polite_after = 256;

void pause() { __builtin_ia32_pause(); }

/// Pauses, and gives the core away once `turn` says that the wait is not a short one.
void idle(int turn) {
  if (turn > polite_after && turn % 16 == 0)
    std::this_thread::yield();
  else
    pause();
}

/// The processors' share that a control group (version 2) allows, or `most`.
int quota(int most) {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  double limit = 0;
  double period = 0;
  if (!(file >> limit >> period) || period <= 0) return most;
  return std::clamp(static_cast<int>(std::ceil(limit / period)), 1, most);
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

ThreadTeam::ThreadTeam(int threads) {
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

void ThreadTeam::run_job(int chunks, Job job, void* context) {
  if (chunks <= 1 || workers_.empty()) {
    for (int chunk = 0; chunk < chunks; ++chunk) job(context, chunk, 0);
    return;
  }
  job_ = job;
  context_ = context;
  chunks_ = chunks;
  done_.store(0, std::memory_order_relaxed);
  const auto number = (ticket_.load(std::memory_order_relaxed) >> 32) + 1;
  ticket_.store(number << 32 | static_cast<std::uint32_t>(chunks), std::memory_order_release);
  epoch_.fetch_add(1, std::memory_order_release);
  epoch_.notify_all();
  take_chunks(0);
  for (int turn = 0; done_.load(std::memory_order_acquire) != chunks; ++turn) idle(turn);
}

void ThreadTeam::take_chunks(int member) {
  std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
  for (;;) {
    const auto left = static_cast<int>(ticket & 0xFFFFFFFFU);
    if (left == 0) return;
    if (!ticket_.compare_exchange_weak(ticket, ticket - 1, std::memory_order_acq_rel,
                                       std::memory_order_acquire))
      continue;
    job_(context_, chunks_ - left, member);
    done_.fetch_add(1, std::memory_order_release);
    ticket = ticket_.load(std::memory_order_acquire);
  }
}

bool ThreadTeam::wait_for_epoch(int seen) {
  const auto asleep_at = Clock::now() + spin_time;
  for (int turn = 0; epoch_.load(std::memory_order_acquire) == seen; ++turn) {
    idle(turn);
    if (turn % 64 == 63 && Clock::now() > asleep_at) {
      epoch_.wait(seen, std::memory_order_acquire);
      break;
    }
  }
  return !stop_.load(std::memory_order_relaxed);
}

void ThreadTeam::work(int member) {
  int seen = 0;
  while (wait_for_epoch(seen)) {
    seen = epoch_.load(std::memory_order_acquire);
    take_chunks(member);
  }
}

}  // namespace cria::kernels::cpu
