// A weight matrix times many activation rows, which pack() has laid out.
//
// The rows of a block are cut into tiles of row_tile, and k into slices of gemm_depth. Packed, a
// slice holds its tiles one after another, a tile its groups of 16 indices, a group its rows:
// [slice] [tile][group][row][16]. Weights are converted to float32 gemm_rows at a time in the same
// way, and then serve every row of the block. Partial sums of a (weight tile, row tile) wait in
// scratch from one slice to the next.
#include "kernels/cpu/simd/lanes.h"
#include "kernels/cpu/simd/parts.h"

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

static_assert(gemm_rows % weight_tile == 0 && gemm_depth % lanes == 0);

inline std::int64_t smaller_of(std::int64_t a, std::int64_t b) { return a < b ? a : b; }
inline std::int64_t padded(std::int64_t k) { return (k + lanes - 1) / lanes * lanes; }

/// weight [rows][k] -> panels [slice][weight tile][group][weight][16], rows beyond the last zero.
template <DType type>
void unpack_weights(const void* weight, std::int64_t k, int rows, float* panels) {
  const std::int64_t whole = k / lanes * lanes;
  for (int n = 0; n < gemm_rows; ++n) {
    const int w = n % weight_tile;
    for (std::int64_t i = 0; i < padded(k); i += lanes) {
      const std::int64_t slice = i / gemm_depth;
      const std::int64_t depth = smaller_of(gemm_depth, padded(k) - slice * gemm_depth);
      float* to = panels + slice * gemm_depth * gemm_rows + (n - w) * depth +
                  (i % gemm_depth) * weight_tile + w * lanes;
      if (n >= rows)
        store(to, zero());
      else if (i < whole)
        store(to, load_as<type>(at<type>(weight, n * k + i)));
      else
        store(to, load_part<type>(at<type>(weight, n * k + i), k - i));
    }
  }
}

/// One slice of weight_tile weight rows times X activation rows. `sums` continue unless `first`;
/// unless `last` they are kept, else written to y.
template <int X>
void tile(const float* weights, const float* x, std::int64_t depth, bool first, bool last,
          float* sums_kept, float* y, std::int64_t y_stride) {
  Lanes sums[weight_tile][X];
  CRIA_UNROLL
  for (int w = 0; w < weight_tile; ++w) {
    CRIA_UNROLL
    for (int r = 0; r < X; ++r) sums[w][r] = first ? zero() : load(sums_kept + (w * X + r) * lanes);
  }
  for (std::int64_t i = 0; i < depth; i += lanes) {
    Lanes in[X];
    CRIA_UNROLL
    for (int r = 0; r < X; ++r) in[r] = load(x + r * lanes);
    CRIA_UNROLL
    for (int w = 0; w < weight_tile; ++w) {
      const Lanes weight = load(weights + w * lanes);
      CRIA_UNROLL
      for (int r = 0; r < X; ++r) sums[w][r] = fused(weight, in[r], sums[w][r]);
    }
    x += X * lanes;
    weights += weight_tile * lanes;
  }
  CRIA_UNROLL
  for (int r = 0; r < X; ++r) {
    if (!last) {
      CRIA_UNROLL
      for (int w = 0; w < weight_tile; ++w) store(sums_kept + (w * X + r) * lanes, sums[w][r]);
    } else if constexpr (weight_tile == 4) {
      _mm_storeu_ps(y + r * y_stride, sums_of(sums[0][r], sums[1][r], sums[2][r], sums[3][r]));
    } else {
      CRIA_UNROLL
      for (int w = 0; w < weight_tile; ++w) y[r * y_stride + w] = sum_of(sums[w][r]);
    }
  }
}

using Tile = void (*)(const float*, const float*, std::int64_t, bool, bool, float*, float*,
                      std::int64_t);
#if defined(__AVX512F__)
constexpr Tile tiles[row_tile] = {tile<1>, tile<2>, tile<3>, tile<4>, tile<5>, tile<6>};
#else
constexpr Tile tiles[row_tile] = {tile<1>, tile<2>, tile<3>};
#endif

/// Asks for the lines of a piece of memory, some at each call.
struct Ahead {
  const char* next;
  std::int64_t lines;
  std::int64_t lines_a_call;

  void ask() {
    const std::int64_t count = smaller_of(lines, lines_a_call);
    for (std::int64_t i = 0; i < count; ++i) _mm_prefetch(next + i * 64, _MM_HINT_T1);
    next += count * 64;
    lines -= count;
  }
};

template <DType type>
void gemm(const void* weight, std::int64_t k, int rows, const float* packed, int block_rows,
          float* scratch, float* y, std::int64_t y_stride) {
  const std::int64_t full = padded(k);
  float* panels = scratch;
  float* sums = scratch + full * gemm_rows;
  for (int n = 0; n < rows; n += gemm_rows) {
    const int here = rows - n < gemm_rows ? rows - n : gemm_rows;
    unpack_weights<type>(at<type>(weight, n * k), k, here, panels);
    // While these rows are multiplied, memory is asked for the next.
    const std::int64_t lines = gemm_rows * k * bytes_each<type> / 64 + 1;
    const std::int64_t calls =
        ((full + gemm_depth - 1) / gemm_depth) * ((block_rows + row_tile - 1) / row_tile);
    Ahead ahead{static_cast<const char*>(at<type>(weight, (n + gemm_rows) * k)), lines,
                lines / calls + 1};
    for (std::int64_t i = 0; i < full; i += gemm_depth) {
      const std::int64_t depth = smaller_of(gemm_depth, full - i);
      for (int t = 0; t < block_rows; t += row_tile) {
        const int x_rows = block_rows - t < row_tile ? block_rows - t : row_tile;
        ahead.ask();
        for (int w = 0; w < gemm_rows; w += weight_tile)
          tiles[x_rows - 1](panels + i * gemm_rows + w * depth, packed + i * block_rows + t * depth,
                            depth, i == 0, i + depth == full,
                            sums + (t * gemm_rows + w * x_rows) * lanes, y + t * y_stride + n + w,
                            y_stride);
      }
    }
  }
}

}  // namespace

constinit const KernelTable::Gemm gemms[3] = {gemm<DType::f32>, gemm<DType::f16>,
                                              gemm<DType::bf16>};

int gemm_row_tile() { return row_tile; }

void pack(const float* const* x_rows, int count, std::int64_t k, int block_rows, int tile_index,
          float* packed) {
  const std::int64_t full = padded(k);
  for (std::int64_t i = 0; i < full; i += lanes) {
    const std::int64_t slice = i / gemm_depth * gemm_depth;
    const std::int64_t depth = smaller_of(gemm_depth, full - slice);
    float* to = packed + slice * block_rows + tile_index * row_tile * depth + (i - slice) * count;
    for (int r = 0; r < count; ++r) store(to + r * lanes, load(x_rows[r] + i));
  }
}

}  // namespace cria::kernels::cpu::CRIA_ISA
