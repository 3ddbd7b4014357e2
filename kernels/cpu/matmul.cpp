#include "kernels/cpu/matmul.h"

#include <algorithm>
#include <cstring>

#include "kernels/cpu/storage.h"
#include "kernels/half.h"

namespace cria::kernels::cpu {
namespace {

// Up to here rows are multiplied as they are: converting a weight costs less than packing.
constexpr int few_rows = 12;
// Rows of a block of packed ones: its weights are read and converted once for all of them.
constexpr int most_block_rows = 96;
// A unit's result must fit this many floats, so that it stays in the nearest cache.
constexpr int result_floats = 8192;
// Weight bytes that a unit reads: small, so that no thread waits long for another's last one.
constexpr std::int64_t unit_bytes = 128 * 1024;

/// A row's block of packed rows: as few blocks as can be, of equal size in whole tiles.
int block_rows_of(int rows, int row_tile) {
  const int blocks = (rows + most_block_rows - 1) / most_block_rows;
  const int each = (rows + blocks - 1) / blocks;
  return (each + row_tile - 1) / row_tile * row_tile;
}

}  // namespace

Status MatMul::reserve(int rows, std::int64_t k) {
  const std::int64_t values = rows * padded(k);
  if (Status grown = grow(normed_, "activations", values); !grown) return grown;
  if (rows > few_rows)
    if (Status grown = grow(packed_, "activations", values); !grown) return grown;
  const int block = rows > few_rows ? block_rows_of(rows, kernels_.row_tile) : 0;
  member_floats_ = std::max(member_floats_, padded(gemm_scratch(k, block)) + 2 * result_floats);
  return grow(scratch_, "activations", member_floats_ * team_.size());
}

MatMul::Rows MatMul::prepare(const Input& input) {
  const bool pack = input.rows > few_rows;
  const std::int64_t stride = padded(input.k);
  const auto source = [&](int row) {
    return input.x + (input.picked != nullptr ? input.picked[row] : row) * input.stride;
  };
  const auto normalise = [&](int row) {
    float* to = normed_.floats() + row * stride;
    kernels_.rms_norm(source(row), input.norm, input.k, input.eps, to);
    return static_cast<const float*>(to);
  };
  const auto round = [&](int row) {
    float* to = normed_.floats() + row * stride;
    for (std::int64_t i = 0; i < stride; ++i) to[i] = f32_from_bf16(bf16_from_f32(to[i]));
    return static_cast<const float*>(to);
  };
  if (!pack) {
    if (!input.rounded && input.norm == nullptr && input.picked == nullptr)
      return {input.x, input.stride, false};
    for (int row = 0; row < input.rows; ++row) {
      if (input.norm != nullptr)
        normalise(row);
      else
        std::copy_n(source(row), stride, normed_.floats() + row * stride);
      if (input.rounded) round(row);
    }
    return {normed_.floats(), stride, false};
  }
  const int block = block_rows_of(input.rows, kernels_.row_tile);
  const int tiles = (input.rows + kernels_.row_tile - 1) / kernels_.row_tile;
  team_.run(tiles, [&](int tile, int) {
    const float* rows[16];
    const int first = tile * kernels_.row_tile;
    const int count = std::min(kernels_.row_tile, input.rows - first);
    for (int r = 0; r < count; ++r) {
      rows[r] = input.norm != nullptr ? normalise(first + r) : source(first + r);
      if (!input.rounded) continue;
      if (input.norm == nullptr)
        std::copy_n(source(first + r), stride, normed_.floats() + (first + r) * stride);
      rows[r] = round(first + r);
    }
    const int block_first = first / block * block;
    kernels_.pack(rows, count, input.k, std::min(block, input.rows - block_first),
                  (first - block_first) / kernels_.row_tile,
                  packed_.floats() + block_first * stride);
  });
  return {packed_.floats(), stride, true};
}

void MatMul::run(const Input& given, std::span<const Product> products) {
  if (given.rows == 0) return;
  Input input = given;
  input.rounded = products[0].weight->weight->format() == WeightFormat::bf16;
  const Rows rows = prepare(input);
  const int block = rows.packed ? block_rows_of(input.rows, kernels_.row_tile) : input.rows;
  const int blocks = (input.rows + block - 1) / block;

  struct Cut {
    int outs;   // of a unit
    int units;  // of a block
  };
  Cut cuts[3];
  int units_a_block = 0;
  for (std::size_t p = 0; p < products.size(); ++p) {
    const Tensor& weight = *products[p].weight->weight;
    const std::int64_t row_bytes = std::max<std::int64_t>(
        1, weight.cols() * static_cast<std::int64_t>(size_of(dtype_of(weight.format()))) *
               (products[p].second != nullptr ? 2 : 1));
    const std::int64_t outs =
        std::min<std::int64_t>(unit_bytes / row_bytes, result_floats / std::max(block, 1));
    cuts[p].outs = static_cast<int>(std::max<std::int64_t>(1, outs / gemm_rows)) * gemm_rows;
    cuts[p].units = static_cast<int>((weight.rows() + cuts[p].outs - 1) / cuts[p].outs);
    units_a_block += cuts[p].units;
  }
  team_.run(blocks * units_a_block, [&](int chunk, int member) {
    int left = chunk % units_a_block;
    std::size_t p = 0;
    while (left >= cuts[p].units) left -= cuts[p++].units;
    const std::int64_t first_out = static_cast<std::int64_t>(left) * cuts[p].outs;
    const std::int64_t all = products[p].weight->weight->rows();
    const int first_row = chunk / units_a_block * block;
    compute({&products[p], first_row, std::min(block, input.rows - first_row), first_out,
             static_cast<int>(std::min<std::int64_t>(cuts[p].outs, all - first_out))},
            rows, input.k, member);
  });
}

void MatMul::multiply(const Projection& projection, const Unit& unit, const Rows& rows,
                      std::int64_t k, float* scratch, float* y) const {
  const auto& weight = static_cast<const CpuTensor&>(*projection.weight);
  const auto type = static_cast<int>(weight.format());
  const std::int64_t y_stride = (unit.outs + gemm_rows - 1) / gemm_rows * gemm_rows;
  const float* x = rows.x + unit.first_row * rows.stride;
  if (rows.packed)
    kernels_.gemm[type](weight.row(unit.first_out), k, unit.outs, x, unit.rows, scratch, y,
                        y_stride);
  else
    kernels_.dot[type](weight.row(unit.first_out), k, unit.outs, x, rows.stride, unit.rows, y,
                       y_stride);
  if (projection.bias == nullptr) return;
  const float* bias = static_cast<const CpuTensor&>(*projection.bias).floats() + unit.first_out;
  for (int r = 0; r < unit.rows; ++r)
    for (int n = 0; n < unit.outs; ++n) y[r * y_stride + n] += bias[n];
}

void MatMul::compute(const Unit& unit, const Rows& rows, std::int64_t k, int member) {
  const Product& product = *unit.product;
  float* y = scratch_.floats() + member * member_floats_;
  float* second = y + result_floats;
  float* scratch = second + result_floats;
  const std::int64_t y_stride = (unit.outs + gemm_rows - 1) / gemm_rows * gemm_rows;
  multiply(*product.weight, unit, rows, k, scratch, y);
  if (product.second != nullptr) multiply(*product.second, unit, rows, k, scratch, second);
  for (int r = 0; r < unit.rows; ++r) {
    const float* from = y + r * y_stride;
    float* out = product.out + (unit.first_row + r) * product.out_stride + unit.first_out;
    switch (product.then) {
      case Then::store:
        std::copy_n(from, unit.outs, out);
        break;
      case Then::add:
        for (int n = 0; n < unit.outs; ++n) out[n] += from[n];
        break;
      case Then::silu_times:
        kernels_.silu_times(from, second + r * y_stride, unit.outs, out);
        break;
    }
  }
}

}  // namespace cria::kernels::cpu
