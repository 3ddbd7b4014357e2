#include "kernels/quantisation.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "kernels/half.h"

namespace cria::kernels {
namespace {

std::int8_t nearest(float value, float low, float high) {
  return static_cast<std::int8_t>(std::nearbyint(std::clamp(value, low, high)));
}

std::uint32_t magnitude_bits(float value) {
  return std::bit_cast<std::uint32_t>(value) & 0x7FFFFFFFU;
}

/// The first value of the largest magnitude; a NaN is larger than all.
float first_largest(std::span<const float> values) {
  float largest = 0;
  for (const float value : values)
    if (magnitude_bits(value) > magnitude_bits(largest)) largest = value;
  return largest;
}

/// The scale that leaves the least error, before it is rounded.
float best_q4_scale(std::span<const float> weights) {
  const float largest = first_largest(weights);
  if (std::abs(largest) < smallest_weight) return 0;
  float best_merit = -1;
  float best_scale = 0;
  for (const float target : q4_targets) {
    const float inverse = target / largest;
    float products = 0;
    float squares = 0;
    for (const float weight : weights) {
      const float value = nearest(weight * inverse, -8, 7);
      products += weight * value;
      squares += value * value;
    }
    const float scale = products / squares;
    const float merit = products * scale;
    if (merit > best_merit) {
      best_merit = merit;
      best_scale = scale;
    }
  }
  return best_scale;
}

float q8_scale(std::span<const float> weights) {
  return f32_from_f16(f16_from_f32(std::abs(first_largest(weights)) / 127));
}

/// Every block's scale becomes code * |code|. Returns the row's.
float encode_scales(std::span<QuantisedBlock> blocks) {
  float largest = 0;
  for (const QuantisedBlock& block : blocks) largest = std::max(largest, std::abs(block.scale));
  const float unit = largest / (largest_code * largest_code);
  if (unit == 0) return unit;
  for (QuantisedBlock& block : blocks) {
    const float root = std::sqrt(std::abs(block.scale) / unit);
    const float code = nearest(root, 0, largest_code);
    block.scale = std::copysign(code * code, block.scale);
  }
  return unit;
}

}  // namespace

QuantisedRow quantise_row(std::span<const float> weights, WeightFormat format) {
  const bool q4 = format == WeightFormat::q4;
  QuantisedRow row;
  row.blocks.resize((weights.size() + block_size - 1) / block_size);
  const auto part = [&](std::size_t block) {
    const std::size_t from = block * block_size;
    return weights.subspan(from, std::min<std::size_t>(block_size, weights.size() - from));
  };
  for (std::size_t b = 0; b < row.blocks.size(); ++b)
    row.blocks[b].scale = q4 ? best_q4_scale(part(b)) : q8_scale(part(b));
  if (q4) row.scale = encode_scales(row.blocks);
  for (std::size_t b = 0; b < row.blocks.size(); ++b) {
    const float scale = row.scale * row.blocks[b].scale;
    if (scale == 0) continue;
    const float inverse = 1 / scale;
    for (std::size_t i = 0; i < part(b).size(); ++i)
      row.blocks[b].values[i] = nearest(part(b)[i] * inverse, q4 ? -8 : -127, q4 ? 7 : 127);
  }
  return row;
}

void quantise_activations(std::span<const float> x, std::span<std::int8_t> values,
                          std::span<float> scales) {
  for (std::size_t block = 0; block < scales.size(); ++block) {
    const std::size_t from = block * block_size;
    const auto part = x.subspan(from, std::min<std::size_t>(block_size, x.size() - from));
    const float largest = std::abs(first_largest(part));
    scales[block] = largest < smallest_activation ? 0 : largest / 127;
    const bool usable = largest >= smallest_activation && std::isfinite(largest);
    for (std::size_t i = 0; i < block_size; ++i)
      values[from + i] = usable && i < part.size() ? nearest(part[i] * (127 / largest), -127, 127)
                                                   : std::int8_t{0};
  }
}

}  // namespace cria::kernels
