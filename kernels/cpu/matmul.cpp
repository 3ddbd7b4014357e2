#include "kernels/cpu/matmul.h"

#include <algorithm>

#include "kernels/cpu/storage.h"

namespace cria::kernels::cpu {
namespace {

// Up to here weights in blocks are what a unit of work waits for.
constexpr int few_block_rows = 32;
// Outputs of a unit where many rows share its weights, which stay in the second-level cache.
constexpr int many_rows_outs = gemm_outs;
// A multiple of this where few do.
constexpr int few_rows_outs = 32;
// Weight bytes that a unit of few rows reads: no thread waits long for another's last one.
constexpr std::int64_t unit_bytes = 128 * 1024;
constexpr int most_outs = 512;
// Outputs of neighbouring units that a thread computes as one if there are few rows: between two
// pieces of work memory idles.
constexpr int most_outs_at_once = 2048;

}  // namespace

Status MatMul::reserve(int rows, std::int64_t k) {
  if (Status grown = activations_.reserve(rows, k); !grown) return grown;
  const int few = std::max(few_block_rows, kernels_.dot_rows[static_cast<int>(tuning_)]);
  result_floats_ = std::max({std::int64_t{std::min(rows, own_rows)} * most_outs_at_once,
                             std::int64_t{std::min(rows, few)} * most_outs,
                             std::int64_t{rows} * many_rows_outs});
  return grow(scratch_, "activations",
              (2 * result_floats_ + product_scratch_floats) * team_.size());
}

std::int64_t MatMul::result_stride(int outs) const {
  const int whole = std::max(lanes, kernels_.gemm_panel);
  return (outs + whole - 1) / whole * whole;
}

int MatMul::outs_of_unit(const Product& product, int rows) const {
  const bool quantised = is_quantised(product.weight->weight->format());
  const int few = quantised ? few_block_rows : kernels_.dot_rows[static_cast<int>(tuning_)];
  if (rows > few) return many_rows_outs;
  const Tensor& weight = *product.weight->weight;
  const std::size_t row_bytes =
      weight_bytes(weight.format(), product.second != nullptr ? 2 : 1, weight.cols());
  const std::int64_t outs = unit_bytes / static_cast<std::int64_t>(row_bytes) / few_rows_outs;
  return static_cast<int>(std::clamp<std::int64_t>(outs * few_rows_outs, few_rows_outs, most_outs));
}

void MatMul::run(const Input& input, std::span<const Product> products) {
  if (input.rows == 0) return;
  activations_.begin(input, products[0].weight->weight->format());
  struct Cut {
    int outs;  // of a unit
    int units;
  };
  Cut cuts[3];
  int units = 0;
  int at_once = most_outs_at_once;
  for (std::size_t p = 0; p < products.size(); ++p) {
    cuts[p].outs = outs_of_unit(products[p], input.rows);
    cuts[p].units =
        static_cast<int>((products[p].weight->weight->rows() + cuts[p].outs - 1) / cuts[p].outs);
    units += cuts[p].units;
    at_once = std::min(at_once, input.rows <= own_rows ? most_outs_at_once / cuts[p].outs : 1);
  }
  team_.run_ranges(units, at_once, [&](int begin, int end, int member) {
    int before = 0;  // units of the products before
    for (std::size_t p = 0; p < products.size(); before += cuts[p++].units) {
      const int from = std::max(begin - before, 0);
      const int to = std::min(end - before, cuts[p].units);
      if (from >= to) continue;
      const std::int64_t first = static_cast<std::int64_t>(from) * cuts[p].outs;
      const std::int64_t last = std::min(static_cast<std::int64_t>(to) * cuts[p].outs,
                                         products[p].weight->weight->rows());
      compute({&products[p], first, static_cast<int>(last - first)}, input, member);
    }
  });
}

void MatMul::multiply(const Projection& projection, const Unit& unit, const Input& input,
                      const PreparedRows& rows, float* scratch, float* y) const {
  const auto& weight = static_cast<const CpuTensor&>(*projection.weight);
  const std::int64_t stride = result_stride(unit.outs);
  if (is_quantised(weight.format())) {
    const int index = BlockLayout::index(weight.format());
    kernels_.block_product[index](weight.groups(unit.first_out, unit.outs), rows.blocks, tuning_, y,
                                  stride);
  } else {
    const auto type = static_cast<int>(weight.format());
    const std::byte* from = weight.row(unit.first_out);
    if (rows.packed != nullptr)
      rows.packed->multiply[type](from, input.k, unit.outs, rows.words, input.rows, scratch, y,
                                  stride);
    else
      kernels_.dot[type](from, input.k, unit.outs, rows.words, rows.stride, input.rows, tuning_, y,
                         stride);
  }
  if (projection.bias == nullptr) return;
  const float* bias = static_cast<const CpuTensor&>(*projection.bias).floats() + unit.first_out;
  for (int r = 0; r < input.rows; ++r)
    for (int n = 0; n < unit.outs; ++n) y[r * stride + n] += bias[n];
}

void MatMul::compute(const Unit& unit, const Input& input, int member) {
  const Product& product = *unit.product;
  const PreparedRows& rows = activations_.rows(member);
  float* y = scratch_.floats() + member * (2 * result_floats_ + product_scratch_floats);
  float* second = y + result_floats_;
  float* scratch = second + result_floats_;
  const std::int64_t stride = result_stride(unit.outs);
  multiply(*product.weight, unit, input, rows, scratch, y);
  if (product.second != nullptr) multiply(*product.second, unit, input, rows, scratch, second);
  for (int r = 0; r < input.rows; ++r) {
    const float* from = y + r * stride;
    float* out = product.out + r * product.out_stride + unit.first_out;
    switch (product.then) {
      case Then::store:
        std::copy_n(from, unit.outs, out);
        break;
      case Then::add:
        for (int n = 0; n < unit.outs; ++n) out[n] += from[n];
        break;
      case Then::silu_times:
        kernels_.silu_times(from, second + r * stride, unit.outs, out);
        break;
    }
  }
}

}  // namespace cria::kernels::cpu
