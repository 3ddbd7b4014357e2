// The map of a Llama model: every tensor a member, its shape in a comment.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/checkpoint/tensor_source.h"
#include "kernels/backend.h"

namespace cria::engine {

using TensorPtr = std::unique_ptr<kernels::Tensor>;

/// y = weight . x + bias; weight [out, in], bias [1, out] or null.
struct Linear {
  TensorPtr weight;
  TensorPtr bias;

  kernels::Projection projection() const { return {weight.get(), bias.get()}; }
};

/// Vectors are f32; matrices are in LlamaWeights::precision, the head in head_format of it.
struct LayerWeights {
  TensorPtr input_layernorm;           ///< [1, hidden_size]
  Linear q_proj;                       ///< [num_attention_heads * head_dim, hidden_size]
  Linear k_proj;                       ///< [num_key_value_heads * head_dim, hidden_size]
  Linear v_proj;                       ///< [num_key_value_heads * head_dim, hidden_size]
  Linear o_proj;                       ///< [hidden_size, num_attention_heads * head_dim]
  TensorPtr post_attention_layernorm;  ///< [1, hidden_size]
  Linear gate_proj;                    ///< [intermediate_size, hidden_size]
  Linear up_proj;                      ///< [intermediate_size, hidden_size]
  Linear down_proj;                    ///< [hidden_size, intermediate_size]
};

/// The head decides between near equals, so four bits are too few for it.
constexpr kernels::WeightFormat head_format(kernels::WeightFormat precision) {
  return precision == kernels::WeightFormat::q4 ? kernels::WeightFormat::q8 : precision;
}

struct LlamaWeights {
  /// Kept while a tensor borrows its bytes, else null. First, so that it dies last.
  std::shared_ptr<const TensorSource> source;

  TensorPtr embed_tokens;            ///< [vocab_size, hidden_size]
  std::vector<LayerWeights> layers;  ///< num_hidden_layers
  TensorPtr norm;                    ///< [1, hidden_size]
  TensorPtr lm_head;                 ///< [vocab_size, hidden_size]; null: tied to embed_tokens

  kernels::WeightFormat precision = kernels::WeightFormat::f32;
  std::uint64_t bytes = 0;         ///< of all tensors, as computed with
  std::vector<std::string> notes;  ///< a sentence each, for the user: what was decided on loading

  const kernels::Tensor& head() const { return lm_head ? *lm_head : *embed_tokens; }
};

}  // namespace cria::engine
