#include "kernels/cpu/activations.h"

#include <algorithm>

#include "kernels/cpu/block_layout.h"
#include "kernels/cpu/storage.h"

namespace cria::kernels::cpu {
namespace {

std::int64_t blocks_of(std::int64_t k) { return (k + block_size - 1) / block_size; }

/// Floats that hold `rows` rows of blocks: values, scales, starts.
std::int64_t block_floats(std::int64_t rows, std::int64_t blocks) {
  return rows * blocks * (block_size / 4 + 2);
}

}  // namespace

std::int64_t Activations::words_of_row() const {
  const int each = format_ == WeightFormat::bf16 ? kernels_.bf16_each : 1;
  return padded((input_.k + each - 1) / each);
}

Status Activations::reserve(int rows, std::int64_t k) {
  const auto floats = [k](int count) {
    return std::max(count * row_stride(k), block_floats(count, blocks_of(k)));
  };
  if (Status grown = grow(prepared_, "activations", floats(rows)); !grown) return grown;
  own_floats_ = padded(floats(std::min(rows, own_rows)));
  if (Status grown = grow(own_, "activations", own_floats_ * team_.size()); !grown) return grown;
  member_floats_ = 2 * std::max(kernels_.strips.tile_rows, kernels_.gemm.tile_rows) * padded(k);
  return grow(scratch_, "activations", member_floats_ * team_.size());
}

void Activations::begin(const Input& input, WeightFormat format) {
  input_ = input;
  format_ = format;
  ++number_;
  if (input.rows > own_rows) all_ = prepare_all();
}

const PreparedRows& Activations::rows(int member) {
  if (input_.rows > own_rows) return all_;
  Mine& mine = mine_[static_cast<std::size_t>(member)];
  if (mine.input != number_) mine = {number_, prepare_own(member)};
  return mine.rows;
}

PreparedRows Activations::prepare_all() {
  if (is_quantised(format_)) return prepare_blocks();
  if (input_.rows <= dot_rows_) return prepare_few();
  const bool some = input_.rows <= kernels_.strips_rows[static_cast<int>(format_)];
  return prepare_packed(some ? kernels_.strips : kernels_.gemm);
}

PreparedRows Activations::prepare_own(int member) {
  float* const to = own_.floats() + member * own_floats_;
  if (is_quantised(format_)) {
    prepare_tile(0, 1, scratch_of(member), to);
    return block_rows(to);
  }
  if (serves_as_it_is()) return {input_.x, input_.stride, nullptr, {}};
  const std::int64_t stride = row_stride(words_of_row());
  for (int r = 0; r < input_.rows; ++r) prepare_row(r, scratch_of(member), to + r * stride);
  return {to, stride, nullptr, {}};
}

const float* Activations::normalised(int index, float* scratch) const {
  const float* row = input_.row(index);
  if (input_.norm == nullptr) return row;
  kernels_.rms_norm(row, input_.norm, input_.k, input_.eps, scratch);
  return scratch;
}

bool Activations::serves_as_it_is() const {
  return input_.norm == nullptr && input_.picked == nullptr && format_ != WeightFormat::bf16;
}

void Activations::prepare_row(int row, float* scratch, float* to) const {
  const std::int64_t whole = padded(input_.k);
  if (format_ == WeightFormat::bf16)
    kernels_.round_to_bf16(normalised(row, scratch), whole, to);
  else if (const float* x = normalised(row, to); x != to)
    std::copy_n(x, whole, to);
}

PreparedRows Activations::prepare_few() {
  if (serves_as_it_is()) return {input_.x, input_.stride, nullptr, {}};
  const std::int64_t stride = row_stride(words_of_row());
  team_.run(input_.rows, [&](int row, int member) {
    prepare_row(row, scratch_of(member), prepared_.floats() + row * stride);
  });
  return {prepared_.floats(), stride, nullptr, {}};
}

PreparedRows Activations::prepare_packed(const PackedProduct& packed) {
  const std::int64_t stride = padded(input_.k);
  const std::int64_t words = words_of_row();
  const int tiles = gemm_tiles(input_.rows, packed.tile_rows);
  team_.run(tiles, [&](int tile, int member) {
    float* scratch = scratch_of(member);
    float* rounded = scratch + member_floats_ / 2;
    const int first = gemm_tile_begin(input_.rows, tiles, tile);
    const int count = gemm_tile_begin(input_.rows, tiles, tile + 1) - first;
    const float* rows[lanes];
    for (int r = 0; r < count; ++r) {
      rows[r] = normalised(first + r, scratch + r * stride);
      if (format_ != WeightFormat::bf16) continue;
      kernels_.round_to_bf16(rows[r], stride, rounded + r * words);
      rows[r] = rounded + r * words;
    }
    packed.pack(rows, count, words, prepared_.floats() + first * words);
  });
  return {prepared_.floats(), words, &packed, {}};
}

PreparedRows Activations::prepare_blocks() {
  const int tiles = gemm_tiles(input_.rows, kernels_.block_tile_rows[BlockLayout::index(format_)]);
  team_.run(tiles, [&](int tile, int member) {
    prepare_tile(tile, tiles, scratch_of(member), prepared_.floats());
  });
  return block_rows(prepared_.floats());
}

void Activations::prepare_tile(int tile, int tiles, float* scratch, float* memory) const {
  const std::int64_t blocks = blocks_of(input_.k);
  const std::int64_t all = input_.rows * blocks;
  auto* const starts = reinterpret_cast<std::int32_t*>(memory + all);
  auto* const values = reinterpret_cast<std::int8_t*>(memory + 2 * all);
  const int first = gemm_tile_begin(input_.rows, tiles, tile);
  const int count = gemm_tile_begin(input_.rows, tiles, tile + 1) - first;
  for (int r = 0; r < count; ++r) {
    const std::int64_t at = first * blocks + r;
    kernels_.quantise_row(normalised(first + r, scratch), input_.k, BlockLayout::offset(format_),
                          count, values + at * block_size, memory + at, starts + at);
  }
}

PreparedRows Activations::block_rows(const float* memory) const {
  const std::int64_t blocks = blocks_of(input_.k);
  const std::int64_t all = input_.rows * blocks;
  return {nullptr,
          0,
          nullptr,
          {reinterpret_cast<const std::int8_t*>(memory + 2 * all), memory,
           reinterpret_cast<const std::int32_t*>(memory + all), blocks, input_.rows}};
}

}  // namespace cria::kernels::cpu
