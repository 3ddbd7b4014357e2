// The inner loops of the cpu backend, as an instruction set offers them. Plain pointers only: the
// files under simd/ are compiled once an instruction set, and what they share with the rest of the
// program must not be an inline function that the linker could then take from them.
//
// A product of floats works on words: float32 numbers, or pairs of bf16 numbers where the processor
// multiplies those (bf16_each). Its order of adding is always the same: slices of slice_words
// words, in each 16 partial sums (index modulo 16) over ascending indices, added up as l + l+8, l +
// l+4, l + l+2, l + l+1, then slice after slice; whatever lies beyond the end counts as zero. A
// product of blocks adds block after block. So one row alone and many together give the same bits,
// and so do instruction sets that work on the same words.
#pragma once

#include <cstdint>

#include "kernels/dtype.h"
#include "kernels/weight_format.h"

namespace cria::kernels::cpu {

/// Partial sums of a dot product; activation rows are padded with zeros to a multiple of it. Also
/// the outputs whose q8 and q4 weights lie together.
inline constexpr int lanes = 16;
/// Words of a dot product between two visits to the same partial sums.
inline constexpr std::int64_t slice_words = 2048;
/// Outputs that gemm works on before it goes on to the next.
inline constexpr int gemm_outs = 64;
/// Floats of scratch that a PackedProduct needs.
inline constexpr std::int64_t product_scratch_floats = slice_words * gemm_outs + 4 * lanes * lanes;
/// Positions whose softmax is computed as one piece, then joined in ascending order.
inline constexpr int attend_piece = 256;

/// Rows are worked on in tiles of at most `most`, all of nearly the same size.
constexpr int gemm_tiles(int rows, int most) { return (rows + most - 1) / most; }
constexpr int gemm_tile_begin(int rows, int tiles, int tile) {
  return static_cast<int>(static_cast<std::int64_t>(rows) * tile / tiles);
}

/// Of 16 weight rows, by format, q8 first (block_layout.h): blocks whose scales share a line, bytes
/// of that line, of the values of a block, and of the rows' own scales.
inline constexpr int blocks_a_line[2] = {2, 4};
inline constexpr std::int64_t block_scales_bytes = 64;
inline constexpr std::int64_t block_values_bytes[2] = {512, 256};
inline constexpr std::int64_t row_scales_bytes[2] = {0, 64};

/// Groups of 16 weight rows in q8 or q4, stored as unsigned numbers (block_layout.h).
struct BlockWeights {
  const std::uint8_t* data;
  std::int64_t group_bytes;  ///< from one group to the next
  int groups;
};

/// Activation rows as q8 and q4 take them (quantisation.h), block after block of all rows of a
/// tile.
struct BlockRows {
  const std::int8_t* values;   ///< [tile][block][row][32]
  const float* scales;         ///< [tile][block][row]
  const std::int32_t* starts;  ///< [tile][block][row]: what makes up for the unsigned weights
  std::int64_t blocks;
  int rows;
};

/// One query group over at most attend_piece positions of one kv head.
struct AttendPiece {
  const float* q;      ///< [group][width]
  const void* k;       ///< [cells / 16][width][16]
  const void* v;       ///< [cells][width]
  int group;           ///< query heads that read this kv head
  int width;           ///< head_dim padded with zeros to a multiple of 16
  std::int64_t first;  ///< cell of the first position
  int first_count;     ///< positions from there on
  std::int64_t next;   ///< cell of the position after those
  int next_count;
  std::int64_t upcoming;  ///< cell whose positions come after these, or -1
  float scale;
  float* largest;  ///< -> [group] the largest score
  float* total;    ///< -> [group] sum of exp(score - largest)
  float* sums;     ///< -> [group][width] sum of exp(score - largest) * v
};

/// A product of floats with activation rows that were laid out for it.
struct PackedProduct {
  int tile_rows;  ///< activation rows of a tile
  /// Lays out `count` rows of padded `words`, a tile.
  void (*pack)(const float* const* x_rows, int count, std::int64_t words, float* packed);
  /// The same as KernelTable::Dot for rows laid out tile after tile. scratch:
  /// product_scratch_floats.
  using Multiply = void (*)(const void* weight, std::int64_t k, int rows, const float* packed,
                            int x_rows, float* scratch, float* y, std::int64_t y_stride);
  Multiply multiply[3];  ///< by DType of the weight
};

/// Whose measurements (NOTES.md) the inner loops go by where instructions do not decide. None of it
/// changes a bit.
enum class Tuning {
  general,
  zen4,  ///< itself asks memory ahead of one stream; a nearest cache of 32 kB beside AVX-512
};
inline constexpr int tunings = 2;

struct KernelTable {
  const char* instruction_set;
  int dot_rows[tunings];  ///< activation rows up to which dot() is quicker than strips and gemm
  int strips_rows[3];     ///< and up to which strips are quicker than gemm; 0: there are none
  int gemm_panel;         ///< outputs that gemm works on at a time; its y has room for a multiple
  int bf16_each;          ///< bf16 numbers in a word

  // --- products of floats; by DType of the weight

  /// y[t * y_stride + n] = weight row n . x row t, for dot_rows rows t. weight [rows][k]; x rows of
  /// words, padded.
  using Dot = void (*)(const void* weight, std::int64_t k, int rows, const float* x,
                       std::int64_t x_stride, int x_rows, Tuning tuning, float* y,
                       std::int64_t y_stride);
  Dot dot[3];
  PackedProduct strips;  ///< for some dozen rows
  PackedProduct gemm;    ///< for any number
  /// x rounded to bf16, as padded words.
  void (*round_to_bf16)(const float* x, std::int64_t n, float* words);

  // --- products of blocks; by format, q8 first

  /// y[t * y_stride + n] = weight row n . x row t; y has room for whole groups.
  using BlockProduct = void (*)(const BlockWeights& weights, const BlockRows& x, Tuning tuning,
                                float* y, std::int64_t y_stride);
  BlockProduct block_product[2];
  int block_tile_rows[2];  ///< activation rows of a tile
  /// 16 rows of whole blocks, `stride` apart, to one group.
  using QuantiseGroup = void (*)(const float* rows, std::int64_t stride, std::int64_t blocks,
                                 std::uint8_t* group);
  QuantiseGroup quantise_group[2];
  /// One row of BlockRows, the first of a tile of `tile_rows`; a weight w is stored as w + offset.
  void (*quantise_row)(const float* x, std::int64_t n, int offset, int tile_rows,
                       std::int8_t* values, float* scales, std::int32_t* starts);

  // --- everything else

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

/// Those of the program's own architecture are there. Precondition: the processor and the system
/// can run them.
const KernelTable& avx2_kernels();
const KernelTable& avxvnni_kernels();
const KernelTable& avx512_kernels();
const KernelTable& avx512vnni_kernels();
const KernelTable& avx512bf16_kernels();
const KernelTable& neon_kernels();
const KernelTable& neondot_kernels();

}  // namespace cria::kernels::cpu
