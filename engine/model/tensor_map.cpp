#include "engine/model/tensor_map.h"

#include <cstring>
#include <set>
#include <string_view>

#include "engine/base/file_error.h"
#include "engine/checkpoint/tensor_layout.h"

namespace cria::engine {
namespace {

bool computable(ElementType type) {
  return type == ElementType::f32 || type == ElementType::f16 || type == ElementType::bf16;
}

/// Old checkpoints store what rope_theta gives anyway.
bool is_derived(std::string_view name) { return name.ends_with("rotary_emb.inv_freq"); }

bool same_values(const StoredTensor& a, const StoredTensor& b) {
  if (a.type != b.type || a.shape != b.shape) return false;
  if (a.data == b.data && a.strides == b.strides) return true;
  const auto size = static_cast<std::int64_t>(size_of(a.type));
  const auto row_bytes = static_cast<std::size_t>(a.shape[1] * size);
  const bool rows_whole = a.strides[1] == 1 && b.strides[1] == 1;
  for (std::int64_t r = 0; r < a.shape[0]; ++r) {
    const std::byte* left = a.data + r * a.strides[0] * size;
    const std::byte* right = b.data + r * b.strides[0] * size;
    if (rows_whole) {
      if (std::memcmp(left, right, row_bytes) != 0) return false;
      continue;
    }
    for (std::int64_t c = 0; c < a.shape[1]; ++c)
      if (std::memcmp(left + c * a.strides[1] * size, right + c * b.strides[1] * size,
                      static_cast<std::size_t>(size)) != 0)
        return false;
  }
  return true;
}

class Mapper {
 public:
  Mapper(const TensorSource& source, const LlamaConfig& config, LlamaWeights& weights)
      : source_(source), config_(config), weights_(weights) {
    if (source.find("model.embed_tokens.weight") == nullptr &&
        (source.find("embed_tokens.weight") != nullptr || source.find("norm.weight") != nullptr))
      prefix_.clear();
  }

  TensorMap map() {
    weights_.layers =
        std::vector<LayerWeights>(static_cast<std::size_t>(config_.num_hidden_layers));
    const kernels::LlamaShape shape = config_.shape();
    map_embedding(shape);
    for (std::size_t i = 0; i < weights_.layers.size(); ++i) map_layer(i, shape);
    vector(prefix_ + "norm.weight", weights_.norm, shape.hidden_size);
    map_head(shape);
    find_extra();
    return std::move(result_);
  }

 private:
  void map_embedding(const kernels::LlamaShape& shape) {
    const std::string name = prefix_ + "embed_tokens.weight";
    // A tied table may be stored under the head's name only.
    const bool as_head = config_.tie_word_embeddings && source_.find(name) == nullptr &&
                         source_.find(head_name_) != nullptr;
    matrix(as_head ? head_name_ : name, weights_.embed_tokens, shape.vocab_size, shape.hidden_size,
           config_.tie_word_embeddings);
  }

  void map_layer(std::size_t index, const kernels::LlamaShape& shape) {
    LayerWeights& layer = weights_.layers[index];
    const std::string base = prefix_ + "layers." + std::to_string(index) + ".";
    const std::int64_t hidden = shape.hidden_size;
    const bool bias = config_.attention_bias;
    vector(base + "input_layernorm.weight", layer.input_layernorm, hidden);
    linear(base + "self_attn.q_proj", layer.q_proj, shape.query_size(), hidden, bias);
    linear(base + "self_attn.k_proj", layer.k_proj, shape.key_value_size(), hidden, bias);
    linear(base + "self_attn.v_proj", layer.v_proj, shape.key_value_size(), hidden, bias);
    linear(base + "self_attn.o_proj", layer.o_proj, hidden, shape.query_size(), bias);
    vector(base + "post_attention_layernorm.weight", layer.post_attention_layernorm, hidden);
    const std::int64_t inner = shape.intermediate_size;
    linear(base + "mlp.gate_proj", layer.gate_proj, inner, hidden, config_.mlp_bias);
    linear(base + "mlp.up_proj", layer.up_proj, inner, hidden, config_.mlp_bias);
    linear(base + "mlp.down_proj", layer.down_proj, hidden, inner, config_.mlp_bias);
  }

  void map_head(const kernels::LlamaShape& shape) {
    if (!config_.tie_word_embeddings) {
      matrix(head_name_, weights_.lm_head, shape.vocab_size, shape.hidden_size, true);
      return;
    }
    const StoredTensor* head = source_.find(head_name_);
    if (head == nullptr || seen_.contains(head_name_)) return;
    seen_.insert(head_name_);
    const StoredTensor* table = source_.find(prefix_ + "embed_tokens.weight");
    if (table == nullptr || !fits(*table, {shape.vocab_size, shape.hidden_size})) return;
    const bool same = same_values(*head, *table);
    if (const Status whole = source_.still_whole(); !whole) {
      result_.problems.push_back(whole.error().message);
      return;
    }
    if (same) return;
    // As transformers 5: the file is believed, not the config.
    matrix(head_name_, weights_.lm_head, shape.vocab_size, shape.hidden_size, true);
    result_.notes.emplace_back(
        "config.json ties the head to the embedding table, but the file holds a different "
        "lm_head.weight, which is used.");
  }

  void linear(const std::string& name, Linear& member, std::int64_t out, std::int64_t in,
              bool bias) {
    matrix(name + ".weight", member.weight, out, in);
    if (bias) vector(name + ".bias", member.bias, out);
  }

  void matrix(const std::string& name, TensorPtr& member, std::int64_t rows, std::int64_t cols,
              bool is_head = false) {
    if (const StoredTensor* stored = take(name, {rows, cols}))
      result_.tensors.push_back({stored, &member, rows, cols, is_head});
  }

  void vector(const std::string& name, TensorPtr& member, std::int64_t size) {
    if (const StoredTensor* stored = take(name, {size}))
      result_.tensors.push_back({stored, &member, 1, size});
  }

  static bool fits(const StoredTensor& stored, const std::vector<std::int64_t>& shape) {
    return stored.shape == shape && computable(stored.type);
  }

  const StoredTensor* take(const std::string& name, const std::vector<std::int64_t>& shape) {
    seen_.insert(name);
    const StoredTensor* stored = source_.find(name);
    if (stored == nullptr) {
      result_.problems.push_back(place() + ": tensor " + name + " " + shape_text(shape) +
                                 " is missing, which config.json asks for.");
      return nullptr;
    }
    const std::string where = stored->file.string() + ": tensor " + name;
    if (stored->shape != shape)
      result_.problems.push_back(where + " should have the shape " + shape_text(shape) +
                                 " that config.json gives, found " + shape_text(stored->shape) +
                                 ".");
    else if (!computable(stored->type))
      result_.problems.push_back(where + " should be F32, F16 or BF16, found " +
                                 std::string(name_of(stored->type)) + ".");
    else
      return stored;
    return nullptr;
  }

  /// The weight file, or the folder of several.
  std::string place() const {
    const std::vector<StoredTensor>& all = source_.tensors();
    if (all.empty()) return "The " + source_.format() + " weights";
    for (const StoredTensor& stored : all)
      if (stored.file != all.front().file) return all.front().file.parent_path().string();
    return all.front().file.string();
  }

  void find_extra() {
    for (const StoredTensor& stored : source_.tensors()) {
      if (seen_.contains(stored.name) || is_derived(stored.name)) continue;
      result_.problems.push_back(stored.file.string() + ": tensor " + in_quotes(stored.name) + " " +
                                 shape_text(stored.shape) + " is not part of the model that " +
                                 "config.json describes (" + expectation(stored.name) + ").");
    }
  }

  /// The key of config.json that an extra tensor most likely disagrees with.
  std::string expectation(std::string_view name) const {
    if (name.ends_with(".bias"))
      return name.find(".mlp.") != std::string_view::npos
                 ? "mlp_bias is " + std::string(config_.mlp_bias ? "true" : "false")
                 : "attention_bias is " + std::string(config_.attention_bias ? "true" : "false");
    return "expected the " + std::to_string(config_.num_hidden_layers) +
           " layers, embedding, norm and head of a Llama";
  }

  const TensorSource& source_;
  const LlamaConfig& config_;
  LlamaWeights& weights_;
  std::string prefix_ = "model.";
  const std::string head_name_ = "lm_head.weight";
  std::set<std::string, std::less<>> seen_;
  TensorMap result_;
};

}  // namespace

TensorMap map_tensors(const TensorSource& source, const LlamaConfig& config,
                      LlamaWeights& weights) {
  return Mapper(source, config, weights).map();
}

kernels::DType dtype_of(ElementType type) {
  if (type == ElementType::f16) return kernels::DType::f16;
  return type == ElementType::bf16 ? kernels::DType::bf16 : kernels::DType::f32;
}

kernels::TensorView view_of(const StoredTensor& tensor) {
  const bool is_vector = tensor.shape.size() == 1;
  return {tensor.data,
          dtype_of(tensor.type),
          is_vector ? 1 : tensor.shape[0],
          tensor.shape.back(),
          is_vector ? 0 : tensor.strides[0],
          tensor.strides.back()};
}

}  // namespace cria::engine
