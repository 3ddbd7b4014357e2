// What a KV cache of any backend knows of its sizes.
#pragma once

#include "kernels/backend.h"

namespace cria::kernels {

class SizedKvCache : public KvCache {
 public:
  SizedKvCache(const LlamaShape& shape, std::int32_t cells, DType type)
      : layers_(shape.num_hidden_layers),
        heads_(shape.num_key_value_heads),
        head_dim_(shape.head_dim),
        cells_(cells),
        type_(type) {}
  std::int32_t cells() const final { return cells_; }
  DType type() const final { return type_; }
  std::int32_t layers() const { return layers_; }
  std::int32_t heads() const { return heads_; }  ///< of keys and values
  std::int32_t head_dim() const { return head_dim_; }

 private:
  std::int32_t layers_;
  std::int32_t heads_;
  std::int32_t head_dim_;
  std::int32_t cells_;
  DType type_;
};

}  // namespace cria::kernels
