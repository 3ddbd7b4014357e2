// Work that waits on a stream, and graphs of it.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <vector>

#include "tests/simt/include/runtime_api.h"
#include "tests/simt/machine/block.h"

using SimtWork = std::function<cudaError_t()>;

struct SimtStream {
  int card = 0;
  std::deque<SimtWork> waiting;
  SimtGraph* capture = nullptr;
};

struct SimtEvent {
  SimtStream* stream = nullptr;  ///< where it was recorded; null: nowhere yet
  bool reached = false;
};

struct SimtGraphNode {
  SimtWork work;
  bool is_kernel = false;
};

struct SimtGraph {
  std::vector<SimtGraphNode> nodes;
};

namespace simt {

/// Puts `work` on the stream, or into the graph that it captures.
cudaError_t enqueue(cudaStream_t stream, SimtWork work, bool is_kernel = false);
/// Does what waits on it. The stream's card keeps an error for good.
cudaError_t drain(cudaStream_t stream);
/// The same for every stream.
void drain_all();

cudaError_t launch(cudaStream_t stream, dim3 grid, dim3 block, std::size_t dynamic_shared_bytes,
                   Kernel kernel);
/// Kernels that ran, on all cards.
long launches();

}  // namespace simt
