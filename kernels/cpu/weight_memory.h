// Memory for the weights of a model: one after another, so that all lie on huge pages. Each by
// itself would end on small ones, which take a third longer to read.
#pragma once

#include <memory>

#include "kernels/cpu/memory.h"

namespace cria::kernels::cpu {

/// Used by one thread at a time. What it hands out may outlive it.
class WeightMemory {
 public:
  /// As Memory::allocate: zeroed, from a cache line on.
  Result<Memory> allocate(std::int64_t rows, std::int64_t cols, std::size_t element_size);

 private:
  std::shared_ptr<Memory> piece_;  // shared with the weights in it
  std::size_t used_ = 0;           // of its bytes
};

}  // namespace cria::kernels::cpu
