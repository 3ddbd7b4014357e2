// The cards of the simulated machine: one for each order of threads, and some with a flaw.
#pragma once

#include <array>
#include <cstddef>

#include "tests/simt/include/runtime_api.h"
#include "tests/simt/machine/block.h"

namespace simt {

struct Card {
  const char* name;
  Order order;
  int major, minor;  ///< compute capability
  int multiprocessors;
  std::size_t memory;
  long launches_until_lost;  ///< -1: it lasts

  std::size_t used = 0;
  cudaError_t lost = cudaSuccess;  ///< stays once it is set
};

std::array<Card, 6>& cards();
/// The one that cudaSetDevice chose.
Card& current_card();
int current_card_index();

/// `error`, kept for cudaGetLastError.
cudaError_t remember(cudaError_t error);

}  // namespace simt
