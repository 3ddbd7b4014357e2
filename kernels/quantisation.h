// What q8 and q4 mean, bit for bit, in plain scalar code: the truth that backends are compared
// with. All arithmetic is float32 in the order given, nothing fused.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "kernels/weight_format.h"

namespace cria::kernels {

/// Weight i is values[i] * the f16 number `scale`.
struct QuantisedBlock {
  std::uint16_t scale = 0;                       ///< f16 bits; may be negative in q4
  std::array<std::int8_t, block_size> values{};  ///< q8: -127..127, q4: -8..7
};

/// q4 tries these: the largest weight of a block would become -8, 7.. times the scale.
inline constexpr float q4_targets[] = {-8.0F, -7.4F, -8.5F, -9.0F, -6.75F, -6.0F, 7.5F, 6.75F};

/// Smaller weights would have no scale in f16; smaller activations no finite inverse.
inline constexpr float smallest_weight = 0x1p-30F;
inline constexpr float smallest_activation = 0x1p-100F;

/// Up to block_size weights, each finite in f16, as a block.
///
/// q8: scale = f16(largest magnitude / 127), value = nearest even of weight * (1 / scale).
/// q4: with m the first weight of the largest magnitude, each target t proposes the values
/// nearest even of weight * (t / m), within -8..7. Their best scale is sum(weight * value) /
/// sum(value^2), and the error that it leaves is least where sum(weight * value)^2 / sum(value^2)
/// is largest; the first such proposal gives the scale (as f16), with which the values are made
/// anew. A scale of zero, and in q4 an m below smallest_weight, makes every value zero.
QuantisedBlock quantise_block(std::span<const float> weights, WeightFormat format);

/// x [n] -> values [n padded to whole blocks], scales [blocks]: scale = largest magnitude / 127,
/// value = nearest even of x * (127 / largest magnitude); x is taken for value * scale. A block of
/// magnitudes below smallest_activation counts as zeros, with scale zero; one that holds an
/// infinity or a NaN has that as its scale, and zeros for values.
void quantise_activations(std::span<const float> x, std::span<std::int8_t> values,
                          std::span<float> scales);

}  // namespace cria::kernels
