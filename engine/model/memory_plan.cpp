#include "engine/model/memory_plan.h"

#include <array>
#include <cstdio>
#include <string>

#include "engine/model/weights.h"

namespace cria::engine {
namespace {

std::string gigabytes(std::uint64_t bytes) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.2f GiB",
                static_cast<double>(bytes) / (1024.0 * 1024.0 * 1024.0));
  return text.data();
}

}  // namespace

std::uint64_t kv_bytes_per_token(const LlamaConfig& config, kernels::DType kv_type) {
  return 2 * static_cast<std::uint64_t>(config.num_hidden_layers) *
         static_cast<std::uint64_t>(config.shape().key_value_size()) * kernels::size_of(kv_type);
}

MemoryPlan plan_memory(const LlamaConfig& config, kernels::WeightFormat precision,
                       kernels::DType kv_type, std::int32_t cells, std::int32_t max_rows,
                       std::int32_t max_logit_rows) {
  const kernels::LlamaShape shape = config.shape();
  const auto row = static_cast<std::uint64_t>(shape.hidden_size) + shape.intermediate_size +
                   2 * static_cast<std::uint64_t>(shape.query_size());
  MemoryPlan plan;
  // As if every row were as short as the shortest: each has scales of its own in q8 and q4.
  const std::int64_t width = shape.hidden_size;
  const auto parameters = static_cast<std::int64_t>(config.parameters());
  const std::int64_t others = (parameters + width - 1) / width - shape.vocab_size;
  plan.weights = kernels::weight_bytes(precision, others, width) +
                 kernels::weight_bytes(head_format(precision), shape.vocab_size, width);
  plan.kv_cache = kv_bytes_per_token(config, kv_type) * static_cast<std::uint64_t>(cells);
  plan.activations = (row * static_cast<std::uint64_t>(max_rows) +
                      static_cast<std::uint64_t>(shape.vocab_size) * max_logit_rows) *
                     sizeof(float);
  return plan;
}

Status check_memory(const MemoryPlan& plan, const kernels::BackendInfo& device) {
  if (plan.total() <= device.memory_available) return {};
  return Error{ErrorKind::device, "The model needs " + gigabytes(plan.total()) +
                                      " of memory (weights " + gigabytes(plan.weights) +
                                      ", KV cache " + gigabytes(plan.kv_cache) + ", activations " +
                                      gigabytes(plan.activations) + "), but " + device.device +
                                      " has " + gigabytes(device.memory_available) +
                                      " free: choose a smaller precision or close other programs."};
}

}  // namespace cria::engine
