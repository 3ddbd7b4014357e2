// A weight matrix times one or a few activation rows: the weights stream by once, one weight row at
// a time and so strictly in the order of memory: several weight rows at once are several streams a
// page apart, and memory gives those a fifth less. Only where activations do not fit the nearest
// cache, and each weight row would fetch them anew, several weight rows meet them together.
#include "kernels/cpu/simd/parts.h"
#include "kernels/cpu/simd/words.h"

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

/// How far ahead of the loads of one weight row memory is asked for.
constexpr std::int64_t bytes_ahead = 64 * 64;

/// Activation rows at once.
constexpr int most_rows = 6;
// Bytes of activations that the nearest cache (48 kB where there is AVX-512, else 32) keeps while
// weights stream by. Where they are more: rows at once, those of a pass where there are more yet,
// of which a slice stays there, and weight rows that meet X of them together: all sums stay in
// registers. With more rows than rows_in_place gemm() is quicker.
#if defined(__AVX512F__)
constexpr std::int64_t near_bytes = 32 * 1024;
constexpr int most_far_rows = 6;
constexpr int rows_a_pass = 4;
template <int X>
constexpr int together = X <= 4 ? 4 : 2;
constexpr int rows_in_place = 32;
#else
constexpr std::int64_t near_bytes = 24 * 1024;
constexpr int most_far_rows = 3;
constexpr int rows_a_pass = 3;
template <int X>
constexpr int together = 2;
constexpr int rows_in_place = 8;
#endif

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

/// The slice of W weight rows times X activation rows that begins at number `from`.
template <DType type, int W, int X>
CRIA_INLINE void slice(const void* weight, std::int64_t k, const float* x, std::int64_t x_stride,
                       std::int64_t from, float* y, std::int64_t y_stride) {
  constexpr int at_once = lanes * each<type>;
  constexpr int line = 64 / bytes_each<type>;
  const std::int64_t end =
      k - from < slice_words * each<type> ? k : from + slice_words * each<type>;
  const std::int64_t whole = from + (end - from) / at_once * at_once;
  Lanes sums[W][X];
  CRIA_UNROLL
  for (int w = 0; w < W; ++w) {
    CRIA_UNROLL
    for (int r = 0; r < X; ++r) sums[w][r] = zero();
  }
  std::int64_t i = from;
  for (; i + line <= whole; i += line) {
    // Of several rows those that come after them: 4 kB ahead of one may be another of them.
    if constexpr (W == 1) {
      ask_near(static_cast<const char*>(at<type>(weight, i)) + bytes_ahead);
    } else {
      CRIA_UNROLL
      for (int w = 0; w < W; ++w) ask_second(at<type>(weight, (w + W) * k + i));
    }
    CRIA_UNROLL
    for (int u = 0; u < line; u += at_once) step<type, false>(weight, k, x, x_stride, i + u, sums);
  }
  for (; i < whole; i += at_once) step<type, false>(weight, k, x, x_stride, i, sums);
  if (whole < end) step<type, true>(weight, k, x, x_stride, whole, sums);
  CRIA_UNROLL
  for (int r = 0; r < X; ++r) {
    CRIA_UNROLL
    for (int w = 0; w < W; ++w) {
      float& out = y[r * y_stride + w];
      out = from == 0 ? sum_of(sums[w][r]) : out + sum_of(sums[w][r]);
    }
  }
}

/// All weight rows times X activation rows, one weight row after another.
template <DType type, int X>
void stream(const void* weight, std::int64_t k, int rows, const float* x, std::int64_t x_stride,
            float* y, std::int64_t y_stride) {
  for (int n = 0; n < rows; ++n)
    for (std::int64_t from = 0; from < k; from += slice_words * each<type>)
      slice<type, 1, X>(at<type>(weight, n * k), k, x, x_stride, from, y + n, y_stride);
}

/// The same, several weight rows together, slice by slice.
template <DType type, int X>
void tiles(const void* weight, std::int64_t k, int rows, const float* x, std::int64_t x_stride,
           float* y, std::int64_t y_stride) {
  constexpr int W = together<X>;
  for (std::int64_t from = 0; from < k; from += slice_words * each<type>) {
    int n = 0;
    for (; n + W <= rows; n += W)
      slice<type, W, X>(at<type>(weight, n * k), k, x, x_stride, from, y + n, y_stride);
    for (; n < rows; ++n)
      slice<type, 1, X>(at<type>(weight, n * k), k, x, x_stride, from, y + n, y_stride);
  }
}

using Work = void (*)(const void*, std::int64_t, int, const float*, std::int64_t, float*,
                      std::int64_t);
template <DType type>
constexpr Work streams[most_rows] = {stream<type, 1>, stream<type, 2>, stream<type, 3>,
                                     stream<type, 4>, stream<type, 5>, stream<type, 6>};
template <DType type>
constexpr Work tiled[] = {
    tiles<type, 1>, tiles<type, 2>, tiles<type, 3>,
#if defined(__AVX512F__)
    tiles<type, 4>, tiles<type, 5>, tiles<type, 6>,
#endif
};
static_assert(sizeof tiled<DType::f32> == most_far_rows * sizeof(Work));

template <DType type>
void dot(const void* weight, std::int64_t k, int rows, const float* x, std::int64_t x_stride,
         int x_rows, float* y, std::int64_t y_stride) {
  const bool near = x_rows == 1 || x_rows * x_stride * 4 <= near_bytes;
  if (near && x_rows <= most_rows)
    return streams<type>[x_rows - 1](weight, k, rows, x, x_stride, y, y_stride);
  const int passes = x_rows <= most_far_rows ? 1 : gemm_tiles(x_rows, rows_a_pass);
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
