#include "tests/simt/machine/block.h"

#include <algorithm>
#include <array>
#include <boost/context/detail/fcontext.hpp>
#include <numeric>
#include <random>
#include <sys/mman.h>
#include <utility>
#include <vector>

#include "tests/simt/include/device_functions.h"
#include "tests/simt/machine/fault.h"
#include "tests/simt/machine/shared.h"

namespace simt {

namespace context = boost::context::detail;

enum class State { ready, at_block_barrier, at_warp_barrier, in_exchange, done };

struct Thread {
  context::fcontext_t at = nullptr;
  uint3 index = {};
  std::uint32_t id = 0;
  State state = State::ready;
  unsigned mask = 0;  // of the warp's meeting it waits for
  std::uint64_t deposit = 0;
};

Thread* current = nullptr;
bool Unchecked::active = false;
std::byte* const stacks =
    static_cast<std::byte*>(mmap(nullptr, stacks_bytes, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));

namespace {

constexpr std::size_t most_threads = 1024;
constexpr unsigned lanes = 32;
constexpr std::size_t stack_bytes = stacks_bytes / most_threads;

struct Warp {
  std::uint64_t moment = 0;  // counts its barriers
  unsigned waiting = 0;      // lanes, whatever for
  std::array<std::uint64_t, lanes> exchanged = {};
};

struct Block {
  const LaunchShape* shape = nullptr;
  const Kernel* kernel = nullptr;
  uint3 index = {};
  std::vector<Thread> threads;
  std::vector<Warp> warps;
  std::uint32_t at_barrier = 0;
  std::vector<std::uint32_t> order;  // of threads
  std::size_t cursor = 0;            // in it
};

Block block;
context::fcontext_t scheduler = nullptr;
std::uint64_t block_moment = 1;
bool abandoned = false;
std::mt19937 shuffler;

/// Notes where the one that jumped here can be resumed.
void arrive(const context::transfer_t& from) {
  auto* thread = static_cast<Thread*>(from.data);
  (thread == nullptr ? scheduler : thread->at) = from.fctx;
}

/// Goes on with `next` (null: the scheduler); returns when the caller is resumed.
void switch_to(Thread* next) {
  Thread* self = std::exchange(current, next);
  arrive(context::jump_fcontext(next == nullptr ? scheduler : next->at, self));
}

/// The next thread of this pass that can go on; null: the pass is over.
Thread* next_ready() {
  while (block.cursor < block.order.size()) {
    Thread& thread = block.threads[block.order[block.cursor++]];
    if (thread.state == State::ready) return &thread;
  }
  return nullptr;
}

void wait() { switch_to(next_ready()); }

void thread_main(context::transfer_t from) {
  arrive(from);
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
    // Tops that lie apart by more than a power of two share no sets of the caches.
    const std::size_t shift = i % 128 * 192;
    thread.at = context::make_fcontext(stacks + (i + 1) * stack_bytes - shift, stack_bytes - shift,
                                       thread_main);
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
  if (first + lanes > block.threads.size() && mask >> (block.threads.size() - first) != 0)
    report(FaultKind::barrier, "names lanes that its warp does not have");
  current->mask = mask;
  current->state = state;
  own_warp().waiting |= 1U << (current->id - first);
  bool complete = (own_warp().waiting & mask) == mask;
  for (unsigned lane = 0; lane < lanes && complete; ++lane) {
    if ((mask >> lane & 1U) == 0) continue;
    const Thread& other = block.threads[first + lane];
    complete = other.state == state && other.mask == mask;
  }
  if (!complete) {
    wait();
    return;
  }
  release();
  own_warp().waiting &= ~mask;
  for (unsigned lane = 0; lane < lanes; ++lane)
    if ((mask >> lane & 1U) != 0) block.threads[first + lane].state = State::ready;
}

}  // namespace

bool run_kernel(const LaunchShape& shape, const Kernel& kernel) {
  if (!is_launchable(shape, kernel.name)) return false;
  block.shape = &shape;
  block.kernel = &kernel;
  abandoned = false;
  Unchecked::active = false;  // a fault has left it so
  const std::size_t count = std::size_t{shape.grid.x} * shape.grid.y * shape.grid.z;
  for (const std::uint32_t i : order_of(count, shape.order)) {
    block.index = {i % shape.grid.x, i / shape.grid.x % shape.grid.y,
                   i / shape.grid.x / shape.grid.y};
    if (!run_block()) return false;
  }
  return true;
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
  for (;;) switch_to(nullptr);
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
  if (from < 0 || from >= static_cast<int>(lanes) || (mask >> from & 1U) == 0) {
    const Unchecked building_words;
    report(FaultKind::barrier, "asks lane " + std::to_string(from) + ", which does not take part");
  }
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
