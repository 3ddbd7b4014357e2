// Runs the blocks of a launch, one after another, each thread a fiber on this one thread of the
// host. A thread runs until it waits for others; when none can go on and some wait, that is a
// fault.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "tests/simt/include/vector_types.h"

namespace simt {

enum class Order { forward, reverse, shuffled };

struct LaunchShape {
  dim3 grid;
  dim3 block;
  std::size_t dynamic_shared_bytes = 0;
  Order order = Order::forward;  ///< of blocks, and of the threads of a block
};

/// A kernel and the arguments of a launch of it.
struct Kernel {
  std::string name;
  std::shared_ptr<const void> arguments;
  std::size_t argument_bytes = 0;
  void (*call)(const void* arguments) = nullptr;
};

/// Runs `kernel` in every thread. False: a fault ended it.
bool run_kernel(const LaunchShape& shape, const Kernel& kernel);

/// Since when a thread runs that it must not see what others do: barriers of the block and of the
/// warp that it has passed.
struct ThreadMoment {
  std::uint32_t thread = 0;
  std::uint32_t warp = 0;
  std::uint64_t block = 0;
  std::uint64_t warp_moment = 0;
};

struct Thread;
extern Thread* current;  ///< null: the host runs

inline bool in_kernel() { return current != nullptr; }

/// While one lives, accesses are not checked: the machine's own code is at work, parts of which
/// (the standard library's) the linker may have taken from a checked file.
class Unchecked {
 public:
  Unchecked() : before_(std::exchange(active, true)) {}
  ~Unchecked() { active = before_; }
  Unchecked(const Unchecked&) = delete;
  Unchecked& operator=(const Unchecked&) = delete;

  static bool active;

 private:
  bool before_;
};

/// The stacks of all threads of a block.
constexpr std::size_t stacks_bytes = 1024 * 64 * 1024;
extern std::byte* const stacks;

inline bool on_own_stack(const void* address) {
  return static_cast<std::size_t>(static_cast<const std::byte*>(address) - stacks) < stacks_bytes;
}
/// `address` lies in the arguments of the launch.
bool in_arguments(const void* address);
ThreadMoment current_moment();
std::string describe_current_thread();
/// Leaves the kernel for good.
[[noreturn]] void abandon_launch();

}  // namespace simt
