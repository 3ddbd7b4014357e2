// Weights in q8 or q4 times activation rows in int8: lanes run along outputs.
//
// A block's sum of products is exact; as float32, times the two scales, it is added to the sum of
// the blocks before it; in q4 the sum of all is then multiplied by the row's scale. That order is
// the same for one row and for many.
#include "kernels/cpu/simd/integers.h"
#include "kernels/cpu/simd/parts.h"

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

/// Of sixteen outputs, and rows, that are multiplied together: as measured (NOTES.md).
#if defined(__AVX512F__)
constexpr int most_groups = 2;
template <WeightFormat>
constexpr int most_rows = 6;
#else
constexpr int most_groups = 1;
template <WeightFormat format>
constexpr int most_rows = format == WeightFormat::q8 ? 6 : 4;
#endif

/// Many rows are multiplied 24 at a time, and their blocks in slices: both, and the weights of a
/// slice, stay in the nearest cache while they meet.
template <WeightFormat format>
constexpr int tiles_a_pass = 24 / most_rows<format>;
constexpr std::int64_t slice_blocks = 32 / most_groups;
static_assert(slice_blocks % blocks_a_line[0] == 0 && slice_blocks % blocks_a_line[1] == 0);
/// How far ahead weights are asked for when they stream by once.
constexpr std::int64_t bytes_ahead = 4096;

template <WeightFormat format>
constexpr int index_of = format == WeightFormat::q4;
/// Of a block's values.
template <WeightFormat format>
constexpr std::int64_t bytes_of_one = block_values_bytes[index_of<format>];
/// Blocks that lie together, and their bytes with the line of their scales.
template <WeightFormat format>
constexpr int together = blocks_a_line[index_of<format>];
template <WeightFormat format>
constexpr std::int64_t bytes_together = block_scales_bytes + together<format>* bytes_of_one<format>;

/// Of the block that has number `which` of those that share a line.
template <WeightFormat format>
CRIA_INLINE Lanes load_scales(const std::uint8_t* line, int which) {
  if constexpr (format == WeightFormat::q8)
    return load_half(reinterpret_cast<const Half*>(line) + which * lanes);
  else
    return signed_square(load_signed_bytes(line + which * lanes));
}

/// Asks for a line of weights. The more rows meet it, the more lines would wait for memory on their
/// way to the nearest cache.
template <Tuning tuning>
CRIA_INLINE void ask(const std::uint8_t* line) {
  if constexpr (tuning == Tuning::zen4)
    ask_second(line);
  else
    ask_near(line);
}

/// Asks for what lies bytes_ahead of one of the blocks that share a line, which X rows are the
/// first to meet; of one block at a time, since many lines at once hold up the loads.
template <WeightFormat format, Tuning tuning, int X>
CRIA_INLINE void ask_block(const std::uint8_t* line, int which) {
  if constexpr (tuning == Tuning::zen4 && (X == 1 || (X <= 4 && format == WeightFormat::q8))) {
    // The processor itself asks for the rest of a page.
    if (which == 0 && begins_page(line, bytes_together<format>)) ask_second(line + 2 * page_bytes);
  } else if constexpr (tuning == Tuning::zen4 || X <= 4 || format == WeightFormat::q4) {
    const std::uint8_t* there = line + bytes_ahead;
    if (which == 0) ask<tuning>(there);
    there += block_scales_bytes + which * bytes_of_one<format>;
    CRIA_UNROLL
    for (int i = 0; i < bytes_of_one<format>; i += 64) ask<tuning>(there + i);
  }
}

/// The sums of products of one block.
template <WeightFormat format, int G, int X>
CRIA_INLINE void add_block(const std::uint8_t* const (&weights)[G], const std::int8_t* x,
                           Integers (&sums)[G][X]) {
  constexpr bool q4 = format == WeightFormat::q4;
  CRIA_UNROLL
  for (int i = 0; i < 8; i += q4 ? 2 : 1) {
    CRIA_UNROLL
    for (int g = 0; g < G; ++g) {
      const Integers w = load_bytes(weights[g] + i * (q4 ? 32 : 64));
      const Integers first = q4 ? low_nibbles(w) : w;
      CRIA_UNROLL
      for (int r = 0; r < X; ++r)
        sums[g][r] = multiply_four<q4>(sums[g][r], first, spread_four(x + r * block_size + 4 * i));
      if constexpr (q4) {
        const Integers second = high_nibbles(w);
        CRIA_UNROLL
        for (int r = 0; r < X; ++r)
          sums[g][r] =
              multiply_four<q4>(sums[g][r], second, spread_four(x + r * block_size + 4 * i + 4));
      }
    }
  }
}

/// Blocks [from, to) of G groups times a tile, rows [row, row + X), added to y unless from is 0.
/// asks: whether this tile is the first to meet these weights.
template <WeightFormat format, Tuning tuning, bool asks, int G, int X>
void tile(const BlockWeights& weights, int group, const BlockRows& x, int row, std::int64_t from,
          std::int64_t to, float* y, std::int64_t y_stride) {
  constexpr bool small = format == WeightFormat::q4;
  const std::int64_t blocks = x.blocks;
  const std::uint8_t* line[G];
  CRIA_UNROLL
  for (int g = 0; g < G; ++g)
    line[g] = weights.data + (group + g) * weights.group_bytes +
              from / together<format> * bytes_together<format>;
  const std::int64_t begin = row * blocks + from * X;
  const std::int8_t* in = x.values + begin * block_size;
  const std::int32_t* starts = x.starts + begin;
  const float* x_scales = x.scales + begin;
  Lanes sums[G][X];
  CRIA_UNROLL
  for (int g = 0; g < G; ++g) {
    CRIA_UNROLL
    for (int r = 0; r < X; ++r)
      sums[g][r] = from == 0 ? zero() : load(y + r * y_stride + g * lanes);
  }
  for (std::int64_t b = from; b < to; b += together<format>) {
    // One row reads all scales of the line before the values, as they lie: the processor asks ahead
    // for what is read in order. More rows have no registers for that: each block's when needed.
    Lanes scales[together<format>][G];
    const auto read_scales = [&](int i) {
      CRIA_UNROLL
      for (int g = 0; g < G; ++g) scales[i][g] = load_scales<format>(line[g], i);
    };
    if constexpr (X == 1) {
      CRIA_UNROLL
      for (int i = 0; i < together<format>; ++i) read_scales(i);
    }
    CRIA_UNROLL
    for (int i = 0; i < together<format>; ++i) {
      if (b + i == to) break;
      if constexpr (asks) {
        CRIA_UNROLL
        for (int g = 0; g < G; ++g) ask_block<format, tuning, X>(line[g], i);
      }
      const std::uint8_t* values[G];
      Integers products[G][X];
      CRIA_UNROLL
      for (int g = 0; g < G; ++g)
        values[g] = line[g] + block_scales_bytes + i * bytes_of_one<format>;
      CRIA_UNROLL
      for (int r = 0; r < X; ++r) {
        const Integers first = first_sum<small>(starts[r]);
        CRIA_UNROLL
        for (int g = 0; g < G; ++g) products[g][r] = first;
      }
      add_block<format, G, X>(values, in, products);
      if constexpr (X > 1) read_scales(i);
      CRIA_UNROLL
      for (int g = 0; g < G; ++g) {
        CRIA_UNROLL
        for (int r = 0; r < X; ++r) {
          const Integers sum = last_sum<small>(products[g][r], starts[r]);
          sums[g][r] =
              fused(as_floats(sum), multiply(scales[i][g], spread(x_scales[r])), sums[g][r]);
        }
      }
      in += X * block_size;
      starts += X;
      x_scales += X;
    }
    CRIA_UNROLL
    for (int g = 0; g < G; ++g) line[g] += bytes_together<format>;
  }
  CRIA_UNROLL
  for (int g = 0; g < G; ++g) {
    if (format == WeightFormat::q4 && to == blocks) {
      const std::uint8_t* end = weights.data + (group + g + 1) * weights.group_bytes;
      const Lanes row_scale =
          load(reinterpret_cast<const float*>(end - row_scales_bytes[index_of<format>]));
      CRIA_UNROLL
      for (int r = 0; r < X; ++r) sums[g][r] = multiply(sums[g][r], row_scale);
    }
    CRIA_UNROLL
    for (int r = 0; r < X; ++r) store(y + r * y_stride + g * lanes, sums[g][r]);
  }
}

using Tile = void (*)(const BlockWeights&, int, const BlockRows&, int, std::int64_t, std::int64_t,
                      float*, std::int64_t);
template <WeightFormat format, Tuning tuning, bool asks, int G>
constexpr Tile tiles[] = {
    tile<format, tuning, asks, G, 1>, tile<format, tuning, asks, G, 2>,
    tile<format, tuning, asks, G, 3>, tile<format, tuning, asks, G, 4>,
    tile<format, tuning, asks, G, 5>, tile<format, tuning, asks, G, 6>,
};

/// For a tile of X rows, and as many groups at once as there may be if `all`.
template <WeightFormat format, Tuning tuning, bool asks>
Tile tile_of(bool all, int X) {
  return (all ? tiles<format, tuning, asks, most_groups> : tiles<format, tuning, asks, 1>)[X - 1];
}

/// All weights times tiles [begin, end) of tile_count.
template <WeightFormat format, Tuning tuning>
void pass(const BlockWeights& weights, const BlockRows& x, int tile_count, int begin, int end,
          float* y, std::int64_t y_stride) {
  const std::int64_t slice = end - begin == 1 ? x.blocks : slice_blocks;
  const int groups_at_once = x.rows == 1 ? 1 : most_groups;
  for (int group = 0; group < weights.groups; group += groups_at_once) {
    const bool all = groups_at_once == most_groups && group + groups_at_once <= weights.groups;
    for (std::int64_t from = 0; from < x.blocks; from += slice) {
      const std::int64_t to = from + slice < x.blocks ? from + slice : x.blocks;
      for (int t = begin; t < end; ++t) {
        const int row = gemm_tile_begin(x.rows, tile_count, t);
        const int count = gemm_tile_begin(x.rows, tile_count, t + 1) - row;
        const Tile work = t == 0 ? tile_of<format, tuning, true>(all, count)
                                 : tile_of<format, tuning, false>(all, count);
        work(weights, group, x, row, from, to, y + row * y_stride + group * lanes, y_stride);
      }
    }
  }
}

template <WeightFormat format>
void product(const BlockWeights& weights, const BlockRows& x, Tuning tuning, float* y,
             std::int64_t y_stride) {
  const auto work =
      tuning == Tuning::zen4 ? pass<format, Tuning::zen4> : pass<format, Tuning::general>;
  const int tile_count = gemm_tiles(x.rows, most_rows<format>);
  const int passes = gemm_tiles(tile_count, tiles_a_pass<format>);
  for (int p = 0; p < passes; ++p)
    work(weights, x, tile_count, gemm_tile_begin(tile_count, passes, p),
         gemm_tile_begin(tile_count, passes, p + 1), y, y_stride);
}

}  // namespace

constinit const KernelTable::BlockProduct block_products[2] = {product<WeightFormat::q8>,
                                                               product<WeightFormat::q4>};
constinit const int block_tile_rows[2] = {most_rows<WeightFormat::q8>, most_rows<WeightFormat::q4>};

}  // namespace cria::kernels::cpu::CRIA_ISA
