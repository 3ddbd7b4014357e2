// libFuzzer: any bytes as config.json end in a config within its limits, or in one sentence.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "engine/model/config.h"
#include "engine/model/memory_plan.h"
#include "engine/model/rope.h"

namespace {

/// What every later stage relies on.
bool sound(const cria::engine::LlamaConfig& config) {
  return config.hidden_size > 0 && config.head_dim > 0 && config.head_dim % 2 == 0 &&
         config.num_key_value_heads > 0 &&
         config.num_attention_heads % config.num_key_value_heads == 0 &&
         config.shape().query_size() > 0 && config.parameters() > 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto config = cria::engine::parse_config(text, "config.json");
  if (!config) {
    if (config.error().message.empty() || config.error().message.size() > 1000) std::abort();
    return 0;
  }
  if (!sound(*config)) std::abort();
  using cria::kernels::DType;
  using cria::kernels::WeightFormat;
  if (cria::engine::plan_memory(*config, WeightFormat::f32, DType::f32,
                                config->max_position_embeddings, 256, 8)
          .total() == 0)
    std::abort();
  cria::engine::Rope rope(*config);
  std::vector<float> cos(static_cast<std::size_t>(rope.rotary_dim() / 2));
  std::vector<float> sin(cos.size());
  rope.row(1, config->max_position_embeddings, cos, sin);
  rope.row(config->max_position_embeddings, config->max_position_embeddings + 1, cos, sin);
  return 0;
}
