// Weights to q8 and q4, activations to int8: quantisation.h's numbers, sixteen blocks at a time.
#include "kernels/cpu/simd/lanes.h"
#include "kernels/cpu/simd/parts.h"
#include "kernels/quantisation.h"

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

/// Below every scale but zero.
constexpr float least_scale = 0x1p-60F;

/// 16 blocks side by side: weights[k] has weight k of each.
using Blocks = Lanes[block_size];

inline Lanes first_largest(const Blocks& weights) {
  Lanes largest = zero();
  for (const Lanes weight : weights)
    largest = where_above(magnitude(weight), magnitude(largest), weight, largest);
  return largest;
}

inline Lanes nearest_within(Lanes value, Lanes low, Lanes high) {
  return nearest(smaller(larger(value, low), high));
}

inline Lanes best_q4_scale(const Blocks& weights, Lanes largest) {
  const Lanes low = spread(-8);
  const Lanes high = spread(7);
  Lanes best_merit = spread(-1);
  Lanes best = zero();
  for (const float target : q4_targets) {
    const Lanes inverse = divide(spread(target), largest);
    Lanes products = zero();
    Lanes squares = zero();
    for (const Lanes weight : weights) {
      const Lanes value = nearest_within(multiply(weight, inverse), low, high);
      products = add(products, multiply(weight, value));
      squares = add(squares, multiply(value, value));
    }
    const Lanes scale = divide(products, squares);
    const Lanes merit = multiply(products, scale);
    best = where_above(merit, best_merit, scale, best);
    best_merit = where_above(merit, best_merit, merit, best_merit);
  }
  return where_not_below(magnitude(largest), spread(smallest_weight), best);
}

/// Of scales of the blocks of sixteen rows.
inline Lanes code_of(Lanes scale, Lanes row_scale) {
  const Lanes root = square_root(divide(magnitude(scale), row_scale));
  const Lanes code = nearest_within(root, zero(), spread(largest_code));
  const Lanes with_its_sign = where_above(zero(), scale, multiply(code, spread(-1)), code);
  return where_not_below(magnitude(scale), spread(least_scale), with_its_sign);
}

/// Weights become the unsigned numbers that are stored: value + offset.
template <WeightFormat format>
void round_to_values(Blocks& weights, Lanes scale) {
  constexpr bool q4 = format == WeightFormat::q4;
  const Lanes inverse =
      where_not_below(magnitude(scale), spread(least_scale), divide(spread(1), scale));
  const Lanes low = spread(q4 ? -8 : -127);
  const Lanes high = spread(q4 ? 7 : 127);
  const Lanes offset = spread(q4 ? 8 : 128);
  for (Lanes& weight : weights)
    weight = add(nearest_within(multiply(weight, inverse), low, high), offset);
}

inline Lanes high_byte(Lanes low, Lanes high) { return fused(high, spread(256), low); }

void store_block(const Blocks& values, bool q4, std::uint8_t* to) {
  if (q4) {
    for (int k = 0; k < block_size; k += 8, to += 64) {
      Lanes bytes[4];
      for (int b = 0; b < 4; ++b) bytes[b] = fused(values[k + 4 + b], spread(16), values[k + b]);
      store_words(to, high_byte(bytes[0], bytes[1]), high_byte(bytes[2], bytes[3]));
    }
    return;
  }
  for (int k = 0; k < block_size; k += 4, to += 64)
    store_words(to, high_byte(values[k], values[k + 1]), high_byte(values[k + 2], values[k + 3]));
}

/// A block of each of 16 rows, which are `stride` apart.
void load_blocks(const float* rows, std::int64_t stride, Blocks& weights) {
  for (int half = 0; half < block_size; half += lanes) {
    Lanes square[lanes];
    for (int r = 0; r < lanes; ++r) square[r] = load(rows + r * stride + half);
    transpose(square);
    for (int i = 0; i < lanes; ++i) weights[half + i] = square[i];
  }
}

void quantise_group_to_q8(const float* rows, std::int64_t stride, std::int64_t blocks,
                          std::uint8_t* group) {
  constexpr int together = blocks_a_line[0];
  for (std::int64_t first = 0; first < blocks; first += together) {
    auto* scales = reinterpret_cast<Half*>(group);
    group += block_scales_bytes;
    for (std::int64_t b = first; b < smaller_of(first + together, blocks); ++b) {
      Blocks weights;
      load_blocks(rows + b * block_size, stride, weights);
      store_half(scales, divide(magnitude(first_largest(weights)), spread(127)));
      round_to_values<WeightFormat::q8>(weights, load_half(scales));
      store_block(weights, false, group);
      scales += lanes;
      group += block_values_bytes[0];
    }
  }
}

void quantise_group_to_q4(const float* rows, std::int64_t stride, std::int64_t blocks,
                          std::uint8_t* group) {
  constexpr int together = blocks_a_line[1];
  constexpr std::int64_t bytes = block_values_bytes[1];
  // Until the largest is known, scales wait where the values of their block will lie.
  const auto waiting = [=](std::int64_t block) {
    return reinterpret_cast<float*>(group + block * bytes +
                                    (block / together + 1) * block_scales_bytes);
  };
  Lanes largest = zero();
  for (std::int64_t b = 0; b < blocks; ++b) {
    Blocks weights;
    load_blocks(rows + b * block_size, stride, weights);
    const Lanes scale = best_q4_scale(weights, first_largest(weights));
    largest = larger(largest, magnitude(scale));
    store(waiting(b), scale);
  }
  const Lanes row_scale = divide(largest, spread(largest_code * largest_code));
  store(waiting(blocks - 1) + bytes / sizeof(float), row_scale);
  for (std::int64_t first = 0; first < blocks; first += together) {
    Lanes codes[together];
    for (int i = 0; i < together; ++i)
      codes[i] = first + i < blocks ? code_of(load(waiting(first + i)), row_scale) : zero();
    auto* line = reinterpret_cast<std::uint8_t*>(waiting(first)) - block_scales_bytes;
    for (int i = 0; i < together; i += 2) store_bytes(line + i * lanes, codes[i], codes[i + 1]);
    for (std::int64_t b = first; b < smaller_of(first + together, blocks); ++b) {
      Blocks weights;
      load_blocks(rows + b * block_size, stride, weights);
      round_to_values<WeightFormat::q4>(weights,
                                        multiply(row_scale, signed_square(codes[b - first])));
      store_block(weights, true, reinterpret_cast<std::uint8_t*>(waiting(b)));
    }
  }
}

/// Scale of a block that holds an infinity or a NaN: that, as the largest by its bits.
float not_finite(const float* x) {
  std::uint32_t most = 0;
  for (int i = 0; i < block_size; ++i) {
    std::uint32_t bits;
    __builtin_memcpy(&bits, x + i, 4);
    bits &= 0x7FFFFFFFU;
    most = bits > most ? bits : most;
  }
  float value;
  __builtin_memcpy(&value, &most, 4);
  return value;
}

bool are_finite(const float* x, int n) {
  bool finite = true;
  for (int i = 0; i < n; i += lanes) finite &= all_finite(load(x + i));
  return finite;
}

/// x [32] -> lanes whose largest is the block's largest magnitude.
inline Lanes magnitudes(const float* x) {
  return larger(magnitude(load(x)), magnitude(load(x + lanes)));
}

/// x [32] -> values; lanes that add up to their sum.
inline Lanes round_block(const float* x, Lanes inverse, std::int8_t* values) {
  const Lanes least = spread(-127);
  const Lanes most = spread(127);
  const Lanes low = nearest_within(multiply(load(x), inverse), least, most);
  const Lanes high = nearest_within(multiply(load(x + lanes), inverse), least, most);
  store_bytes(values, low, high);
  return add(low, high);
}

/// x [32] -> values, their sum and scale.
void quantise_one(const float* x, std::int8_t* values, float* scale, std::int32_t* sum) {
  *sum = 0;
  if (!are_finite(x, block_size)) {
    *scale = not_finite(x);
    __builtin_memset(values, 0, block_size);
    return;
  }
  const float largest = largest_of(magnitudes(x));
  if (largest < smallest_activation) {
    *scale = 0;
    __builtin_memset(values, 0, block_size);
    return;
  }
  *scale = largest / 127;
  // Whole numbers: their sum is exact.
  *sum = static_cast<std::int32_t>(sum_of(round_block(x, spread(127 / largest), values)));
}

/// x [16][32], all finite -> values of sixteen blocks, `tile_rows` blocks apart, their scales and
/// sums: as quantise_one, with a lane a block where it would fold lanes.
void quantise_sixteen(const float* x, int tile_rows, std::int8_t* values, float* scales,
                      float* sums) {
  Lanes square[lanes];
  for (int b = 0; b < lanes; ++b) square[b] = magnitudes(x + b * block_size);
  transpose(square);
  Lanes largest = square[0];
  for (int i = 1; i < lanes; ++i) largest = larger(largest, square[i]);
  const Lanes limit = spread(smallest_activation);
  store(scales, where_not_below(largest, limit, divide(largest, spread(127))));
  alignas(64) float inverses[lanes];
  store(inverses, where_not_below(largest, limit, divide(spread(127), largest)));
  for (int b = 0; b < lanes; ++b)
    square[b] =
        round_block(x + b * block_size, spread(inverses[b]), values + b * tile_rows * block_size);
  transpose(square);
  Lanes sum = square[0];
  for (int i = 1; i < lanes; ++i) sum = add(sum, square[i]);
  store(sums, sum);
}

}  // namespace

constinit const KernelTable::QuantiseGroup quantise_groups[2] = {quantise_group_to_q8,
                                                                 quantise_group_to_q4};

void quantise_row(const float* x, std::int64_t n, int offset, int tile_rows, std::int8_t* values,
                  float* scales, std::int32_t* starts) {
  const auto go_on = [&](std::int64_t blocks) {
    x += blocks * block_size;
    n -= blocks * block_size;
    values += blocks * tile_rows * block_size;
    scales += blocks * tile_rows;
    starts += blocks * tile_rows;
  };
  while (n > 0) {
    if (n >= lanes * block_size && are_finite(x, lanes * block_size)) {
      alignas(64) float their_scales[lanes];
      alignas(64) float their_sums[lanes];
      quantise_sixteen(x, tile_rows, values, their_scales, their_sums);
      for (int b = 0; b < lanes; ++b) {
        scales[b * tile_rows] = their_scales[b];
        starts[b * tile_rows] = static_cast<std::int32_t>(their_sums[b]) * -offset;
      }
      go_on(lanes);
      continue;
    }
    if (n >= block_size) {
      quantise_one(x, values, scales, starts);
    } else {
      alignas(64) float part[block_size] = {};
      __builtin_memcpy(part, x, static_cast<unsigned long>(n) * sizeof(float));
      quantise_one(part, values, scales, starts);
    }
    *starts *= -offset;
    go_on(1);
  }
}

void round_to_bf16(const float* x, std::int64_t n, float* words) {
#if defined(__AVX512BF16__)
  auto* out = reinterpret_cast<Half*>(words);
  const std::int64_t end = (n + 2 * lanes - 1) / (2 * lanes) * (2 * lanes);
  for (std::int64_t i = 0; i < end; i += lanes) {
    const std::int64_t count = n - i;
    store_bfloat(out + i, count >= lanes ? load(x + i)
                          : count > 0    ? load_part<DType::f32>(x + i, count)
                                         : zero());
  }
#else
  for (std::int64_t i = 0; i < n; i += lanes) {
    alignas(64) Half narrow[lanes];
    store_bfloat(narrow, i + lanes <= n ? load(x + i) : load_part<DType::f32>(x + i, n - i));
    store(words + i, load_bfloat(narrow));
  }
#endif
}

}  // namespace cria::kernels::cpu::CRIA_ISA
