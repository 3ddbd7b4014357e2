// The seven stages of backend.h as the backend launches them on a stream: those of a decode step
// (one launch each), and what stands around the matrix products of a prefill. All addresses are of
// the card's memory. Each returns whether it could be launched.
#pragma once

#include <cuda_runtime.h>

#include "kernels/cuda/views.h"

namespace cria::kernels::cuda {

/// A weight and its bias (null: none).
struct Product {
  Matrix weight;
  const float* bias = nullptr;
};

/// table [vocab, hidden] -> x [count, hidden]
cudaError_t embed(cudaStream_t stream, const Matrix& table, const StepView& step, float* x,
                  std::int64_t stride);

// --- decode: at most most_decode_rows rows
// ------------------------------------------------------------------------------------------

struct AttentionIn {
  Product q, k, v;  ///< of one format
  Heads heads;
  Activations x;
  Norm norm;
  float* queries = nullptr;  ///< [count, heads * dim]
  std::int64_t query_stride = 0;
  CacheView cache;
};
cudaError_t attention_in(cudaStream_t stream, const AttentionIn& in, const StepView& step);

/// Partial results of attention over parts of the cache.
struct AttendScratch {
  float* partials = nullptr;    ///< [most_decode_rows][heads][splits][dim + 2]
  unsigned* arrived = nullptr;  ///< [most_decode_rows][heads], zero between launches
  int splits = 0;               ///< parts that a row's positions are cut into at most
};
struct Attend {
  Heads heads;
  Activations queries;
  CacheView cache;
  float* out = nullptr;  ///< [count, heads * dim]
  std::int64_t out_stride = 0;
};
cudaError_t attend(cudaStream_t stream, const Attend& in, const AttendScratch& scratch,
                   const StepView& step);

/// x += weight . in + bias, for `rows` rows: attention_out and ffn_out.
cudaError_t add_product(cudaStream_t stream, const Product& product, const Activations& in,
                        int rows, float* x, std::int64_t stride);

struct FfnIn {
  Product gate, up;  ///< of one format
  Activations x;
  Norm norm;
  int rows = 0;
  float* h = nullptr;  ///< [rows, intermediate]
  std::int64_t h_stride = 0;
};
cudaError_t ffn_in(cudaStream_t stream, const FfnIn& in);

/// The rows step.logit_rows of x, normed, times head -> out [logit_count, vocab]
cudaError_t logits(cudaStream_t stream, const Matrix& head, const Activations& x, const Norm& norm,
                   const StepView& step, float* out, std::int64_t stride);

// --- prefill: around the products of matmul.h
// ------------------------------------------------------------------------------------------

/// Rows as a product takes them: y = scales[t] * sum over terms of weight . term.
struct Terms {
  std::byte* data = nullptr;  ///< [terms][count][stride] of `type`
  float* scales = nullptr;    ///< [count], powers of two
  std::int64_t stride = 0;    ///< in elements, a multiple of 32; from cols on zero
  DType type = DType::f32;
  int rows = 0;
  WeightFormat weight = WeightFormat::f32;  ///< says to what activations are rounded first
};
/// How many terms hold a row as its product wants it, and the factor of the second: a float32 row
/// takes two of f16.
constexpr int terms_of(DType type) { return type == DType::f16 ? 2 : 1; }
constexpr float f16_second_term = 0x1p-11F;

/// Norms row t of x (or row chosen[t]) and splits it into terms.
cudaError_t split_rows(cudaStream_t stream, const Activations& x, const Norm& norm,
                       const std::int32_t* chosen, const Terms& terms);

/// Results of matrix products, one, two or three side by side in rows of `stride` floats.
struct Products {
  float* data = nullptr;
  std::int64_t stride = 0;
  std::int64_t second = 0;  ///< where the second part begins
  std::int64_t third = 0;
  const float* scales = nullptr;  ///< of the rows, still to be multiplied in
};
/// q, k and v -> rotated queries, and the cache.
cudaError_t finish_attention_in(cudaStream_t stream, const AttentionIn& in, const StepView& step,
                                const Products& products);
/// Attention of all rows of step.blocks, each of at most query_block_rows(heads) rows.
cudaError_t attend_blocks(cudaStream_t stream, const Attend& in, const StepView& step);
int query_block_rows(const Heads& heads);
/// x += product + bias
cudaError_t finish_add(cudaStream_t stream, const Products& products, const float* bias, int rows,
                       int cols, float* x, std::int64_t x_stride);
/// gate and up -> silu(gate) * up
cudaError_t finish_ffn_in(cudaStream_t stream, const FfnIn& in, const Products& products);
/// Logits that lie where they belong: only the scales are missing.
cudaError_t finish_logits(cudaStream_t stream, const Products& products, int rows, int cols);

}  // namespace cria::kernels::cuda
