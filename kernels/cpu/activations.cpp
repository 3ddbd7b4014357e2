#include "kernels/cpu/activations.h"

#include <algorithm>

#include "kernels/cpu/block_layout.h"
#include "kernels/cpu/storage.h"

namespace cria::kernels::cpu {
namespace {

std::int64_t blocks_of(std::int64_t k) { return (k + block_size - 1) / block_size; }

/// As many rows one thread prepares sooner than a team has begun.
constexpr int rows_alone = 4;

/// Floats that hold `rows` rows of blocks: values, scales, starts.
std::int64_t block_floats(std::int64_t rows, std::int64_t blocks) {
  return rows * blocks * (block_size / 4 + 2);
}

}  // namespace

std::int64_t Activations::words_of(std::int64_t k, WeightFormat format) const {
  const int each = format == WeightFormat::bf16 ? kernels_.bf16_each : 1;
  return padded((k + each - 1) / each);
}

Status Activations::reserve(int rows, std::int64_t k) {
  const std::int64_t most = std::max(rows * row_stride(k), block_floats(rows, blocks_of(k)));
  if (Status grown = grow(prepared_, "activations", most); !grown) return grown;
  member_floats_ = 2 * std::max(kernels_.strips.tile_rows, kernels_.gemm.tile_rows) * padded(k);
  return grow(scratch_, "activations", member_floats_ * team_.size());
}

PreparedRows Activations::prepare(const Input& input, WeightFormat format) {
  if (is_quantised(format)) return prepare_blocks(input, format);
  if (input.rows <= dot_rows_) return prepare_few(input, format);
  const bool some = input.rows <= kernels_.strips_rows[static_cast<int>(format)];
  return prepare_packed(input, format, some ? kernels_.strips : kernels_.gemm);
}

const float* Activations::normalised(const Input& input, int index, float* scratch) const {
  const float* row = input.row(index);
  if (input.norm == nullptr) return row;
  kernels_.rms_norm(row, input.norm, input.k, input.eps, scratch);
  return scratch;
}

PreparedRows Activations::prepare_few(const Input& input, WeightFormat format) {
  const bool rounded = format == WeightFormat::bf16;
  if (input.norm == nullptr && input.picked == nullptr && !rounded)
    return {input.x, input.stride, nullptr, {}};
  const std::int64_t whole = padded(input.k);
  const std::int64_t stride = row_stride(words_of(input.k, format));
  const auto prepare_row = [&](int r, int member) {
    float* to = prepared_.floats() + r * stride;
    if (rounded)
      kernels_.round_to_bf16(normalised(input, r, scratch_.floats() + member * member_floats_),
                             whole, to);
    else if (const float* row = normalised(input, r, to); row != to)
      std::copy_n(row, whole, to);
  };
  if (input.rows <= rows_alone)
    for (int r = 0; r < input.rows; ++r) prepare_row(r, 0);
  else
    team_.run(input.rows, prepare_row);
  return {prepared_.floats(), stride, nullptr, {}};
}

PreparedRows Activations::prepare_packed(const Input& input, WeightFormat format,
                                         const PackedProduct& packed) {
  const std::int64_t stride = padded(input.k);
  const std::int64_t words = words_of(input.k, format);
  const int tiles = gemm_tiles(input.rows, packed.tile_rows);
  team_.run(tiles, [&](int tile, int member) {
    float* scratch = scratch_.floats() + member * member_floats_;
    float* rounded = scratch + member_floats_ / 2;
    const int first = gemm_tile_begin(input.rows, tiles, tile);
    const int count = gemm_tile_begin(input.rows, tiles, tile + 1) - first;
    const float* rows[lanes];
    for (int r = 0; r < count; ++r) {
      rows[r] = normalised(input, first + r, scratch + r * stride);
      if (format != WeightFormat::bf16) continue;
      kernels_.round_to_bf16(rows[r], stride, rounded + r * words);
      rows[r] = rounded + r * words;
    }
    packed.pack(rows, count, words, prepared_.floats() + first * words);
  });
  return {prepared_.floats(), words, &packed, {}};
}

PreparedRows Activations::prepare_blocks(const Input& input, WeightFormat format) {
  const std::int64_t blocks = blocks_of(input.k);
  const std::int64_t all = input.rows * blocks;
  float* scales = prepared_.floats();
  auto* starts = reinterpret_cast<std::int32_t*>(scales + all);
  auto* values = reinterpret_cast<std::int8_t*>(scales + 2 * all);
  const int tiles = gemm_tiles(input.rows, kernels_.block_tile_rows[BlockLayout::index(format)]);
  team_.run(tiles, [&](int tile, int member) {
    const int first = gemm_tile_begin(input.rows, tiles, tile);
    const int count = gemm_tile_begin(input.rows, tiles, tile + 1) - first;
    for (int r = 0; r < count; ++r) {
      const std::int64_t at = first * blocks + r;
      kernels_.quantise_row(
          normalised(input, first + r, scratch_.floats() + member * member_floats_), input.k,
          BlockLayout::offset(format), count, values + at * block_size, scales + at, starts + at);
    }
  });
  return {nullptr, 0, nullptr, {values, scales, starts, blocks, input.rows}};
}

}  // namespace cria::kernels::cpu
