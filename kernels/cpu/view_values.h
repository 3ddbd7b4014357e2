// Going through the values of a TensorView with all threads, in search of those that a weight
// cannot hold.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>

#include "kernels/cpu/thread_team.h"
#include "kernels/half.h"
#include "kernels/result.h"
#include "kernels/step_check.h"
#include "kernels/tensor_value.h"
#include "kernels/weight_format.h"

namespace cria::kernels::cpu {

inline int index_of(DType type) { return static_cast<int>(type); }

inline bool columns_adjoin(const TensorView& view) { return view.col_stride == 1; }

inline bool is_contiguous(const TensorView& view) {
  return columns_adjoin(view) && view.row_stride == view.cols;
}

inline bool is_aligned(const TensorView& view) {
  return reinterpret_cast<std::uintptr_t>(view.data) % size_of(view.type) == 0;
}

/// Blocks hold what f16 can.
inline bool fits(float value, WeightFormat precision) {
  if (precision == WeightFormat::bf16) return std::isfinite(f32_from_bf16(bf16_from_f32(value)));
  return std::isfinite(precision == WeightFormat::f32 ? value : f32_from_f16(f16_from_f32(value)));
}

/// Cuts the view's elements, in row-major order, into chunks for the whole team. convert(from, to,
/// member) -> whether all were finite. Errors: the first value of all that was not.
template <typename Convert>
Status convert_all(const TensorView& view, WeightFormat precision, std::int64_t elements_a_chunk,
                   ThreadTeam& team, const Convert& convert) {
  const std::int64_t elements = view.rows * view.cols;
  std::atomic<std::int64_t> refused{elements};
  const std::int64_t chunks = (elements + elements_a_chunk - 1) / elements_a_chunk;
  team.run(static_cast<int>(chunks), [&](int chunk, int member) {
    const std::int64_t from = chunk * elements_a_chunk;
    const std::int64_t to = std::min(elements, from + elements_a_chunk);
    if (convert(from, to, member)) return;
    for (std::int64_t i = from; i < to; ++i) {
      if (fits(value_at(view, i / view.cols, i % view.cols), precision)) continue;
      std::int64_t known = refused.load();
      while (i < known && !refused.compare_exchange_weak(known, i)) {
      }
      return;
    }
  });
  const std::int64_t i = refused.load();
  if (i == elements) return {};
  const std::int64_t row = i / view.cols;
  const std::int64_t column = i % view.cols;
  return refused_weight(value_at(view, row, column), row, column, precision);
}

/// Rows [from, to) of a view whose columns lie apart, as float32, `stride` apart.
inline void gather(const TensorView& view, std::int64_t from, std::int64_t to, float* rows,
                   std::int64_t stride) {
  for (std::int64_t c = 0; c < view.cols; ++c)
    for (std::int64_t r = from; r < to; ++r) rows[(r - from) * stride + c] = value_at(view, r, c);
}

}  // namespace cria::kernels::cpu
