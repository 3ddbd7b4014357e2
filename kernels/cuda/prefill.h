// The stages of a step of many rows: matrix products with what stands around them.
#pragma once

#include "kernels/cuda/card.h"
#include "kernels/cuda/matmul.h"
#include "kernels/cuda/stages.h"
#include "kernels/llama_shape.h"

namespace cria::kernels::cuda {

class Prefill {
 public:
  explicit Prefill(const Card& card) : matmul_(card) {}

  /// Room for steps of `rows` rows. Errors: device (out of memory).
  Status reserve(const LlamaShape& shape, int rows);

  // Preconditions: reserved. Errors: device.
  Status attention_in(cudaStream_t stream, const AttentionIn& in, const StepView& step);
  Status attend(cudaStream_t stream, const Attend& in, const StepView& step);
  Status add_product(cudaStream_t stream, const Product& product, const Activations& in, int rows,
                     float* x, std::int64_t stride);
  Status ffn_in(cudaStream_t stream, const FfnIn& in);
  Status logits(cudaStream_t stream, const Matrix& head, const Activations& x, const Norm& norm,
                const StepView& step, float* out, std::int64_t stride);

 private:
  /// Rows that are about to be multiplied: as terms of the type that a weight asks for.
  struct Source {
    Activations x;
    Norm norm;
    const std::int32_t* chosen = nullptr;
    int rows = 0;
  };
  /// y = weight . source; splits the source into terms unless the stage has done so already.
  Status multiply(cudaStream_t stream, const Matrix& weight, const Source& source, float* y,
                  std::int64_t stride);
  Products products(std::int64_t first, std::int64_t second, std::int64_t third) const;

  MatMul matmul_;
  CardMemory term_memory_;
  CardMemory scales_;
  CardMemory products_;
  Terms terms_;  // what is split, until the next stage
};

}  // namespace cria::kernels::cuda
