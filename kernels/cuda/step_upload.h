// A step's rows, rotations and cells on their way to the card: everything that differs from token
// to token lies there, so that a recorded step stays as it is.
#pragma once

#include <cstddef>
#include <vector>

#include "kernels/backend.h"
#include "kernels/cuda/card.h"
#include "kernels/cuda/views.h"

namespace cria::kernels::cuda {

class StepUpload {
 public:
  /// Makes room and fills the host's side; waits until the card has taken the step before.
  /// `block_rows`: rows of a QueryBlock; 0: the step is decoded and needs none. Errors: device.
  Status prepare(const Step& step, int block_rows);
  /// Puts the copy on the stream. Errors: device.
  cudaError_t send(cudaStream_t stream) const;
  /// To be called when the copy was put on the stream, itself or in a graph.
  Status sent(cudaStream_t stream) { return taken_.record(stream); }

  /// Addresses on the card; the same for the same sizes until a longer step comes.
  const StepView& view() const { return view_; }
  /// Where the copy reads; stays as view() does.
  const std::byte* source() const { return host_.data(); }

 private:
  void find_blocks(const Step& step, int block_rows);

  PinnedMemory host_;
  CardMemory card_;
  Event taken_;
  bool ready_ = false;
  std::size_t bytes_ = 0;
  StepView view_;
  std::vector<std::int32_t> order_;
  std::vector<QueryBlock> blocks_;
};

}  // namespace cria::kernels::cuda
