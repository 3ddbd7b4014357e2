// Decode steps that were recorded as CUDA graphs. A step is known by all that its launches are
// given (the stages are asked for it each time, which is cheap); only one that is new is recorded.
#pragma once

#include <map>

#include "kernels/cuda/graph.h"
#include "kernels/cuda/step_key.h"

namespace cria::kernels::cuda {

class RecordedSteps {
 public:
  /// Null: not known. Valid until the next step is kept.
  const RunnableGraph* find(const StepKey& key) const {
    const auto found = steps_.find(key);
    return found == steps_.end() ? nullptr : &found->second;
  }
  /// Only so many are kept: one too many makes all others be forgotten.
  const RunnableGraph* keep(const StepKey& key, RunnableGraph graph) {
    if (steps_.size() >= most_kept) steps_.clear();
    return &steps_.emplace(key, std::move(graph)).first->second;
  }

 private:
  // Batch sizes 1 to 8 with and without logits, of two sessions.
  static constexpr std::size_t most_kept = 32;

  std::map<StepKey, RunnableGraph> steps_;
};

}  // namespace cria::kernels::cuda
