// Work that was recorded instead of run, and is run as a whole.
#pragma once

#include <cuda_runtime.h>
#include <utility>

#include "kernels/result.h"

namespace cria::kernels::cuda {

/// A graph made ready to be launched.
class RunnableGraph {
 public:
  explicit RunnableGraph(cudaGraphExec_t exec) : exec_(exec) {}
  ~RunnableGraph() {
    if (exec_ != nullptr) cudaGraphExecDestroy(exec_);
  }
  RunnableGraph(RunnableGraph&& other) noexcept : exec_(std::exchange(other.exec_, nullptr)) {}
  RunnableGraph& operator=(RunnableGraph&& other) noexcept {
    std::swap(exec_, other.exec_);
    return *this;
  }

  /// Errors: device.
  Status launch(cudaStream_t stream) const;

 private:
  cudaGraphExec_t exec_;
};

class Graph {
 public:
  /// What `launches()` (a Status) puts on the stream. Errors: device, those of `launches`.
  template <typename Launches>
  static Result<Graph> record(cudaStream_t stream, const Launches& launches) {
    if (Status begun = begin(stream); !begun) return begun.error();
    const Status launched = launches();
    return end(stream, launched);
  }
  ~Graph() {
    if (graph_ != nullptr) cudaGraphDestroy(graph_);
  }
  Graph(Graph&& other) noexcept : graph_(std::exchange(other.graph_, nullptr)) {}
  Graph& operator=(Graph&& other) noexcept {
    std::swap(graph_, other.graph_);
    return *this;
  }

  /// Errors: device.
  Result<RunnableGraph> make_runnable() const;
  /// How many kernels it launches. Errors: device.
  Result<int> count_kernels() const;

 private:
  explicit Graph(cudaGraph_t graph) : graph_(graph) {}
  static Status begin(cudaStream_t stream);
  static Result<Graph> end(cudaStream_t stream, const Status& launched);

  cudaGraph_t graph_;
};

}  // namespace cria::kernels::cuda
