// The sizes and wirings of a Llama-like decoder that the kernels need to know.
#pragma once

#include <cstdint>

namespace cria::kernels {

/// Names are those of Hugging Face's config.json. Biases are not listed: a projection has one where
/// its bias tensor is given (backend.h).
struct LlamaShape {
  std::int32_t hidden_size = 0;
  std::int32_t intermediate_size = 0;
  std::int32_t num_hidden_layers = 0;
  std::int32_t num_attention_heads = 0;
  std::int32_t num_key_value_heads = 0;  ///< divides num_attention_heads
  std::int32_t head_dim = 0;             ///< even
  std::int32_t rotary_dim =
      0;  ///< how many leading elements of a head are rotated; Llama: head_dim
  std::int32_t vocab_size = 0;
  float rms_norm_eps = 1e-6F;
  float attention_scale = 0;  ///< scores are q.k * attention_scale; Llama: 1/sqrt(head_dim)

  std::int32_t query_size() const { return num_attention_heads * head_dim; }
  std::int32_t key_value_size() const { return num_key_value_heads * head_dim; }
};

}  // namespace cria::kernels
