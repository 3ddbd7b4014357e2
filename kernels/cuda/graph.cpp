#include "kernels/cuda/graph.h"

#include <vector>

#include "kernels/cuda/card.h"

namespace cria::kernels::cuda {
namespace {

constexpr const char* recording = "recording a step";

}  // namespace

Status RunnableGraph::launch(cudaStream_t stream) const {
  return check(cudaGraphLaunch(exec_, stream), "computing");
}

Status Graph::begin(cudaStream_t stream) {
  return check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), recording);
}

Result<Graph> Graph::end(cudaStream_t stream, const Status& launched) {
  cudaGraph_t recorded = nullptr;
  const Status ended = check(cudaStreamEndCapture(stream, &recorded), recording);
  Graph graph(recorded);
  if (!launched) return launched.error();
  if (!ended) return ended.error();
  return graph;
}

Result<RunnableGraph> Graph::make_runnable() const {
  cudaGraphExec_t exec = nullptr;
  if (Status made = check(cudaGraphInstantiate(&exec, graph_, 0), recording); !made)
    return made.error();
  return RunnableGraph(exec);
}

Result<int> Graph::count_kernels() const {
  std::size_t count = 0;
  if (Status counted = check(cudaGraphGetNodes(graph_, nullptr, &count), recording); !counted)
    return counted.error();
  std::vector<cudaGraphNode_t> nodes(count);
  if (Status listed = check(cudaGraphGetNodes(graph_, nodes.data(), &count), recording); !listed)
    return listed.error();
  int kernels = 0;
  for (const cudaGraphNode_t node : nodes) {
    cudaGraphNodeType type{};
    if (Status seen = check(cudaGraphNodeGetType(node, &type), recording); !seen)
      return seen.error();
    if (type == cudaGraphNodeTypeKernel) ++kernels;
  }
  return kernels;
}

}  // namespace cria::kernels::cuda
