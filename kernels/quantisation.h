// What q8 and q4 mean, bit for bit, in plain scalar code: the truth that backends are compared
// with. All arithmetic is float32 in the order given, nothing fused.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/weight_format.h"

namespace cria::kernels {

/// Weight i of a block is values[i] * scale * the row's scale.
struct QuantisedBlock {
  float scale = 0;                               ///< q8: an f16 number; q4: code * |code|
  std::array<std::int8_t, block_size> values{};  ///< q8: -127..127, q4: -8..7
};
struct QuantisedRow {
  float scale = 1;  ///< always 1 in q8
  std::vector<QuantisedBlock> blocks;
};

/// q4 tries these: the largest weight of a block would become -8, 7.. times the scale.
inline constexpr float q4_targets[] = {-8.0F, -7.4F, -8.5F, -9.0F, -6.75F, -6.0F, 7.5F, 6.75F};

/// The code of a q4 block's scale is within -largest_code..largest_code, a byte.
inline constexpr float largest_code = 127;

/// Smaller weights would have no scale in f16; smaller activations no finite inverse.
inline constexpr float smallest_weight = 0x1p-30F;
inline constexpr float smallest_activation = 0x1p-100F;

/// A row of weights, each finite in f16, as blocks; the last is filled up with zeros.
///
/// q8: scale = f16(largest magnitude / 127), value = nearest even of weight * (1 / scale).
/// q4: with m the first weight of a block that has the largest magnitude, each target t proposes
/// the values nearest even of weight * (t / m), within -8..7. Their best scale is sum(weight *
/// value) / sum(value^2), and the error that it leaves is least where sum(weight * value)^2 /
/// sum(value^2) is largest; the first such proposal gives the block's scale s, zero where m is
/// below smallest_weight. The row's scale is r = the largest |s| / largest_code^2, a block's code
/// the nearest even of sqrt(|s| / r) with the sign of s: so small scales are kept nearly as well as
/// large ones. Values are then made anew, as nearest even of weight * (1 / (r * code * |code|)).
/// A scale or code of zero makes every value zero.
QuantisedRow quantise_row(std::span<const float> weights, WeightFormat format);

/// x [n] -> values [n padded to whole blocks], scales [blocks]: scale = largest magnitude / 127,
/// value = nearest even of x * (127 / largest magnitude); x is taken for value * scale. A block of
/// magnitudes below smallest_activation counts as zeros, with scale zero; one that holds an
/// infinity or a NaN has that as its scale, and zeros for values.
void quantise_activations(std::span<const float> x, std::span<std::int8_t> values,
                          std::span<float> scales);

}  // namespace cria::kernels
