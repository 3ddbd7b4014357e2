// What the kernels are given: plain structs of addresses in the card's memory and of sizes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/dtype.h"
#include "kernels/weight_format.h"

namespace cria::kernels::cuda {

/// Steps of at most so many rows are decoded: every weight is read once and multiplied by all rows.
/// Longer steps are prefilled: matrix by matrix.
constexpr int most_decode_rows = 8;

/// The widest head that the attention kernels hold in registers.
constexpr int most_head_dim = 128;

/// Rows of activations begin on multiples of so many floats; what lies between is zero.
constexpr std::int64_t row_padding = 32;
/// Rows of weights begin on multiples of so many bytes; what lies between is zero.
constexpr std::int64_t weight_padding = 64;

constexpr std::int64_t padded(std::int64_t size, std::int64_t to) {
  return (size + to - 1) / to * to;
}

/// Bytes of what scales `blocks` blocks of a row in q8 or q4 (blocks.cuh).
constexpr std::int64_t scales_bytes(WeightFormat format, std::int64_t blocks) {
  return format == WeightFormat::q8 ? 2 * blocks : 4 + padded(blocks, 4);
}

/// A weight [rows, cols], row-major; q8 and q4: blocks.cuh.
struct Matrix {
  const std::byte* data = nullptr;
  const std::byte* scales = nullptr;  ///< q8, q4: blocks.cuh
  std::int64_t row_bytes = 0;         ///< from row to row
  int rows = 0;
  int cols = 0;
  WeightFormat format = WeightFormat::f32;
};

/// float32 activations [.., cols].
struct Activations {
  const float* data = nullptr;
  std::int64_t stride = 0;  ///< in floats
  int cols = 0;
};

/// RMSNorm of what goes into a product; no weight: none.
struct Norm {
  const float* weight = nullptr;
  float eps = 0;
};

/// One row of a step (backend.h: Row, and its sequence's SequenceSpan).
struct StepRow {
  std::int32_t token = 0;
  std::int32_t position = 0;
  std::int32_t prefix_cell = 0;
  std::int32_t prefix_length = 0;
  std::int32_t tail_cell = 0;

#ifdef __CUDACC__
  __host__ __device__
#endif
      std::int32_t
      cell_of(std::int32_t at) const {
    return at < prefix_length ? prefix_cell + at : tail_cell + (at - prefix_length);
  }
};

/// Rows of one sequence whose queries go through the cache together (prefill).
struct QueryBlock {
  std::int32_t first = 0;  ///< index into StepView::order
  std::int32_t count = 0;
};

/// A step as it lies in the card's memory.
struct StepView {
  const StepRow* rows = nullptr;             ///< [count]
  const float* rope_cos = nullptr;           ///< [count, half_rotary]
  const float* rope_sin = nullptr;           ///< [count, half_rotary]
  const std::int32_t* logit_rows = nullptr;  ///< [logit_count]
  const std::int32_t* order = nullptr;       ///< rows, those of a sequence side by side (prefill)
  const QueryBlock* blocks = nullptr;        ///< (prefill)
  int count = 0;
  int logit_count = 0;
  int half_rotary = 0;
  int block_count = 0;
};

/// K and V of one layer, each [kv_heads][cells][width].
struct CacheView {
  std::byte* k = nullptr;
  std::byte* v = nullptr;
  std::int64_t cells = 0;
  int width = 0;  ///< head_dim padded to 8; the padding is zero
  DType type = DType::f32;
};

/// What attention needs to know of the model.
struct Heads {
  int query = 0;
  int key_value = 0;
  int dim = 0;
  float scale = 0;  ///< of the scores
};

}  // namespace cria::kernels::cuda
