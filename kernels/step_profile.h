// What a device itself measures of a step.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace cria::kernels {

/// The stages of backend.h, in the model's order.
enum class Stage : std::uint8_t {
  embed,
  attention_in,
  attend,
  attention_out,
  ffn_in,
  ffn_out,
  logits
};
inline constexpr std::array<std::string_view, 7> stage_names = {
    "embed", "attention_in", "attend", "attention_out", "ffn_in", "ffn_out", "logits"};

struct StepProfile {
  int launches = 0;  ///< kernels of the step
  /// Read and written while a block far larger than the device's caches was copied on it.
  double copy_bytes_per_second = 0;
  /// Milliseconds of each stage, in all layers together.
  std::array<double, stage_names.size()> stage_ms{};
};

}  // namespace cria::kernels
