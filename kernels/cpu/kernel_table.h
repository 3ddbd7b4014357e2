// The inner loops of the cpu backend, as an instruction set offers them. Plain pointers only: the
// files under simd/ are compiled once an instruction set, and what they share with the rest of the
// program must not be an inline function that the linker could then take from them.
//
// Both instruction sets compute the same bits: a dot product always has 16 partial sums (index
// modulo 16) over ascending indices with fused multiply-add, added up as l + l+8, l + l+4, l + l+2,
// l + l+1; whatever lies beyond the end counts as zero.
#pragma once

#include <cstdint>

#include "kernels/dtype.h"

namespace cria::kernels::cpu {

/// Partial sums of a dot product; activation rows are padded with zeros to a multiple of it.
inline constexpr int lanes = 16;
/// Weight rows that gemm() works on at a time; its `y` has room for a multiple.
inline constexpr int gemm_rows = 8;
/// Indices of a dot product between two visits to the same partial sums in gemm().
inline constexpr int gemm_depth = 512;
/// Positions whose softmax is computed as one piece, then joined in ascending order.
inline constexpr int attend_piece = 256;

/// One query group over at most attend_piece positions of one kv head.
struct AttendPiece {
  const float* q;      ///< [group][width]
  const void* k;       ///< [cells][width]
  const void* v;       ///< [cells][width]
  int group;           ///< query heads that read this kv head
  int width;           ///< head_dim padded with zeros to a multiple of 16
  std::int64_t first;  ///< cell of the first position
  int first_count;     ///< positions from there on
  std::int64_t next;   ///< cell of the position after those
  int next_count;
  float scale;
  float* largest;  ///< -> [group] the largest score
  float* total;    ///< -> [group] sum of exp(score - largest)
  float* sums;     ///< -> [group][width] sum of exp(score - largest) * v
};

struct KernelTable {
  const char* instruction_set;
  int row_tile;  ///< activation rows that gemm() works on at a time

  /// y[t * y_stride + n] = weight row n . x row t, for few rows t. weight [rows][k]; x rows padded.
  using Dot = void (*)(const void* weight, std::int64_t k, int rows, const float* x,
                       std::int64_t x_stride, int x_rows, float* y, std::int64_t y_stride);
  Dot dot[3];  ///< by DType of the weight

  /// Lays `count` (<= row_tile) rows, the `tile`-th of a block of `block_rows`, out for gemm().
  void (*pack)(const float* const* x_rows, int count, std::int64_t k, int block_rows, int tile,
               float* packed);

  /// The same as Dot for a block of packed rows. scratch: gemm_scratch() floats.
  using Gemm = void (*)(const void* weight, std::int64_t k, int rows, const float* packed,
                        int block_rows, float* scratch, float* y, std::int64_t y_stride);
  Gemm gemm[3];

  /// y = x / sqrt(mean(x^2) + eps) * weight; x and y padded.
  void (*rms_norm)(const float* x, const float* weight, std::int64_t n, float eps, float* y);
  /// out = gate / (1 + exp(-gate)) * up
  void (*silu_times)(const float* gate, const float* up, std::int64_t n, float* out);
  /// out = exp(x), within 2 units in the last place for |x| <= 87; 0 below that.
  void (*exponential)(const float* x, std::int64_t n, float* out);

  /// dst = src rounded to nearest even; false if a value, before or after, is not finite.
  using Convert = bool (*)(const void* src, void* dst, std::int64_t n);
  Convert convert[3][3];  ///< [from][to]
  /// Whether all values are finite.
  using Finite = bool (*)(const void* src, std::int64_t n);
  Finite finite[3];

  using Attend = void (*)(const AttendPiece& piece);
  Attend attend[3];  ///< by DType of the cache
  /// Joins `more` to the pieces before it. sums [group][width].
  void (*join)(int group, int width, const float* more_largest, const float* more_total,
               const float* more_sums, float* largest, float* total, float* sums);
};

/// Floats of scratch that gemm() needs.
constexpr std::int64_t gemm_scratch(std::int64_t k, int block_rows) {
  return (k + lanes) * gemm_rows + static_cast<std::int64_t>(block_rows) * gemm_rows * lanes;
}

/// Precondition: the processor and the system can run them.
const KernelTable& avx2_kernels();
const KernelTable& avx512_kernels();

}  // namespace cria::kernels::cpu
