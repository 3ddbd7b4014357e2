// Memory asked for before it is read.
#pragma once

#include <cstdint>

#include "kernels/cpu/simd/lanes.h"

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

/// Asks for the lines of a piece of memory, some at each call. The more calls the better: a
/// processor that waits for some two dozen lines waits with everything else too.
class Ahead {
 public:
  /// Nothing to ask for.
  Ahead() = default;
  /// `bytes` from `first` on, spread over `calls`.
  Ahead(const void* first, std::int64_t bytes, std::int64_t calls)
      : next_(static_cast<const char*>(first)),
        lines_(bytes / 64 + 1),
        lines_a_call_(bytes / 64 / calls + 1) {}

  CRIA_INLINE void ask() {
    const std::int64_t count = lines_ < lines_a_call_ ? lines_ : lines_a_call_;
    for (std::int64_t i = 0; i < count; ++i) ask_second(next_ + i * 64);
    next_ += count * 64;
    lines_ -= count;
  }

 private:
  const char* next_ = nullptr;
  std::int64_t lines_ = 0;
  std::int64_t lines_a_call_ = 0;
};

}  // namespace
}  // namespace cria::kernels::cpu::CRIA_ISA
