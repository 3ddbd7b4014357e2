// Weights, activations and the KV cache in the card's memory.
#pragma once

#include "kernels/backend.h"
#include "kernels/cuda/card.h"
#include "kernels/cuda/views.h"

namespace cria::kernels::cuda {

/// Rows begin on multiples of weight_padding.
class CudaTensor final : public Tensor {
 public:
  CudaTensor(Matrix matrix, CardMemory memory) : matrix_(matrix), memory_(std::move(memory)) {
    matrix_.data = memory_.data();
  }
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
class CudaKvCache final : public KvCache {
 public:
  CudaKvCache(const LlamaShape& shape, std::int32_t cells, DType type, CardMemory k, CardMemory v)
      : layers_(shape.num_hidden_layers),
        heads_(shape.num_key_value_heads),
        head_dim_(shape.head_dim),
        cells_(cells),
        type_(type),
        k_(std::move(k)),
        v_(std::move(v)) {}
  std::int32_t cells() const override { return cells_; }
  DType type() const override { return type_; }
  std::size_t bytes() const override { return k_.bytes() + v_.bytes(); }

  std::int32_t layers() const { return layers_; }
  std::int32_t heads() const { return heads_; }
  std::int32_t head_dim() const { return head_dim_; }
  static int width_for(std::int32_t head_dim) { return static_cast<int>(padded(head_dim, 8)); }
  std::size_t cell_bytes() const {
    return static_cast<std::size_t>(width_for(head_dim_)) * size_of(type_);
  }
  /// From head to head.
  std::size_t head_bytes() const { return cell_bytes() * static_cast<std::size_t>(cells_); }
  CacheView layer(std::int32_t index) const {
    const std::size_t offset =
        head_bytes() * static_cast<std::size_t>(heads_) * static_cast<std::size_t>(index);
    return {k_.data() + offset, v_.data() + offset, cells_, width_for(head_dim_), type_};
  }

 private:
  std::int32_t layers_;
  std::int32_t heads_;
  std::int32_t head_dim_;
  std::int32_t cells_;
  DType type_;
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
