// A weight matrix times many activation rows, which pack() has laid out: lanes run along outputs.
//
// The order of adding is dot's: word i of a slice belongs to the partial sum i modulo 16. Here one
// partial sum of a whole tile of outputs and rows is computed after another, and each is added to
// the ones before it in the order in which dot folds its lanes (l + l+8, then l+4, l+2, l+1).
//
// So words are regrouped by partial sum: activations of a tile as [slice][partial][i / 16][row], a
// panel of weights, converted slice by slice, as [partial][i / 16][output]; partial sums in the
// order of folding, so that both are read from beginning to end and the processor sees it coming.
#include "kernels/cpu/simd/ahead.h"
#include "kernels/cpu/simd/parts.h"
#include "kernels/cpu/simd/words.h"

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

constexpr int panel = panel_lanes * lanes;
// Panels that wait side by side in the second-level cache, so that a tile of activations comes from
// farther away once for all of them. Processors with AVX-512 mostly have 1 MB of it or more, others
// often too little for a second panel.
#if defined(__AVX512F__)
constexpr int side_by_side = gemm_outs / panel;
#else
constexpr int side_by_side = 1;
#endif
// Floats that activations are asked for ahead, since a processor does not look beyond a page by
// itself.
constexpr std::int64_t x_ahead = 1536;
constexpr int outs_at_once = side_by_side * panel;
/// Partial sums in an order in which neighbours, and neighbouring results, are added. It is its own
/// inverse: also where in that order each is.
constexpr int folding[lanes] = {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15};
static_assert(folding[folding[1]] == 1 && folding[folding[7]] == 7 && folding[folding[14]] == 14);
constexpr int levels = 4;

/// Floats from one partial sum of a panel to the next; a line more than needed, so that sixteen
/// stores do not meet in one set of the cache.
constexpr std::int64_t partial_stride(std::int64_t groups) { return groups * panel + lanes; }
static_assert(side_by_side * lanes * partial_stride(slice_words / lanes) <= product_scratch_floats);

/// 64 bytes of each of 16 weight rows. All of them at once: rows that are a power of two of bytes
/// apart meet in one set of the nearest cache and do not stay there. In squares that fit the
/// registers.
template <DType type>
CRIA_INLINE void unpack_line(const void* weight, std::int64_t k, std::int64_t stride, float* to) {
  constexpr int line_words = 64 / (bytes_each<type> * each<type>);
  CRIA_UNROLL
  for (int row = 0; row < lanes; row += strip_lanes) {
    CRIA_UNROLL
    for (int word = 0; word < line_words; word += strip_lanes) {
      Strip square[strip_lanes];
      CRIA_UNROLL
      for (int i = 0; i < strip_lanes; ++i)
        square[i] = load_word_strip<type>(at<type>(weight, (row + i) * k + word * each<type>));
      transpose(square);
      CRIA_UNROLL
      for (int i = 0; i < strip_lanes; ++i)
        store_strip(to + folding[(word + i) % lanes] * stride + word / lanes * panel + row,
                    square[i]);
    }
  }
}

/// Numbers from `from` on of 16 weight rows become columns: group g of partial sum folding[p] at
/// panel[p][g]. Only `rows` of them are there, or none; zeros stand for the others.
template <DType type>
void unpack_rows(const void* weight, std::int64_t k, int rows, std::int64_t from,
                 std::int64_t groups, float* to) {
  constexpr int at_once = lanes * each<type>;
  constexpr int line_groups = 64 / (at_once * bytes_each<type>);
  const std::int64_t stride = partial_stride(groups);
  const std::int64_t whole =
      rows < lanes ? 0 : smaller_of(groups, (k - from) / at_once) / line_groups * line_groups;
  for (std::int64_t g = 0; g < whole; g += line_groups)
    unpack_line<type>(at<type>(weight, from + g * at_once), k, stride, to + g * panel);
  for (std::int64_t g = whole; g < groups; ++g) {
    const std::int64_t i = from + g * at_once;
    Lanes words[lanes];
    for (int r = 0; r < lanes; ++r)
      words[r] =
          r < rows ? load_words_part<type>(at<type>(weight, r * k + i), smaller_of(k - i, at_once))
                   : zero();
    transpose(words);
    for (int p = 0; p < lanes; ++p) store(to + p * stride + g * panel, words[folding[p]]);
  }
}

/// One partial sum of panel x X outputs.
template <DType type, int X>
CRIA_INLINE void partial(const float* weights, const float* x, std::int64_t groups,
                         Lanes (&sums)[X][panel_lanes]) {
  // Not clear(), of which, and of what is around it, GCC 12 makes up to half as much code again.
  CRIA_UNROLL
  for (int r = 0; r < X; ++r) {
    CRIA_UNROLL
    for (int l = 0; l < panel_lanes; ++l) sums[r][l] = zero();
  }
  for (std::int64_t g = 0; g < groups; ++g) {
    ask_second(x + x_ahead);
    Lanes weight[panel_lanes];
    CRIA_UNROLL
    for (int l = 0; l < panel_lanes; ++l) weight[l] = load(weights + l * lanes);
    CRIA_UNROLL
    for (int r = 0; r < X; ++r) {
      const Lanes in = spread(x[r]);
      CRIA_UNROLL
      for (int l = 0; l < panel_lanes; ++l)
        sums[r][l] = multiply_add<type>(weight[l], in, sums[r][l]);
    }
    weights += panel;
    x += X;
  }
}

/// A slice of panel x X outputs, added to y unless it is the first.
template <DType type, int X>
void tile(const float* weights, const float* x, std::int64_t groups, bool first, float* y,
          std::int64_t y_stride, Ahead& ahead) {
  alignas(64) float waiting[levels][X * panel];
  for (int i = 0; i < lanes; ++i) {
    Lanes sums[X][panel_lanes];
    ahead.ask();
    partial<type, X>(weights + i * partial_stride(groups), x + i * groups * X, groups, sums);
    int level = 0;
    for (; (i >> level & 1) != 0; ++level) {
      CRIA_UNROLL
      for (int r = 0; r < X; ++r) {
        CRIA_UNROLL
        for (int l = 0; l < panel_lanes; ++l)
          sums[r][l] = add(load(waiting[level] + r * panel + l * lanes), sums[r][l]);
      }
    }
    const bool over = level == levels;
    float* to = over ? y : waiting[level];
    const std::int64_t stride = over ? y_stride : panel;
    CRIA_UNROLL
    for (int r = 0; r < X; ++r) {
      CRIA_UNROLL
      for (int l = 0; l < panel_lanes; ++l) {
        float* out = to + r * stride + l * lanes;
        store(out, over && !first ? add(load(out), sums[r][l]) : sums[r][l]);
      }
    }
  }
}

using Tile = void (*)(const float*, const float*, std::int64_t, bool, float*, std::int64_t, Ahead&);
template <DType type>
constexpr Tile tiles[] = {
    tile<type, 1>,  tile<type, 2>,  tile<type, 3>, tile<type, 4>,  tile<type, 5>,  tile<type, 6>,
#if defined(__AVX512F__)
    tile<type, 7>,  tile<type, 8>,  tile<type, 9>, tile<type, 10>, tile<type, 11>, tile<type, 12>,
    tile<type, 13>, tile<type, 14>,
#endif
};
static_assert(sizeof tiles<DType::f32> == panel_rows * sizeof(Tile));

template <DType type>
void gemm(const void* weight, std::int64_t k, int rows, const float* packed, int x_rows,
          float* scratch, float* y, std::int64_t y_stride) {
  constexpr std::int64_t depth = slice_words * each<type>;
  const std::int64_t words = (k + lanes * each<type> - 1) / (lanes * each<type>)*lanes;
  const int tile_count = gemm_tiles(x_rows, panel_rows);
  for (int n = 0; n < rows; n += outs_at_once) {
    const int panels = rows - n < outs_at_once ? (rows - n + panel - 1) / panel : side_by_side;
    // While these rows are multiplied, memory is asked for the next.
    const std::int64_t slices = (k + depth - 1) / depth;
    Ahead ahead(at<type>(weight, (n + outs_at_once) * k), outs_at_once * k * bytes_each<type>,
                lanes * panels * tile_count * slices);
    for (std::int64_t from = 0; from < k; from += depth) {
      const std::int64_t slice = from / each<type>;
      const std::int64_t groups = smaller_of(slice_words, words - slice) / lanes;
      const std::int64_t panel_floats = lanes * partial_stride(groups);
      for (int p = 0; p < panels; ++p)
        for (int l = 0; l < panel; l += lanes) {
          const int first = n + p * panel + l;
          unpack_rows<type>(at<type>(weight, first * k), k, rows - first, from, groups,
                            scratch + p * panel_floats + l);
        }
      for (int t = 0; t < tile_count; ++t) {
        const int first = gemm_tile_begin(x_rows, tile_count, t);
        const int count = gemm_tile_begin(x_rows, tile_count, t + 1) - first;
        for (int p = 0; p < panels; ++p)
          tiles<type>[count - 1](scratch + p * panel_floats, packed + first * words + slice * count,
                                 groups, from == 0, y + first * y_stride + n + p * panel, y_stride,
                                 ahead);
      }
    }
  }
}

void pack(const float* const* x_rows, int count, std::int64_t words, float* packed) {
  for (std::int64_t slice = 0; slice < words; slice += slice_words) {
    const std::int64_t groups = smaller_of(slice_words, words - slice) / lanes;
    for (std::int64_t g = 0; g < groups; ++g)
      for (int p = 0; p < lanes; ++p) {
        float* to = packed + (p * groups + g) * count;
        for (int r = 0; r < count; ++r) to[r] = x_rows[r][slice + g * lanes + folding[p]];
      }
    packed += groups * lanes * count;
  }
}

}  // namespace

constinit const PackedProduct by_panels = {
    panel_rows, pack, {gemm<DType::f32>, gemm<DType::f16>, gemm<DType::bf16>}};

int gemm_panel() { return panel; }
int bf16_each() { return each<DType::bf16>; }

}  // namespace cria::kernels::cpu::CRIA_ISA
