// The tensors of a Llama with random weights, in the order that they are written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/random_llama/random_llama.h"
#include "kernels/dtype.h"

namespace cria::engine {

struct RandomTensor {
  std::string name;
  std::vector<std::int64_t> shape;

  std::int64_t count() const { return shape.size() == 2 ? shape[0] * shape[1] : shape[0]; }
  bool is_norm() const { return shape.size() == 1; }
};

std::vector<RandomTensor> llama_tensors(const RandomLlama& llama);

/// The bytes of one tensor, a piece at a time. The same name, type and seed give the same bytes.
class RandomBytes {
 public:
  /// `tensor` outlives it.
  RandomBytes(const RandomTensor& tensor, kernels::DType type, std::uint64_t seed);
  std::uint64_t size() const { return size_; }
  /// The next piece, empty at the end. Valid until the next call.
  const std::vector<char>& next();

 private:
  const RandomTensor& tensor_;
  kernels::DType type_;
  std::uint64_t seed_;
  std::uint64_t size_;
  std::int64_t left_;
  std::vector<char> piece_;
};

}  // namespace cria::engine
