// From the tensors of a checkpoint to the weights of a model on a device.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engine/checkpoint/tensor_source.h"
#include "engine/model/config.h"
#include "engine/model/weights.h"
#include "kernels/backend.h"
#include "kernels/result.h"

namespace cria::engine {

/// "auto" is none. Errors: usage, naming the known ones.
Result<std::optional<kernels::WeightFormat>> parse_precision(std::string_view name);

/// The precision that "auto" means: bf16 for a checkpoint whose matrices are BF16, else f16 (or
/// what the device has instead). `asked` wins. Errors: device (it does not compute in `asked`).
Result<kernels::WeightFormat> choose_precision(const TensorSource& source,
                                               std::optional<kernels::WeightFormat> asked,
                                               const kernels::BackendInfo& device);

/// f32 for f32 weights, so that nothing is rounded; else f16.
kernels::DType kv_cache_type(kernels::WeightFormat precision);

/// Everything that keeps `source` from being a Llama of this config, a sentence each: tensors that
/// are missing, have another shape, a type that cannot be computed with, or do not belong there.
/// Reads no values. Ignored are rotary_emb.inv_freq (old checkpoints store it) and, where
/// the head is tied, lm_head.weight.
std::vector<std::string> find_tensor_problems(const TensorSource& source,
                                              const LlamaConfig& config);

/// Bytes read from the checkpoint, of all that will be.
using WeightsProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Converts every tensor. A value too large for f16 that was chosen by "auto" (asked = none) makes
/// the whole model bf16, and a note says so. Stops between tensors. Errors: checkpoint (the first
/// of find_tensor_problems, or a value that is not finite), device, cancelled. On error nothing
/// stays allocated.
Result<LlamaWeights> load_weights(const std::shared_ptr<const TensorSource>& source,
                                  const LlamaConfig& config, kernels::Backend& backend,
                                  std::optional<kernels::WeightFormat> asked,
                                  const WeightsProgress& progress, const std::stop_token& stop);

}  // namespace cria::engine
