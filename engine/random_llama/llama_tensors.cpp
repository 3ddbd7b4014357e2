#include "engine/random_llama/llama_tensors.h"

#include <algorithm>
#include <cstring>

#include "engine/random_llama/random_values.h"
#include "kernels/half.h"

namespace cria::engine {
namespace {

constexpr std::int64_t piece_values = 1 << 20;
constexpr float initializer_range = 0.02F;  // transformers' own

/// A seed for each tensor, whatever the others are (FNV-1a).
std::uint64_t seed_of(const std::string& name, std::uint64_t seed) {
  std::uint64_t hash = 1469598103934665603ULL ^ seed;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

}  // namespace

std::vector<RandomTensor> llama_tensors(const RandomLlama& llama) {
  const std::int64_t hidden = llama.hidden_size;
  const std::int64_t inner = llama.intermediate_size;
  const std::int64_t kv = hidden / llama.num_attention_heads * llama.num_key_value_heads;
  std::vector<RandomTensor> tensors{{"model.embed_tokens.weight", {llama.vocab_size, hidden}}};
  for (std::int64_t i = 0; i < llama.num_hidden_layers; ++i) {
    const std::string layer = "model.layers." + std::to_string(i) + ".";
    tensors.push_back({layer + "self_attn.q_proj.weight", {hidden, hidden}});
    tensors.push_back({layer + "self_attn.k_proj.weight", {kv, hidden}});
    tensors.push_back({layer + "self_attn.v_proj.weight", {kv, hidden}});
    tensors.push_back({layer + "self_attn.o_proj.weight", {hidden, hidden}});
    tensors.push_back({layer + "mlp.gate_proj.weight", {inner, hidden}});
    tensors.push_back({layer + "mlp.up_proj.weight", {inner, hidden}});
    tensors.push_back({layer + "mlp.down_proj.weight", {hidden, inner}});
    tensors.push_back({layer + "input_layernorm.weight", {hidden}});
    tensors.push_back({layer + "post_attention_layernorm.weight", {hidden}});
  }
  tensors.push_back({"model.norm.weight", {hidden}});
  if (!llama.tie_word_embeddings) tensors.push_back({"lm_head.weight", {llama.vocab_size, hidden}});
  return tensors;
}

RandomBytes::RandomBytes(const RandomTensor& tensor, kernels::DType type, std::uint64_t seed)
    : tensor_(tensor),
      type_(type),
      seed_(seed_of(tensor.name, seed)),
      size_(static_cast<std::uint64_t>(tensor.count()) * kernels::size_of(type)),
      left_(tensor.count()) {}

const std::vector<char>& RandomBytes::next() {
  const std::int64_t count = std::min(left_, piece_values);
  const std::size_t width = kernels::size_of(type_);
  piece_.resize(static_cast<std::size_t>(count) * width);
  RandomValues random(seed_ + static_cast<std::uint64_t>(left_));
  for (std::int64_t i = 0; i < count; ++i) {
    const float value = tensor_.is_norm() ? 1.0F : random.next(initializer_range);
    char* at = piece_.data() + static_cast<std::size_t>(i) * width;
    if (type_ == kernels::DType::f32) {
      std::memcpy(at, &value, sizeof value);
    } else {
      const std::uint16_t bits = type_ == kernels::DType::f16 ? kernels::f16_from_f32(value)
                                                              : kernels::bf16_from_f32(value);
      std::memcpy(at, &bits, sizeof bits);
    }
  }
  left_ -= count;
  return piece_;
}

}  // namespace cria::engine
