// Weights on their way to the card: while the card takes one piece and converts it, the host reads
// and checks the next.
#pragma once

#include <array>
#include <memory>

#include "kernels/backend.h"
#include "kernels/cuda/card.h"
#include "kernels/cuda/storage.h"

namespace cria::kernels::cuda {

class Uploader {
 public:
  explicit Uploader(const Stream& stream) : stream_(stream) {}

  /// As Backend::make_tensor. Comes back when the host has read the source; the card may still be
  /// at work then.
  Result<std::unique_ptr<Tensor>> upload(const TensorView& source, WeightFormat precision);

 private:
  struct Slot {
    PinnedMemory pinned;
    CardMemory raw;  // what has to be converted
    Event taken;     // the card has read both
    bool ready = false;
  };
  Result<Slot*> next_slot(std::uint64_t bytes, bool converts);
  Status send(const TensorView& source, std::int64_t first, std::int64_t rows, const Matrix& to);

  const Stream& stream_;
  std::array<Slot, 2> slots_;
  std::size_t turn_ = 0;
};

}  // namespace cria::kernels::cuda
