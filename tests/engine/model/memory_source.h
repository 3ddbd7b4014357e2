// A checkpoint in memory, for tests: complete and right, then spoiled by the test.
#pragma once

#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "engine/checkpoint/tensor_source.h"
#include "engine/model/config.h"

namespace cria::engine::testing {

class MemorySource final : public TensorSource {
 public:
  /// Every tensor of `config`, F32, small random values. No "model." with a bare prefix.
  explicit MemorySource(const LlamaConfig& config, const std::string& prefix = "model.") {
    const kernels::LlamaShape s = config.shape();
    const auto linear = [&](const std::string& name, std::int64_t out, std::int64_t in, bool bias) {
      add(name + ".weight", {out, in});
      if (bias) add(name + ".bias", {out});
    };
    add(prefix + "embed_tokens.weight", {s.vocab_size, s.hidden_size});
    for (int i = 0; i < s.num_hidden_layers; ++i) {
      const std::string layer = prefix + "layers." + std::to_string(i) + ".";
      add(layer + "input_layernorm.weight", {s.hidden_size});
      linear(layer + "self_attn.q_proj", s.query_size(), s.hidden_size, config.attention_bias);
      linear(layer + "self_attn.k_proj", s.key_value_size(), s.hidden_size, config.attention_bias);
      linear(layer + "self_attn.v_proj", s.key_value_size(), s.hidden_size, config.attention_bias);
      linear(layer + "self_attn.o_proj", s.hidden_size, s.query_size(), config.attention_bias);
      add(layer + "post_attention_layernorm.weight", {s.hidden_size});
      linear(layer + "mlp.gate_proj", s.intermediate_size, s.hidden_size, config.mlp_bias);
      linear(layer + "mlp.up_proj", s.intermediate_size, s.hidden_size, config.mlp_bias);
      linear(layer + "mlp.down_proj", s.hidden_size, s.intermediate_size, config.mlp_bias);
    }
    add(prefix + "norm.weight", {s.hidden_size});
    if (!config.tie_word_embeddings) add("lm_head.weight", {s.vocab_size, s.hidden_size});
  }

  /// Adds or replaces a tensor.
  void add(const std::string& name, std::vector<std::int64_t> shape,
           ElementType type = ElementType::f32) {
    std::size_t count = 1;
    for (const std::int64_t size : shape) count *= static_cast<std::size_t>(size);
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(random_() % 1000) / 10000.0F;
    std::vector<std::byte>& bytes = bytes_[name];
    bytes.assign(count * size_of(type), std::byte{0});
    if (type == ElementType::f32) std::memcpy(bytes.data(), values.data(), bytes.size());
    StoredTensor& tensor = tensors_[name];
    tensor = {name,         type,
              shape,        std::vector<std::int64_t>(shape.size(), 1),
              bytes.data(), "model.safetensors"};
    for (std::size_t i = shape.size(); i > 1; --i)
      tensor.strides[i - 2] = tensor.strides[i - 1] * shape[i - 1];
    list();
  }

  void remove(const std::string& name) {
    tensors_.erase(name);
    list();
  }

  /// Element `index` of an F32 tensor.
  void set(const std::string& name, std::size_t index, float value) {
    std::memcpy(bytes_[name].data() + index * sizeof value, &value, sizeof value);
  }
  void copy_values(const std::string& from, const std::string& to) {
    std::memcpy(bytes_[to].data(), bytes_[from].data(), bytes_[from].size());
  }

  const std::vector<StoredTensor>& tensors() const override { return all_; }
  const StoredTensor* find(std::string_view name) const override {
    for (const StoredTensor& tensor : all_)
      if (tensor.name == name) return &tensor;
    return nullptr;
  }
  std::string format() const override { return "memory"; }
  std::uint64_t total_bytes() const override { return 0; }
  void release(const StoredTensor& tensor) const override { released.push_back(tensor.name); }
  void keep() const override { ++kept; }
  Status still_whole() const override {
    if (!cut) return {};
    return Error{ErrorKind::checkpoint, "model.safetensors was cut short."};
  }

  mutable std::vector<std::string> released;
  mutable int kept = 0;
  bool cut = false;  ///< the file has become too short

 private:
  void list() {
    all_.clear();
    for (const auto& [name, tensor] : tensors_) all_.push_back(tensor);
  }

  std::mt19937 random_{7};
  std::map<std::string, std::vector<std::byte>> bytes_;
  std::map<std::string, StoredTensor> tensors_;
  std::vector<StoredTensor> all_;
};

}  // namespace cria::engine::testing
