// Activation rows times weight matrices, with all threads: what the stages share.
//
// A few rows go through KernelTable::dot as they are, many are packed for KernelTable::gemm; the
// results are the same bits either way.
#pragma once

#include <span>

#include "kernels/cpu/kernel_table.h"
#include "kernels/cpu/memory.h"
#include "kernels/cpu/tensor.h"
#include "kernels/cpu/thread_team.h"
#include "kernels/result.h"

namespace cria::kernels::cpu {

/// The activation rows to multiply.
struct Input {
  const float* x = nullptr;  ///< rows padded with zeros to whole lanes
  std::int64_t stride = 0;
  int rows = 0;
  std::int64_t k = 0;
  const std::int32_t* picked = nullptr;  ///< which rows of x, or null for the first `rows`
  const float* norm = nullptr;           ///< RMSNorm weight to apply first, or null
  float eps = 0;
  bool rounded = false;  ///< to bf16, as weights in that format ask
};

enum class Then {
  store,       ///< out = y
  add,         ///< out += y
  silu_times,  ///< out = silu(y) * y of `second`
};

/// One weight matrix and what becomes of its result; out [rows, weight->rows()].
struct Product {
  const Projection* weight = nullptr;
  const Projection* second = nullptr;
  Then then = Then::store;
  float* out = nullptr;
  std::int64_t out_stride = 0;
};

class MatMul {
 public:
  MatMul(const KernelTable& kernels, ThreadTeam& team) : kernels_(kernels), team_(team) {}

  /// Room for `rows` rows of up to `k` values. Errors: device (out of memory).
  Status reserve(int rows, std::int64_t k);

  /// All products share the input. Precondition: reserve() was called for its size.
  void run(const Input& input, std::span<const Product> products);

 private:
  struct Rows {  // the input as the inner loops take it
    const float* x;
    std::int64_t stride;
    bool packed;
  };
  struct Unit {  // a block of activation rows times some weight rows
    const Product* product;
    int first_row;
    int rows;
    std::int64_t first_out;
    int outs;
  };

  Rows prepare(const Input& input);
  void compute(const Unit& unit, const Rows& rows, std::int64_t k, int member);
  void multiply(const Projection& projection, const Unit& unit, const Rows& rows, std::int64_t k,
                float* scratch, float* y) const;

  const KernelTable& kernels_;
  ThreadTeam& team_;
  Memory normed_;   // [rows][padded k]
  Memory packed_;   // as KernelTable::pack lays out
  Memory scratch_;  // a member's own: gemm_scratch(), two results
  std::int64_t member_floats_ = 0;
};

}  // namespace cria::kernels::cpu
