// A weight matrix times one or a few activation rows: the weights stream by once, one weight row at
// a time and so strictly in the order of memory: several weight rows at once are several streams a
// page apart, and memory gives those a fifth less. Only where activations do not fit the nearest
// cache, and each weight row would fetch them anew, weight rows meet a piece of them after another,
// or several weight rows meet them together.
#include "kernels/cpu/simd/parts.h"
#include "kernels/cpu/simd/words.h"

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

/// How far ahead of the loads of one weight row memory is asked for.
constexpr std::int64_t bytes_ahead = 64 * 64;

/// Activation rows at once.
constexpr int most_rows = 6;
// Bytes of activations that the nearest cache (48 kB where there is AVX-512, else 32) keeps while
// weights stream by. Where they are more: rows of a pass if they are more than most_rows, words of
// them that stay there while weight rows pass by, weight rows that meet X of them together (all
// sums stay in registers), and how many weight rows ahead memory is asked for. With more rows than
// rows_in_place other products are quicker.
#if defined(__AVX512F__)
constexpr std::int64_t near_bytes = 32 * 1024;
constexpr int rows_a_pass = 4;
constexpr std::int64_t piece_words = slice_words;
template <int X>
constexpr int together = X <= 4 ? 4 : 2;
template <int X>
constexpr int rows_ahead = together<X>;
constexpr int rows_in_place = 32;
#else
constexpr std::int64_t near_bytes = 24 * 1024;
constexpr int rows_a_pass = 6;
constexpr std::int64_t piece_words = 1024;
template <int X>
constexpr int together = X <= 3 ? 2 : 1;
template <int X>
constexpr int rows_ahead = 3;
constexpr int rows_in_place = 8;
#endif
/// Weight rows that wait for the next piece with their partial sums.
constexpr int band = 32;

/// Adds 16 words (fewer if `part`) from number i on to each of W x X partial sums.
template <DType type, bool part, int W, int X>
CRIA_INLINE void step(const void* weight, std::int64_t k, const float* x, std::int64_t x_stride,
                      std::int64_t i, Lanes (&sums)[W][X]) {
  Lanes words[W];
  CRIA_UNROLL
  for (int w = 0; w < W; ++w) {
    const void* from = at<type>(weight, w * k + i);
    words[w] = part ? load_words_part<type>(from, k - i) : load_words<type>(from);
  }
  CRIA_UNROLL
  for (int r = 0; r < X; ++r) {
    const Lanes in = load(x + r * x_stride + i / each<type>);
    CRIA_UNROLL
    for (int w = 0; w < W; ++w) sums[w][r] = multiply_add<type>(words[w], in, sums[w][r]);
  }
}

/// Adds numbers from `from` to `end` of W weight rows, asking for those of the rows `ahead` of
/// them; of this row where that is 0.
template <DType type, int ahead, int W, int X>
CRIA_INLINE void add_numbers(const void* weight, std::int64_t k, const float* x,
                             std::int64_t x_stride, std::int64_t from, std::int64_t end,
                             Lanes (&sums)[W][X]) {
  constexpr int at_once = lanes * each<type>;
  constexpr int line = 64 / bytes_each<type>;
  const std::int64_t whole = from + (end - from) / at_once * at_once;
  std::int64_t i = from;
  for (; i + line <= whole; i += line) {
    if constexpr (ahead == 0) {
      ask_near(static_cast<const char*>(at<type>(weight, i)) + bytes_ahead);
    } else {
      CRIA_UNROLL
      for (int w = 0; w < W; ++w) ask_second(at<type>(weight, (w + ahead) * k + i));
    }
    CRIA_UNROLL
    for (int u = 0; u < line; u += at_once) step<type, false>(weight, k, x, x_stride, i + u, sums);
  }
  for (; i < whole; i += at_once) step<type, false>(weight, k, x, x_stride, i, sums);
  if (whole < end) step<type, true>(weight, k, x, x_stride, whole, sums);
}

/// The sums of a slice join those of the slices before it.
template <int W, int X>
CRIA_INLINE void finish(const Lanes (&sums)[W][X], bool first, float* y, std::int64_t y_stride) {
  CRIA_UNROLL
  for (int r = 0; r < X; ++r) {
    CRIA_UNROLL
    for (int w = 0; w < W; ++w) {
      float& out = y[r * y_stride + w];
      out = first ? sum_of(sums[w][r]) : out + sum_of(sums[w][r]);
    }
  }
}

/// All weight rows times X activation rows, one weight row after another.
template <DType type, int X>
void stream(const void* weight, std::int64_t k, int rows, const float* x, std::int64_t x_stride,
            float* y, std::int64_t y_stride) {
  constexpr std::int64_t depth = slice_words * each<type>;
  for (int n = 0; n < rows; ++n)
    for (std::int64_t from = 0; from < k; from += depth) {
      Lanes sums[1][X];
      clear(sums);
      add_numbers<type, 0>(at<type>(weight, n * k), k, x, x_stride, from,
                           smaller_of(k, from + depth), sums);
      finish(sums, from == 0, y + n, y_stride);
    }
}

/// W weight rows times a piece of a slice, which begins at `slice` and ends at `slice_end`. `kept`
/// [W][X][16]: the partial sums of the pieces before it.
template <DType type, int W, int X>
CRIA_INLINE void tile(const void* weight, std::int64_t k, const float* x, std::int64_t x_stride,
                      std::int64_t slice, std::int64_t slice_end, std::int64_t piece, float* kept,
                      float* y, std::int64_t y_stride) {
  constexpr std::int64_t depth = piece_words * each<type>;
  Lanes sums[W][X];
  if (piece_words == slice_words || piece == slice) {
    clear(sums);
  } else {
    CRIA_UNROLL
    for (int w = 0; w < W; ++w) {
      CRIA_UNROLL
      for (int r = 0; r < X; ++r) sums[w][r] = load(kept + (w * X + r) * lanes);
    }
  }
  add_numbers<type, rows_ahead<X>>(weight, k, x, x_stride, piece,
                                   smaller_of(slice_end, piece + depth), sums);
  if (piece_words == slice_words || slice_end <= piece + depth) {
    finish(sums, slice == 0, y, y_stride);
  } else {
    CRIA_UNROLL
    for (int w = 0; w < W; ++w) {
      CRIA_UNROLL
      for (int r = 0; r < X; ++r) store(kept + (w * X + r) * lanes, sums[w][r]);
    }
  }
}

/// The same as stream() for activations that do not stay near as a whole: piece by piece.
template <DType type, int X>
void tiles(const void* weight, std::int64_t k, int rows, const float* x, std::int64_t x_stride,
           float* y, std::int64_t y_stride) {
  constexpr int W = together<X>;
  constexpr std::int64_t depth = slice_words * each<type>;
  alignas(64) float kept[band * X * lanes];
  for (int first = 0; first < rows; first += band) {
    const int last = rows - first < band ? rows : first + band;
    for (std::int64_t slice = 0; slice < k; slice += depth) {
      const std::int64_t end = smaller_of(k, slice + depth);
      for (std::int64_t piece = slice; piece < end; piece += piece_words * each<type>) {
        int n = first;
        for (; n + W <= last; n += W)
          tile<type, W, X>(at<type>(weight, n * k), k, x, x_stride, slice, end, piece,
                           kept + (n - first) * X * lanes, y + n, y_stride);
        for (; n < last; ++n)
          tile<type, 1, X>(at<type>(weight, n * k), k, x, x_stride, slice, end, piece,
                           kept + (n - first) * X * lanes, y + n, y_stride);
      }
    }
  }
}

using Work = void (*)(const void*, std::int64_t, int, const float*, std::int64_t, float*,
                      std::int64_t);
template <DType type>
constexpr Work streams[most_rows] = {stream<type, 1>, stream<type, 2>, stream<type, 3>,
                                     stream<type, 4>, stream<type, 5>, stream<type, 6>};
template <DType type>
constexpr Work tiled[most_rows] = {tiles<type, 1>, tiles<type, 2>, tiles<type, 3>,
                                   tiles<type, 4>, tiles<type, 5>, tiles<type, 6>};

template <DType type>
void dot(const void* weight, std::int64_t k, int rows, const float* x, std::int64_t x_stride,
         int x_rows, float* y, std::int64_t y_stride) {
  const bool near = x_rows == 1 || x_rows * x_stride * 4 <= near_bytes;
  if (near && x_rows <= most_rows)
    return streams<type>[x_rows - 1](weight, k, rows, x, x_stride, y, y_stride);
  const int passes = x_rows <= most_rows ? 1 : gemm_tiles(x_rows, rows_a_pass);
  for (int pass = 0; pass < passes; ++pass) {
    const int first = gemm_tile_begin(x_rows, passes, pass);
    const int count = gemm_tile_begin(x_rows, passes, pass + 1) - first;
    tiled<type>[count - 1](weight, k, rows, x + first * x_stride, x_stride, y + first * y_stride,
                           y_stride);
  }
}

}  // namespace

constinit const KernelTable::Dot dots[3] = {dot<DType::f32>, dot<DType::f16>, dot<DType::bf16>};

int dot_rows() { return rows_in_place; }

}  // namespace cria::kernels::cpu::CRIA_ISA
