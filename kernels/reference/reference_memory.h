// Weights, activations and cache of the reference backend: everything is float32 values, already
// rounded to the format they stand for.
#pragma once

#include <span>
#include <vector>

#include "kernels/sized_kv_cache.h"

namespace cria::kernels::reference {

/// `value` after a trip through `type`.
float rounded(float value, DType type);
/// Whether `format` can hold a weight: it and its rounding are finite. Blocks hold what f16 can.
bool fits(float value, WeightFormat format);
/// A row of weights [n] after a trip through `format`.
std::vector<float> rounded_weights(std::span<const float> row, WeightFormat format);
/// Activations [n] as a product with weights of `format` takes them.
std::vector<float> rounded_activations(std::span<const float> x, WeightFormat format);

class ReferenceTensor final : public Tensor {
 public:
  ReferenceTensor(std::int64_t rows, std::int64_t cols, WeightFormat format,
                  std::vector<float> values)
      : rows_(rows), cols_(cols), format_(format), values_(std::move(values)) {}
  std::int64_t rows() const override { return rows_; }
  std::int64_t cols() const override { return cols_; }
  WeightFormat format() const override { return format_; }
  std::size_t bytes() const override { return weight_bytes(format_, rows_, cols_); }
  bool borrows() const override { return false; }
  const float* row(std::int64_t index) const { return values_.data() + index * cols_; }

 private:
  std::int64_t rows_;
  std::int64_t cols_;
  WeightFormat format_;
  std::vector<float> values_;
};

class ReferenceBuffer final : public Buffer {
 public:
  ReferenceBuffer(std::int64_t rows, std::int64_t cols, std::vector<float> values)
      : rows_(rows), cols_(cols), values_(std::move(values)) {}
  std::int64_t rows() const override { return rows_; }
  std::int64_t cols() const override { return cols_; }
  float* row(std::int64_t index) { return values_.data() + index * cols_; }
  const float* row(std::int64_t index) const { return values_.data() + index * cols_; }

 private:
  std::int64_t rows_;
  std::int64_t cols_;
  std::vector<float> values_;
};

/// [layer][cell][kv_head][head_dim]
class ReferenceKvCache final : public SizedKvCache {
 public:
  ReferenceKvCache(const LlamaShape& shape, std::int32_t cells, DType type, std::vector<float> k,
                   std::vector<float> v)
      : SizedKvCache(shape, cells, type), k_(std::move(k)), v_(std::move(v)) {}
  std::size_t bytes() const override { return 2 * k_.size() * size_of(type()); }
  std::int64_t width() const { return static_cast<std::int64_t>(heads()) * head_dim(); }
  std::int64_t offset(std::int64_t layer, std::int64_t cell) const {
    return (layer * cells() + cell) * width();
  }
  float* k(std::int64_t layer, std::int64_t cell) { return k_.data() + offset(layer, cell); }
  float* v(std::int64_t layer, std::int64_t cell) { return v_.data() + offset(layer, cell); }
  const float* k(std::int64_t layer, std::int64_t cell) const {
    return k_.data() + offset(layer, cell);
  }
  const float* v(std::int64_t layer, std::int64_t cell) const {
    return v_.data() + offset(layer, cell);
  }

 private:
  std::vector<float> k_;
  std::vector<float> v_;
};

}  // namespace cria::kernels::reference
