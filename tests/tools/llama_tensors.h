// The tensors of a Llama of a given shape, in the order that they are written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/dtype.h"

namespace cria::tools {

struct Shape {
  std::int64_t hidden_size = 64;
  std::int64_t intermediate_size = 176;
  std::int64_t num_hidden_layers = 4;
  std::int64_t num_attention_heads = 8;
  std::int64_t num_key_value_heads = 4;
  std::int64_t vocab_size = 512;
  std::int64_t max_position_embeddings = 2048;
  bool tie_word_embeddings = false;
};

struct Tensor {
  std::string name;
  std::vector<std::int64_t> shape;

  std::int64_t count() const { return shape.size() == 2 ? shape[0] * shape[1] : shape[0]; }
  bool is_norm() const { return shape.size() == 1; }
};

std::vector<Tensor> llama_tensors(const Shape& shape);

/// Fills `bytes` with the values of one tensor, a piece at a time.
class TensorBytes {
 public:
  TensorBytes(const Tensor& tensor, kernels::DType type, std::uint64_t seed);
  std::uint64_t size() const { return size_; }
  /// The next piece, empty at the end. Valid until the next call.
  const std::vector<char>& next();

 private:
  const Tensor& tensor_;
  kernels::DType type_;
  std::uint64_t seed_;
  std::uint64_t size_;
  std::int64_t left_;
  std::vector<char> piece_;
};

}  // namespace cria::tools
