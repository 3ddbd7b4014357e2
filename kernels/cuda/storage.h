// Weights, activations and the KV cache in the card's memory.
#pragma once

#include "kernels/cuda/card.h"
#include "kernels/cuda/views.h"
#include "kernels/sized_kv_cache.h"

namespace cria::kernels::cuda {

/// Rows begin on multiples of weight_padding. `matrix` lies in `memory`.
class CudaTensor final : public Tensor {
 public:
  CudaTensor(const Matrix& matrix, CardMemory memory)
      : matrix_(matrix), memory_(std::move(memory)) {}
  std::int64_t rows() const override { return matrix_.rows; }
  std::int64_t cols() const override { return matrix_.cols; }
  WeightFormat format() const override { return matrix_.format; }
  std::size_t bytes() const override { return weight_bytes(matrix_.format, rows(), cols()); }
  bool borrows() const override { return false; }

  const Matrix& matrix() const { return matrix_; }
  /// Precondition: format() is f32.
  const float* floats() const { return memory_.floats(); }

 private:
  Matrix matrix_;
  CardMemory memory_;
};

/// Rows begin on multiples of row_padding; the padding is zero and stays so.
class CudaBuffer final : public Buffer {
 public:
  CudaBuffer(std::int64_t rows, std::int64_t cols, CardMemory memory)
      : rows_(rows), cols_(cols), memory_(std::move(memory)) {}
  std::int64_t rows() const override { return rows_; }
  std::int64_t cols() const override { return cols_; }
  std::int64_t stride() const { return padded(cols_, row_padding); }
  float* data() const { return memory_.floats(); }
  Activations view() const { return {data(), stride(), static_cast<int>(cols_)}; }

  /// Where the host finds the first `fetched` rows, without padding, once the step is over.
  PinnedMemory& host() { return host_; }
  const PinnedMemory& host() const { return host_; }
  std::int64_t fetched = 0;

 private:
  std::int64_t rows_;
  std::int64_t cols_;
  CardMemory memory_;
  PinnedMemory host_;
};

/// K and V each [layer][kv_head][cell][width], width = head_dim padded to 8; the padding is zero.
class CudaKvCache final : public SizedKvCache {
 public:
  CudaKvCache(const LlamaShape& shape, std::int32_t cells, DType type, CardMemory k, CardMemory v)
      : SizedKvCache(shape, cells, type), k_(std::move(k)), v_(std::move(v)) {}
  std::size_t bytes() const override { return k_.bytes() + v_.bytes(); }

  static int width_for(std::int32_t head_dim) { return static_cast<int>(padded(head_dim, 8)); }
  std::size_t cell_bytes() const {
    return static_cast<std::size_t>(width_for(head_dim())) * size_of(type());
  }
  /// From head to head.
  std::size_t head_bytes() const { return cell_bytes() * static_cast<std::size_t>(cells()); }
  CacheView layer(std::int32_t index) const {
    const std::size_t offset =
        head_bytes() * static_cast<std::size_t>(heads()) * static_cast<std::size_t>(index);
    return {k_.data() + offset, v_.data() + offset, cells(), width_for(head_dim()), type()};
  }

 private:
  CardMemory k_;
  CardMemory v_;
};

inline const CudaTensor& own(const Tensor& tensor) {
  return static_cast<const CudaTensor&>(tensor);
}
inline const CudaBuffer& own(const Buffer& buffer) {
  return static_cast<const CudaBuffer&>(buffer);
}
inline CudaBuffer& own(Buffer& buffer) { return static_cast<CudaBuffer&>(buffer); }
inline const CudaKvCache& own(const KvCache& cache) {
  return static_cast<const CudaKvCache&>(cache);
}

}  // namespace cria::kernels::cuda
