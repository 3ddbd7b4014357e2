// Which tensors a Llama checkpoint holds, and where each goes.
#pragma once

#include <string>
#include <vector>

#include "engine/checkpoint/tensor_source.h"
#include "engine/model/config.h"
#include "engine/model/weights.h"

namespace cria::engine {

/// A tensor of the file and the member that it becomes.
struct MappedTensor {
  const StoredTensor* stored = nullptr;
  TensorPtr* member = nullptr;
  std::int64_t rows = 0;  ///< 1 for a vector
  std::int64_t cols = 0;
  bool is_head = false;  ///< or the embedding table where that serves as the head

  bool is_vector() const { return stored->shape.size() == 1; }
};

struct TensorMap {
  std::vector<MappedTensor> tensors;  ///< in the order of the forward pass
  std::vector<std::string> problems;  ///< a sentence each, the weightiest first
  std::vector<std::string> notes;
};

/// Sizes `weights` (its layers) for `config` and maps the source's tensors to its members. With
/// problems the map is not complete. Names may lack the "model." prefix, as those of a LlamaModel
/// saved without its head.
TensorMap map_tensors(const TensorSource& source, const LlamaConfig& config, LlamaWeights& weights);

/// Precondition: type is f32, f16 or bf16, which map_tensors has checked.
kernels::DType dtype_of(ElementType type);

/// Precondition: `tensor` has one or two dimensions and a type that can be computed with.
kernels::TensorView view_of(const StoredTensor& tensor);

}  // namespace cria::engine
