#include "tests/simt/machine/block.h"

#include <algorithm>
#include <array>
#include <boost/context/detail/fcontext.hpp>
#include <numeric>
#include <random>
#include <sys/mman.h>
#include <vector>

#include "tests/simt/include/device_functions.h"
#include "tests/simt/machine/fault.h"
#include "tests/simt/machine/shared.h"

namespace simt {
namespace {

namespace context = boost::context::detail;

constexpr std::size_t most_threads = 1024;
constexpr unsigned lanes = 32;
constexpr std::size_t stack_bytes = 64 * 1024;

enum class State { ready, at_block_barrier, at_warp_barrier, in_exchange, done };

struct Thread {
  context::fcontext_t at = nullptr;
  uint3 index = {};
  std::uint32_t id = 0;
  State state = State::ready;
  unsigned mask = 0;  // of the warp's meeting it waits for
  std::uint64_t deposit = 0;
};

struct Warp {
  std::uint64_t moment = 0;  // counts its barriers
  std::array<std::uint64_t, lanes> exchanged = {};
};

struct Block {
  const LaunchShape* shape = nullptr;
  const Kernel* kernel = nullptr;
  uint3 index = {};
  std::vector<Thread> threads;
  std::vector<Warp> warps;
  std::uint32_t at_barrier = 0;
};

Block block;
Thread* current = nullptr;
context::fcontext_t scheduler = nullptr;
std::uint64_t block_moment = 1;
bool abandoned = false;
std::mt19937 shuffler;

std::byte* stacks() {
  static auto* const memory =
      static_cast<std::byte*>(mmap(nullptr, most_threads * stack_bytes, PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  return memory;
}

/// Back to the scheduler; returns when this thread is resumed.
void wait() {
  const context::transfer_t back = context::jump_fcontext(scheduler, nullptr);
  scheduler = back.fctx;
}

void thread_main(context::transfer_t from) {
  scheduler = from.fctx;
  block.kernel->call(block.kernel->arguments.get());
  current->state = State::done;
  for (;;) wait();
}

void prepare_threads() {
  const dim3 size = block.shape->block;
  const std::size_t count = std::size_t{size.x} * size.y * size.z;
  block.threads.resize(count);
  block.warps.assign((count + lanes - 1) / lanes, {});
  block.at_barrier = 0;
  for (std::size_t i = 0; i < count; ++i) {
    Thread& thread = block.threads[i];
    const auto id = static_cast<unsigned>(i);
    thread = {};
    thread.id = id;
    thread.index = {id % size.x, id / size.x % size.y, id / size.x / size.y};
    thread.at = context::make_fcontext(stacks() + (i + 1) * stack_bytes, stack_bytes, thread_main);
  }
}

std::vector<std::uint32_t> order_of(std::size_t count, Order order) {
  std::vector<std::uint32_t> all(count);
  std::iota(all.begin(), all.end(), 0U);
  if (order == Order::reverse) std::reverse(all.begin(), all.end());
  if (order == Order::shuffled) std::shuffle(all.begin(), all.end(), shuffler);
  return all;
}

std::string list_waiting() {
  std::array<std::size_t, 5> counts = {};
  for (const Thread& thread : block.threads) ++counts[static_cast<std::size_t>(thread.state)];
  return std::to_string(counts[1]) + " threads wait at the block's barrier, " +
         std::to_string(counts[2]) + " at a warp's, " + std::to_string(counts[3]) +
         " in an exchange of their warp, " + std::to_string(counts[4]) + " have ended";
}

/// Resumes threads until all are done. False: a fault.
bool run_block() {
  begin_shared(block.shape->dynamic_shared_bytes);
  ++block_moment;
  prepare_threads();
  const auto order = order_of(block.threads.size(), block.shape->order);
  for (;;) {
    bool ran = false;
    bool all_done = true;
    for (const std::uint32_t i : order) {
      Thread& thread = block.threads[i];
      all_done = all_done && thread.state == State::done;
      if (thread.state != State::ready) continue;
      ran = true;
      current = &thread;
      const context::transfer_t back = context::jump_fcontext(thread.at, nullptr);
      thread.at = back.fctx;
      current = nullptr;
      if (abandoned) return false;
    }
    if (all_done) return true;
    if (!ran) {
      report(FaultKind::barrier,
             block.kernel->name + ": not all threads come to a barrier: " + list_waiting());
      return false;
    }
  }
}

bool is_launchable(const LaunchShape& shape, const std::string& name) {
  const auto product = [](const dim3& d) { return std::size_t{d.x} * d.y * d.z; };
  if (product(shape.grid) == 0 || shape.grid.x > 0x7FFFFFFFU || shape.grid.y > 65535 ||
      shape.grid.z > 65535 || product(shape.block) == 0 || product(shape.block) > most_threads ||
      shape.block.z > 64) {
    report(FaultKind::bad_launch, name + ": a grid or block that no card takes");
    return false;
  }
  if (shape.dynamic_shared_bytes > most_shared_bytes) {
    report(FaultKind::bad_launch, name + ": " + std::to_string(shape.dynamic_shared_bytes) +
                                      " bytes of shared memory are more than every card gives");
    return false;
  }
  return true;
}

Warp& own_warp() { return block.warps[current->id / lanes]; }

/// Waits, in `state`, until all lanes of `mask` do. The last to come releases the others.
template <typename Release>
void meet(unsigned mask, State state, const Release& release) {
  const std::uint32_t first = current->id / lanes * lanes;
  if ((mask >> (current->id - first) & 1U) == 0)
    report(FaultKind::barrier, "names a mask without its own lane");
  current->mask = mask;
  current->state = state;
  bool complete = true;
  for (unsigned lane = 0; lane < lanes && complete; ++lane) {
    if ((mask >> lane & 1U) == 0) continue;
    if (first + lane >= block.threads.size())
      report(FaultKind::barrier, "names lanes that its warp does not have");
    const Thread& other = block.threads[first + lane];
    complete = other.state == state && other.mask == mask;
  }
  if (!complete) {
    wait();
    return;
  }
  release();
  for (unsigned lane = 0; lane < lanes; ++lane)
    if ((mask >> lane & 1U) != 0) block.threads[first + lane].state = State::ready;
}

}  // namespace

bool run_kernel(const LaunchShape& shape, const Kernel& kernel) {
  if (!is_launchable(shape, kernel.name)) return false;
  block.shape = &shape;
  block.kernel = &kernel;
  abandoned = false;
  const std::size_t count = std::size_t{shape.grid.x} * shape.grid.y * shape.grid.z;
  for (const std::uint32_t i : order_of(count, shape.order)) {
    block.index = {i % shape.grid.x, i / shape.grid.x % shape.grid.y,
                   i / shape.grid.x / shape.grid.y};
    if (!run_block()) return false;
  }
  return true;
}

bool in_kernel() { return current != nullptr; }

bool on_own_stack(const void* address) {
  return static_cast<std::size_t>(static_cast<const std::byte*>(address) - stacks()) <
         most_threads * stack_bytes;
}

bool in_arguments(const void* address) {
  return static_cast<std::size_t>(static_cast<const std::byte*>(address) -
                                  static_cast<const std::byte*>(block.kernel->arguments.get())) <
         block.kernel->argument_bytes;
}

ThreadMoment current_moment() {
  return {current->id, current->id / lanes, block_moment, own_warp().moment};
}

std::string describe_current_thread() {
  return block.kernel->name + ", block (" + std::to_string(block.index.x) + ", " +
         std::to_string(block.index.y) + ", " + std::to_string(block.index.z) + "), thread " +
         std::to_string(current->id);
}

void abandon_launch() {
  abandoned = true;
  for (;;) wait();
}

uint3 thread_index() { return current->index; }
uint3 block_index() { return block.index; }
uint3 block_size() { return {block.shape->block.x, block.shape->block.y, block.shape->block.z}; }
uint3 grid_size() { return {block.shape->grid.x, block.shape->grid.y, block.shape->grid.z}; }
int lane() { return static_cast<int>(current->id % lanes); }

void block_barrier() {
  if (++block.at_barrier < block.threads.size()) {
    current->state = State::at_block_barrier;
    wait();
    return;
  }
  block.at_barrier = 0;
  ++block_moment;
  for (Thread& thread : block.threads) thread.state = State::ready;
}

void warp_barrier(unsigned mask) {
  meet(mask, State::at_warp_barrier, [] { ++own_warp().moment; });
}

std::uint64_t warp_exchange(unsigned mask, std::uint64_t bits, int from) {
  if (from < 0 || from >= static_cast<int>(lanes) || (mask >> from & 1U) == 0)
    report(FaultKind::barrier, "asks lane " + std::to_string(from) + ", which does not take part");
  current->deposit = bits;
  meet(mask, State::in_exchange, [mask] {
    const std::uint32_t first = current->id / lanes * lanes;
    for (unsigned lane = 0; lane < lanes; ++lane)
      if ((mask >> lane & 1U) != 0)
        own_warp().exchanged[lane] = block.threads[first + lane].deposit;
  });
  return own_warp().exchanged[static_cast<std::size_t>(from)];
}

unsigned warp_ballot(unsigned mask, bool vote) {
  warp_exchange(mask, vote ? 1 : 0, lane());
  unsigned votes = 0;
  for (unsigned i = 0; i < lanes; ++i)
    if ((mask >> i & 1U) != 0 && own_warp().exchanged[i] != 0) votes |= 1U << i;
  return votes;
}

}  // namespace simt
