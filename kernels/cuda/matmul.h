// Matrix products of a prefill, by cuBLASLt: weights as they are stored, float32 activations as
// terms that it can multiply, sums in float32.
#pragma once

#include <cublasLt.h>
#include <map>
#include <tuple>

#include "kernels/cuda/card.h"
#include "kernels/cuda/stages.h"

namespace cria::kernels::cuda {

class MatMul {
 public:
  explicit MatMul(const Card& card) : card_(card) {}
  ~MatMul();
  MatMul(const MatMul&) = delete;
  MatMul& operator=(const MatMul&) = delete;

  /// Makes the library ready; at first use only, for it takes memory. Errors: device.
  Status prepare();
  /// The type of terms that go with a weight: its own, or float32 where there are no products of
  /// it: q8, q4, and bf16 on an old card.
  DType term_type(WeightFormat weight) const;
  /// y[t][n] = sum over terms of weight[n] . term[t], rows of `stride` floats. Precondition:
  /// prepared; y and the terms begin on multiples of 256 bytes. Errors: device.
  Status run(cudaStream_t stream, const Matrix& weight, const Terms& terms, float* y,
             std::int64_t stride);

 private:
  /// Of a product: type, N, K, and T rounded up to a power of two.
  using Key = std::tuple<WeightFormat, int, std::int64_t, int>;

  Status multiply(cudaStream_t stream, const Matrix& weight, const Terms& terms, float* y,
                  std::int64_t stride);
  Status widen_and_multiply(cudaStream_t stream, const Matrix& weight, const Terms& terms, float* y,
                            std::int64_t stride);

  const Card& card_;
  cublasLtHandle_t handle_ = nullptr;
  CardMemory workspace_;
  CardMemory widened_;
  std::map<Key, cublasLtMatmulAlgo_t> algorithms_;
};

}  // namespace cria::kernels::cuda
