// A weight matrix times one or some activation rows, both read where they lie. Of one row weights
// stream by once, one weight row at a time and so strictly in the order of memory: several weight
// rows at once are several streams a page apart, and memory gives those a fifth less. Only where
// activations do not fit the nearest cache, and each weight row would fetch them anew, weight rows
// meet a piece of them after another, or several weight rows meet them together; more activation
// rows than registers hold sums of take several passes.
#include "kernels/cpu/simd/ahead.h"
#include "kernels/cpu/simd/parts.h"
#include "kernels/cpu/simd/words.h"

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

/// How far ahead of the loads of one weight row memory is asked for.
constexpr std::int64_t bytes_ahead = 64 * 64;
/// What for, as a line of weights is read.
enum class Ask {
  near,    ///< the line bytes_ahead on, to the nearest cache
  second,  ///< the line four times as far on, to the second-level one, and what came there by now
  next,    ///< the line that lies there in the weight rows that come next
  later,   ///< .. in those after them, and what came to the second-level cache by now
  beyond,  ///< what Ahead has in turn: weights that come after all of these
  page,    ///< the beginning of the page after the next; the processor asks for the rest itself
  once,    ///< .. and a line near by, not to be kept once it has been read
};

/// Activation rows at once.
constexpr int most_rows = 6;
// Bytes of activations that the nearest cache (48 or 32 kB where there is AVX-512, else 32) keeps
// while weights stream by. Where they are more: words of them that stay there while weight rows
// pass by, weight rows that meet X of them together (all sums stay in registers), and how many
// weight rows ahead memory is asked for. With more rows than rows_in_place other products are
// quicker.
#if defined(__AVX512F__)
constexpr std::int64_t near_bytes = 32 * 1024;
constexpr std::int64_t piece_words = slice_words;
template <int X>
constexpr int together = 4;
template <int X>
constexpr int rows_ahead = together<X>;
constexpr int rows_in_place[tunings] = {32, 256};
#else
constexpr std::int64_t near_bytes = 24 * 1024;
constexpr std::int64_t piece_words = 1024;
template <int X>
constexpr int together = X <= 3 ? 2 : 1;
template <int X>
constexpr int rows_ahead = 3;
constexpr int rows_in_place[tunings] = {8, 8};
#endif
/// Weight rows that wait for the next piece with their partial sums, where pieces are not slices.
constexpr int band = 32;

/// Asks memory for what comes after the line `here` of W weight rows.
template <DType type, Ask ask, int W, int X>
CRIA_INLINE void ask_ahead(const char* here, std::int64_t k, Ahead& beyond) {
  if constexpr (ask == Ask::near) ask_near(here + bytes_ahead);
  if constexpr (ask == Ask::second) {
    ask_second(here + 4 * bytes_ahead);
    ask_near(here + 24 * 64);
  }
  if constexpr (ask == Ask::once) ask_once(here + bytes_ahead / 8);
  if constexpr (ask == Ask::next || ask == Ask::later) {
    constexpr int rows_on = rows_ahead<X> * (ask == Ask::later ? 2 : 1);
    CRIA_UNROLL
    for (int w = 0; w < W; ++w) {
      ask_second(at<type>(here, (w + rows_on) * k));
      if constexpr (ask == Ask::later) ask_near(at<type>(here + 6 * 64, w * k));
    }
  }
  if constexpr (ask == Ask::beyond) beyond.ask();
}

/// Asks for the first line of a page that comes later, if `here` is the first in its page of places
/// that lie `apart`: above all for the page's place in memory, which takes as long to find.
template <Ask ask>
CRIA_INLINE void ask_page(const char* here, std::int64_t apart) {
  constexpr int pages = ask == Ask::second ? 6 : ask == Ask::page || ask == Ask::once ? 2 : 0;
  if constexpr (pages != 0) {
    if (begins_page(here, apart)) ask_second(here + pages * page_bytes);
  }
}

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

/// Adds a line of W weight rows, of one row by one load if that is asked for, from number i on.
template <DType type, bool by_one_load, int W, int X>
CRIA_INLINE void add_line(const void* weight, std::int64_t k, const float* x, std::int64_t x_stride,
                          std::int64_t i, Lanes (&sums)[W][X]) {
  if constexpr (by_one_load) {
    static_assert(W == 1 && X == 1);
    Lanes words[line_lanes<type>];
    load_line<type>(at<type>(weight, i), words);
    CRIA_UNROLL
    for (int u = 0; u < line_lanes<type>; ++u)
      sums[0][0] = multiply_add<type>(words[u], load(x + i / each<type> + u * lanes), sums[0][0]);
  } else {
    CRIA_UNROLL
    for (int u = 0; u < line_lanes<type>; ++u)
      step<type, false>(weight, k, x, x_stride, i + u * lanes * each<type>, sums);
  }
}

/// Adds numbers from `from` to `end` of W weight rows.
template <DType type, Ask ask, int W, int X>
CRIA_INLINE void add_numbers(const void* weight, std::int64_t k, const float* x,
                             std::int64_t x_stride, std::int64_t from, std::int64_t end,
                             Ahead& beyond, Lanes (&sums)[W][X]) {
  constexpr int at_once = lanes * each<type>;
  constexpr int line = line_lanes<type> * at_once;
  // With one line a turn it depended on where the code happens to lie how far loads ran ahead of
  // what the processor had asked for: bf16 had 1.0 or 0.6 of the bandwidth.
  constexpr int lines_a_turn = ask == Ask::second || ask == Ask::page || ask == Ask::once ? 2 : 1;
  constexpr int turn = lines_a_turn * line;
  const std::int64_t whole = from + (end - from) / at_once * at_once;
  std::int64_t i = from;
  for (; i + turn <= whole; i += turn) {
    const char* here = static_cast<const char*>(at<type>(weight, i));
    ask_page<ask>(here, lines_a_turn * 64);
    CRIA_UNROLL
    for (int l = 0; l < lines_a_turn; ++l) {
      ask_ahead<type, ask, W, X>(here + l * 64, k, beyond);
      add_line<type, ask == Ask::second>(weight, k, x, x_stride, i + l * line, sums);
    }
  }
  for (; i < whole; i += at_once) step<type, false>(weight, k, x, x_stride, i, sums);
  if (whole < end) step<type, true>(weight, k, x, x_stride, whole, sums);
}

/// The sums of a slice join those of the slices before it.
template <int W, int X>
CRIA_INLINE void finish(const Lanes (&sums)[W][X], bool first, float* y, std::int64_t y_stride) {
  CRIA_UNROLL
  for (int r = 0; r < X; ++r) {
    float* out = y + r * y_stride;
    float slice[W];
    if constexpr (W == 4) {
      store_sums(slice, {sums[0][r], sums[1][r], sums[2][r], sums[3][r]});
    } else {
      CRIA_UNROLL
      for (int w = 0; w < W; ++w) slice[w] = sum_of(sums[w][r]);
    }
    CRIA_UNROLL
    for (int w = 0; w < W; ++w) out[w] = first ? slice[w] : out[w] + slice[w];
  }
}

/// W weight rows times X activation rows, slice by slice.
template <DType type, Ask ask, int W, int X>
CRIA_INLINE void slices(const void* weight, std::int64_t k, const float* x, std::int64_t x_stride,
                        Ahead& beyond, float* y, std::int64_t y_stride) {
  constexpr std::int64_t depth = slice_words * each<type>;
  for (std::int64_t from = 0; from < k; from += depth) {
    Lanes sums[W][X];
    clear(sums);
    add_numbers<type, ask>(weight, k, x, x_stride, from, smaller_of(k, from + depth), beyond, sums);
    finish(sums, from == 0, y, y_stride);
  }
}

/// All weight rows times X activation rows, one weight row after another.
template <DType type, Ask ask, int X>
void stream(const void* weight, std::int64_t k, int rows, const float* x, std::int64_t x_stride,
            float* y, std::int64_t y_stride) {
  Ahead nothing;
  for (int n = 0; n < rows; ++n)
    slices<type, ask, 1, X>(at<type>(weight, n * k), k, x, x_stride, nothing, y + n, y_stride);
}

/// W weight rows times a piece of a slice, which begins at `slice` and ends at `slice_end`. `kept`
/// [W][X][16]: the partial sums of the pieces before it.
template <DType type, Ask ask, int W, int X>
CRIA_INLINE void add_piece(const void* weight, std::int64_t k, const float* x,
                           std::int64_t x_stride, std::int64_t slice, std::int64_t slice_end,
                           std::int64_t piece, Ahead& beyond, float* kept, float* y,
                           std::int64_t y_stride) {
  constexpr std::int64_t depth = piece_words * each<type>;
  Lanes sums[W][X];
  if (piece == slice) {
    clear(sums);
  } else {
    CRIA_UNROLL
    for (int w = 0; w < W; ++w) {
      CRIA_UNROLL
      for (int r = 0; r < X; ++r) sums[w][r] = load(kept + (w * X + r) * lanes);
    }
  }
  add_numbers<type, ask>(weight, k, x, x_stride, piece, smaller_of(slice_end, piece + depth),
                         beyond, sums);
  if (slice_end <= piece + depth) {
    finish(sums, slice == 0, y, y_stride);
  } else {
    CRIA_UNROLL
    for (int w = 0; w < W; ++w) {
      CRIA_UNROLL
      for (int r = 0; r < X; ++r) store(kept + (w * X + r) * lanes, sums[w][r]);
    }
  }
}

/// A band of weight rows times X activation rows, piece by piece.
template <DType type, Ask ask, int X>
CRIA_INLINE void pieces(const void* weight, std::int64_t k, int rows, const float* x,
                        std::int64_t x_stride, Ahead& beyond, float* y, std::int64_t y_stride) {
  constexpr int W = together<X>;
  constexpr std::int64_t depth = slice_words * each<type>;
  alignas(64) float kept[band * X * lanes];
  for (std::int64_t slice = 0; slice < k; slice += depth) {
    const std::int64_t end = smaller_of(k, slice + depth);
    for (std::int64_t piece = slice; piece < end; piece += piece_words * each<type>) {
      int n = 0;
      for (; n + W <= rows; n += W)
        add_piece<type, ask, W, X>(at<type>(weight, n * k), k, x, x_stride, slice, end, piece,
                                   beyond, kept + n * X * lanes, y + n, y_stride);
      for (; n < rows; ++n)
        add_piece<type, ask, 1, X>(at<type>(weight, n * k), k, x, x_stride, slice, end, piece,
                                   beyond, kept + n * X * lanes, y + n, y_stride);
    }
  }
}

/// The same as stream() for activations that do not stay near as a whole.
template <DType type, Ask ask, int X>
void tiles(const void* weight, std::int64_t k, int rows, const float* x, std::int64_t x_stride,
           Ahead& beyond, float* y, std::int64_t y_stride) {
  if constexpr (piece_words < slice_words) {
    for (int n = 0; n < rows; n += band)
      pieces<type, ask, X>(at<type>(weight, n * k), k, rows - n < band ? rows - n : band, x,
                           x_stride, beyond, y + n, y_stride);
  } else {
    // Sums need not wait, so weights are read in the order of memory.
    constexpr int W = together<X>;
    int n = 0;
    for (; n + W <= rows; n += W)
      slices<type, ask, W, X>(at<type>(weight, n * k), k, x, x_stride, beyond, y + n, y_stride);
    for (; n < rows; ++n)
      slices<type, ask, 1, X>(at<type>(weight, n * k), k, x, x_stride, beyond, y + n, y_stride);
  }
}

using Stream = void (*)(const void*, std::int64_t, int, const float*, std::int64_t, float*,
                        std::int64_t);
template <DType type>
constexpr Stream streams[most_rows] = {stream<type, Ask::near, 1>, stream<type, Ask::near, 2>,
                                       stream<type, Ask::near, 3>, stream<type, Ask::near, 4>,
                                       stream<type, Ask::near, 5>, stream<type, Ask::near, 6>};
using Tiles = void (*)(const void*, std::int64_t, int, const float*, std::int64_t, Ahead&, float*,
                       std::int64_t);
template <DType type, Ask ask>
constexpr Tiles tiled[most_rows] = {tiles<type, ask, 1>, tiles<type, ask, 2>, tiles<type, ask, 3>,
                                    tiles<type, ask, 4>, tiles<type, ask, 5>, tiles<type, ask, 6>};

/// One row, where the processor asks for what comes next itself. That suffices for pairs, and as
/// long as activations stay in the nearest cache while weights stream by. Where they do not, their
/// loads are held up by those that wait for memory, so that weights are brought to the second-level
/// cache, and loaded a line at once.
template <DType type>
void one_row(const void* weight, std::int64_t k, int rows, const float* x, float* y) {
  constexpr Ask few = in_pairs<type> ? Ask::once : Ask::page;
  constexpr Ask many = in_pairs<type> ? Ask::once : Ask::second;
  const bool stay = k * 4 <= near_bytes * 3 / 8;
  (stay ? stream<type, few, 1> : stream<type, many, 1>)(weight, k, rows, x, 0, y, 0);
}

template <DType type>
void dot(const void* weight, std::int64_t k, int rows, const float* x, std::int64_t x_stride,
         int x_rows, Tuning tuning, float* y, std::int64_t y_stride) {
  const bool zen4 = tuning == Tuning::zen4;
  if (zen4 && x_rows == 1) return one_row<type>(weight, k, rows, x, y);
  const bool near = x_rows == 1 || x_rows * (k / each<type>)*4 <= near_bytes;
  if (!zen4 && near && x_rows <= most_rows)
    return streams<type>[x_rows - 1](weight, k, rows, x, x_stride, y, y_stride);
  const int passes = gemm_tiles(x_rows, most_rows);
  // The first pass waits for memory; the others ask it for the weights that likely come after.
  Ahead beyond;
  if (passes > 1)
    beyond = {at<type>(weight, rows * k), rows * k * bytes_each<type>,
              (passes - 1) * (rows / together<most_rows> + 1) * (k * bytes_each<type> / 64 + 1)};
  for (int pass = 0; pass < passes; ++pass) {
    const int first = gemm_tile_begin(x_rows, passes, pass);
    const int count = gemm_tile_begin(x_rows, passes, pass + 1) - first;
    const Tiles work = (pass > 0              ? tiled<type, Ask::beyond>
                        : zen4 && passes == 1 ? tiled<type, Ask::later>
                                              : tiled<type, Ask::next>)[count - 1];
    work(weight, k, rows, x + first * x_stride, x_stride, beyond, y + first * y_stride, y_stride);
  }
}

}  // namespace

constinit const KernelTable::Dot dots[3] = {dot<DType::f32>, dot<DType::f16>, dot<DType::bf16>};

constinit const int dot_rows[tunings] = {rows_in_place[0], rows_in_place[1]};

}  // namespace cria::kernels::cpu::CRIA_ISA
