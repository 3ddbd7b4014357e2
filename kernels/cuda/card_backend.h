// The memory half of the backend: weights, activations and the KV cache on a card. The stages are
// in cuda_backend.cpp.
#pragma once

#include "kernels/cuda/storage.h"
#include "kernels/cuda/upload.h"

namespace cria::kernels::cuda {

/// Whoever destroys it makes the card the one in use first.
class CardBackend : public Backend {
 public:
  explicit CardBackend(Card card) : card_(std::move(card)) {}
  /// Before anything else. Errors: device.
  Status open() { return stream_.create(); }

  BackendInfo info() const final;
  Result<std::unique_ptr<Tensor>> make_tensor(const TensorView& source,
                                              WeightFormat precision) final;
  Result<std::unique_ptr<Buffer>> make_buffer(std::int64_t rows, std::int64_t cols) final;
  Result<std::unique_ptr<KvCache>> make_kv_cache(const LlamaShape& shape, std::int32_t cells,
                                                 DType type) final;
  void copy_cells(KvCache& cache, std::int32_t from, std::int32_t to, std::int32_t count) final;
  void read_cell(const KvCache& cache, std::int32_t layer, std::int32_t cell, std::span<float> k,
                 std::span<float> v) const final;
  void write(Buffer& buffer, std::span<const float> values) final;
  void read(const Buffer& buffer, std::span<float> values) const final;

 protected:
  const Card& card() const { return card_; }
  const Stream& stream() const { return stream_; }
  /// The first error of all that was put on the stream; nothing runs after it.
  const Status& failure() const { return failure_; }
  void put(Status launched) const {
    if (failure_ && !launched) failure_ = std::move(launched);
  }
  void put(cudaError_t launched) const { put(check(launched, "computing")); }
  /// Where something is about to be written; what the host has of it is old from now on.
  static CudaBuffer& target(Buffer& buffer) {
    own(buffer).fetched = 0;
    return own(buffer);
  }

 private:
  Card card_;
  Stream stream_;
  Uploader uploader_{stream_};
  mutable Status failure_;
  mutable PinnedMemory passage_;
};

}  // namespace cria::kernels::cuda
