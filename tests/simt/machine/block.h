// Runs the blocks of a launch, one after another, each thread a fiber on this one thread of the
// host. A thread runs until it waits for others; when none can go on and some wait, that is a
// fault.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

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

bool in_kernel();
bool on_own_stack(const void* address);
/// `address` lies in the arguments of the launch.
bool in_arguments(const void* address);
ThreadMoment current_moment();
std::string describe_current_thread();
/// Leaves the kernel for good.
[[noreturn]] void abandon_launch();

}  // namespace simt
