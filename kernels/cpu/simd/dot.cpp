// A weight matrix times one or a few activation rows: the weights stream by once.
#include "kernels/cpu/simd/parts.h"
#include "kernels/cpu/simd/words.h"

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

/// How far ahead of the loads memory is asked for: this many lines of W weight rows together.
constexpr std::int64_t lines_ahead = 64;

/// Adds 16 words (fewer if `part`) from number i on to each of W x X partial sums.
template <DType type, bool part, int W, int X>
CRIA_INLINE void step(const void* weight, std::int64_t k, const float* x, std::int64_t x_stride,
                      std::int64_t i, Lanes (&sums)[W][X]) {
  Lanes in[X];
  CRIA_UNROLL
  for (int r = 0; r < X; ++r) in[r] = load(x + r * x_stride + i / each<type>);
  CRIA_UNROLL
  for (int w = 0; w < W; ++w) {
    const void* from = at<type>(weight, w * k + i);
    const Lanes weights = part ? load_words_part<type>(from, k - i) : load_words<type>(from);
    CRIA_UNROLL
    for (int r = 0; r < X; ++r) sums[w][r] = multiply_add<type>(weights, in[r], sums[w][r]);
  }
}

/// The slice of W weight rows times X activation rows that begins at number `from`.
template <DType type, int W, int X>
CRIA_INLINE void slice(const void* weight, std::int64_t k, const float* x, std::int64_t x_stride,
                       std::int64_t from, float* y, std::int64_t y_stride) {
  Lanes sums[W][X];
  CRIA_UNROLL
  for (int w = 0; w < W; ++w) {
    CRIA_UNROLL
    for (int r = 0; r < X; ++r) sums[w][r] = zero();
  }
  constexpr int at_once = lanes * each<type>;
  constexpr int line = 64 / bytes_each<type>;
  constexpr std::int64_t distance = lines_ahead / W * line;
  const std::int64_t end =
      k - from < slice_words * each<type> ? k : from + slice_words * each<type>;
  const std::int64_t whole = from + (end - from) / at_once * at_once;
  std::int64_t i = from;
  for (; i + line <= whole; i += line) {
    // Past a row's end: the beginning of the row that the next tile has in its place.
    const std::int64_t next = i + distance < k ? 0 : (W - 1) * k;
    CRIA_UNROLL
    for (int w = 0; w < W; ++w)
      _mm_prefetch(static_cast<const char*>(at<type>(weight, w * k + i + distance + next)),
                   _MM_HINT_T0);
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

template <DType type, int W, int X>
void tile(const void* weight, std::int64_t k, const float* x, std::int64_t x_stride, float* y,
          std::int64_t y_stride) {
  for (std::int64_t from = 0; from < k; from += slice_words * each<type>)
    slice<type, W, X>(weight, k, x, x_stride, from, y, y_stride);
}

template <DType type, int W>
void all_rows(const void* weight, std::int64_t k, const float* x, std::int64_t x_stride, int x_rows,
              float* y, std::int64_t y_stride) {
  int r = 0;
  const auto rest = [&](int count) { return r + count <= x_rows; };
  if constexpr (row_tile >= 6) {
    for (; rest(6); r += 6)
      tile<type, W, 6>(weight, k, x + r * x_stride, x_stride, y + r * y_stride, y_stride);
    for (; rest(4); r += 4)
      tile<type, W, 4>(weight, k, x + r * x_stride, x_stride, y + r * y_stride, y_stride);
  }
  for (; rest(3); r += 3)
    tile<type, W, 3>(weight, k, x + r * x_stride, x_stride, y + r * y_stride, y_stride);
  for (; rest(2); r += 2)
    tile<type, W, 2>(weight, k, x + r * x_stride, x_stride, y + r * y_stride, y_stride);
  for (; rest(1); ++r)
    tile<type, W, 1>(weight, k, x + r * x_stride, x_stride, y + r * y_stride, y_stride);
}

template <DType type>
void dot(const void* weight, std::int64_t k, int rows, const float* x, std::int64_t x_stride,
         int x_rows, float* y, std::int64_t y_stride) {
  int n = 0;
  if (x_rows == 1)
    for (; n + single_tile <= rows; n += single_tile)
      tile<type, single_tile, 1>(at<type>(weight, n * k), k, x, x_stride, y + n, y_stride);
  for (; n + weight_tile <= rows; n += weight_tile)
    all_rows<type, weight_tile>(at<type>(weight, n * k), k, x, x_stride, x_rows, y + n, y_stride);
  for (; n < rows; ++n)
    all_rows<type, 1>(at<type>(weight, n * k), k, x, x_stride, x_rows, y + n, y_stride);
}

}  // namespace

constinit const KernelTable::Dot dots[3] = {dot<DType::f32>, dot<DType::f16>, dot<DType::bf16>};

}  // namespace cria::kernels::cpu::CRIA_ISA
