// A weight matrix times some dozen activation rows: too many for dot(), which would fetch them for
// every weight row, too few to pay for turning the weights to columns, as gemm() does. Lanes run
// along the row as in dot(), one register of the sixteen partial sums (a strip) at a time, so that
// the sums of tile_outs weight rows x X activation rows stay in registers.
//
// Weights are first copied, so that a strip of each row of a tile lies side by side: rows that are
// a power of two of bytes apart would meet in one set of the nearest cache. The strips of a tile of
// activations stay in that cache while weights stream by from the second-level one, in 16 bits half
// as large as gemm's panels. In bf16 numbers of two rows alternate, which makes an instruction each
// of widening them.
#include "kernels/cpu/simd/ahead.h"
#include "kernels/cpu/simd/parts.h"
#include "kernels/cpu/simd/words.h"

namespace cria::kernels::cpu::CRIA_ISA {

#if defined(__AVX2__) && !defined(__AVX512F__)
namespace {

constexpr int tile_outs = 4;
constexpr int tile_rows = 3;
/// Weight rows that a tile of activations meets before the next.
constexpr int outs_at_once = 32;
/// Steps of the inner loop from one asking ahead to the next.
constexpr std::int64_t steps_an_ask = 16;
constexpr int strips_a_row = lanes / strip_lanes;
static_assert(outs_at_once * slice_words <= product_scratch_floats);

/// Bytes of a strip of weights.
template <DType type>
constexpr int strip_bytes = strip_lanes* bytes_each<type>;

/// A group of 16 numbers of each of a tile's weight rows, `k` numbers apart, to
/// to[strip][..][row][strip_lanes].
template <DType type>
CRIA_INLINE void copy_group(const void* weight, std::int64_t k, std::int64_t stride, char* to) {
  CRIA_UNROLL
  for (int w = 0; w < tile_outs; w += 2) {
    CRIA_UNROLL
    for (int s = 0; s < strips_a_row; ++s) {
      const void* one = at<type>(weight, w * k + s * strip_lanes);
      const void* two = at<type>(weight, (w + 1) * k + s * strip_lanes);
      char* pair = to + s * stride + w * strip_bytes<type>;
      if constexpr (type == DType::bf16) {
        store_bfloat_pair(pair, one, two);
      } else {
        __builtin_memcpy(pair, one, strip_bytes<type>);
        __builtin_memcpy(pair + strip_bytes<type>, two, strip_bytes<type>);
      }
    }
  }
}

/// Numbers from `from` on of a tile of weight rows, of which `rows` are there, group after group;
/// zeros for what is missing.
template <DType type>
void copy_rows(const void* weight, std::int64_t k, int rows, std::int64_t from, std::int64_t groups,
               char* to) {
  const std::int64_t whole = rows < tile_outs ? 0 : smaller_of(groups, (k - from) / lanes);
  const std::int64_t stride = groups * tile_outs * strip_bytes<type>;
  for (std::int64_t g = 0; g < groups; ++g, to += tile_outs * strip_bytes<type>) {
    const std::int64_t i = from + g * lanes;
    if (g < whole) {
      copy_group<type>(at<type>(weight, i), k, stride, to);
      continue;
    }
    char part[tile_outs][lanes * bytes_each<type>] = {};
    for (int w = 0; w < tile_outs && w < rows; ++w)
      __builtin_memcpy(part[w], at<type>(weight, w * k + i),
                       static_cast<unsigned long>(smaller_of(k - i, lanes)) * bytes_each<type>);
    copy_group<type>(part, lanes, stride, to);
  }
}

/// Of the rows that copy_group() has put side by side.
template <DType type, int W>
CRIA_INLINE Strip load_weight(const char* weights) {
  if constexpr (type == DType::bf16)
    return load_bfloat_of_pair<W % 2>(weights + W / 2 * 2 * strip_bytes<type>);
  else
    return load_strip_as<type>(weights + W * strip_bytes<type>);
}

template <DType type, int W, int X>
CRIA_INLINE void add_row(const char* weights, const Strip (&in)[X], Strip (&sums)[tile_outs][X]) {
  const Strip weight = load_weight<type, W>(weights);
  CRIA_UNROLL
  for (int r = 0; r < X; ++r) sums[W][r] = fused(weight, in[r], sums[W][r]);
}

/// One strip of tile_outs x X partial sums, to kept[out][row][16].
template <DType type, int X>
void tile(const char* weights, const float* x, std::int64_t groups, float* kept, Ahead& ahead) {
  Strip sums[tile_outs][X];
  clear(sums);
  for (std::int64_t g = 0; g < groups;) {
    ahead.ask();
    for (const std::int64_t end = smaller_of(groups, g + steps_an_ask); g < end; ++g) {
      Strip in[X];
      CRIA_UNROLL
      for (int r = 0; r < X; ++r) {
        in[r] = load_strip(x + r * strip_lanes);
        // Loaded once: GCC would rather load it again for each product, more than two a cycle.
        asm("" : "+x"(in[r]));
      }
      // Not a loop: of one GCC 12 makes code that takes a fifth longer in bf16.
      add_row<type, 0>(weights, in, sums);
      add_row<type, 1>(weights, in, sums);
      add_row<type, 2>(weights, in, sums);
      add_row<type, 3>(weights, in, sums);
      weights += tile_outs * strip_bytes<type>;
      x += X * strip_lanes;
    }
  }
  CRIA_UNROLL
  for (int w = 0; w < tile_outs; ++w) {
    CRIA_UNROLL
    for (int r = 0; r < X; ++r) store_strip(kept + (w * X + r) * lanes, sums[w][r]);
  }
}

using Tile = void (*)(const char*, const float*, std::int64_t, float*, Ahead&);
template <DType type>
constexpr Tile tiles[tile_rows] = {tile<type, 1>, tile<type, 2>, tile<type, 3>};

/// A slice of `outs` weight rows, which copy_rows() has laid out, times a tile of `count` rows.
template <DType type>
void multiply(const char* weights, int outs, std::int64_t groups, const float* x, int count,
              bool first, float* y, std::int64_t y_stride, Ahead& ahead) {
  alignas(64) float kept[outs_at_once * tile_rows * lanes];
  const std::int64_t strip = groups * tile_outs * strip_bytes<type>;
  for (int s = 0; s < strips_a_row; ++s)
    for (int n = 0; n < outs; n += tile_outs)
      tiles<type>[count - 1](weights + (n / tile_outs * strips_a_row + s) * strip,
                             x + s * groups * count * strip_lanes, groups,
                             kept + n * count * lanes + s * strip_lanes, ahead);
  for (int n = 0; n < outs; ++n)
    for (int r = 0; r < count; ++r) {
      float& out = y[r * y_stride + n];
      const float sum = sum_of(load(kept + (n * count + r) * lanes));
      out = first ? sum : out + sum;
    }
}

template <DType type>
void product(const void* weight, std::int64_t k, int rows, const float* packed, int x_rows,
             float* scratch, float* y, std::int64_t y_stride) {
  auto* copied = reinterpret_cast<char*>(scratch);
  const std::int64_t words = (k + lanes - 1) / lanes * lanes;
  const int tile_count = gemm_tiles(x_rows, tile_rows);
  for (int n = 0; n < rows; n += outs_at_once) {
    const int outs = rows - n < outs_at_once ? rows - n : outs_at_once;
    // While these rows are multiplied, memory is asked for the next.
    Ahead ahead(at<type>(weight, (n + outs_at_once) * k), outs_at_once * k * bytes_each<type>,
                tile_count * strips_a_row * ((outs + tile_outs - 1) / tile_outs) *
                    (words / lanes + steps_an_ask - 1) / steps_an_ask);
    for (std::int64_t from = 0; from < words; from += slice_words) {
      const std::int64_t groups = smaller_of(slice_words, words - from) / lanes;
      for (int w = 0; w < outs; w += tile_outs)
        copy_rows<type>(at<type>(weight, (n + w) * k), k, outs - w, from, groups,
                        copied + w * groups * lanes * bytes_each<type>);
      for (int t = 0; t < tile_count; ++t) {
        const int first = gemm_tile_begin(x_rows, tile_count, t);
        const int count = gemm_tile_begin(x_rows, tile_count, t + 1) - first;
        multiply<type>(copied, outs, groups, packed + first * words + from * count, count,
                       from == 0, y + first * y_stride + n, y_stride, ahead);
      }
    }
  }
}

/// [slice][strip][group][row][strip_lanes]
void pack(const float* const* x_rows, int count, std::int64_t words, float* packed) {
  for (std::int64_t slice = 0; slice < words; slice += slice_words) {
    const std::int64_t end = smaller_of(words, slice + slice_words);
    for (int s = 0; s < lanes; s += strip_lanes)
      for (std::int64_t i = slice + s; i < end; i += lanes)
        for (int r = 0; r < count; ++r, packed += strip_lanes)
          store_strip(packed, load_strip(x_rows[r] + i));
  }
}

}  // namespace

constinit const int strips_rows[3] = {24, 64, 40};
constinit const PackedProduct by_strips = {
    tile_rows, pack, {product<DType::f32>, product<DType::f16>, product<DType::bf16>}};
#else
// With AVX-512 dot() reaches as far; with NEON it was not measured.
constinit const int strips_rows[3] = {};
constinit const PackedProduct by_strips = {};
#endif

}  // namespace cria::kernels::cpu::CRIA_ISA
