#include "kernels/cuda/recorded_steps.h"

#include "kernels/cuda/card.h"

namespace cria::kernels::cuda {
namespace {

// Batch sizes 1 to 8 with and without logits, of two sessions.
constexpr std::size_t most_kept = 32;

}  // namespace

cudaGraphExec_t RecordedSteps::find(const StepKey& key) const {
  const auto found = steps_.find(key);
  return found == steps_.end() ? nullptr : found->second;
}

Status RecordedSteps::begin(cudaStream_t stream) {
  return check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal),
               "recording a step");
}

Result<cudaGraphExec_t> RecordedSteps::end(const StepKey& key, cudaStream_t stream,
                                           const Status& launched) {
  cudaGraph_t graph = nullptr;
  const Status ended = check(cudaStreamEndCapture(stream, &graph), "recording a step");
  cudaGraphExec_t exec = nullptr;
  Status made = launched;
  if (made && !ended) made = ended;
  if (made) made = check(cudaGraphInstantiate(&exec, graph, 0), "recording a step");
  if (graph != nullptr) cudaGraphDestroy(graph);
  if (!made) return made.error();
  if (steps_.size() >= most_kept) clear();
  steps_.emplace(key, exec);
  return exec;
}

void RecordedSteps::clear() {
  for (const auto& [key, exec] : steps_) cudaGraphExecDestroy(exec);
  steps_.clear();
}

}  // namespace cria::kernels::cuda
