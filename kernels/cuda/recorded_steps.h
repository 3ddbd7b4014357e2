// Decode steps that were recorded as CUDA graphs. A step is known by all that its launches are
// given (the stages are asked for it each time, which is cheap); only one that is new is recorded.
#pragma once

#include <cuda_runtime.h>
#include <map>

#include "kernels/cuda/step_key.h"
#include "kernels/result.h"

namespace cria::kernels::cuda {

class RecordedSteps {
 public:
  RecordedSteps() = default;
  ~RecordedSteps() { clear(); }
  RecordedSteps(const RecordedSteps&) = delete;
  RecordedSteps& operator=(const RecordedSteps&) = delete;

  /// Null: not known.
  cudaGraphExec_t find(const StepKey& key) const;
  /// Records what `launches` puts on the stream, and keeps it under `key`; a few are kept. Errors:
  /// device.
  template <typename Launches>
  Result<cudaGraphExec_t> record(const StepKey& key, cudaStream_t stream,
                                 const Launches& launches) {
    if (Status begun = begin(stream); !begun) return begun.error();
    const Status launched = launches();
    return end(key, stream, launched);
  }
  void clear();
  std::size_t size() const { return steps_.size(); }

 private:
  static Status begin(cudaStream_t stream);
  Result<cudaGraphExec_t> end(const StepKey& key, cudaStream_t stream, const Status& launched);

  std::map<StepKey, cudaGraphExec_t> steps_;
};

}  // namespace cria::kernels::cuda
