// Activation rows times weight matrices, with all threads: what the stages share.
#pragma once

#include <span>

#include "kernels/cpu/activations.h"
#include "kernels/cpu/kernel_table.h"
#include "kernels/cpu/memory.h"
#include "kernels/cpu/processor.h"
#include "kernels/cpu/tensor.h"
#include "kernels/cpu/thread_team.h"
#include "kernels/result.h"

namespace cria::kernels::cpu {

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
  MatMul(const KernelTable& kernels, ThreadTeam& team)
      : kernels_(kernels),
        team_(team),
        tuning_(processor_tuning()),
        activations_(kernels, tuning_, team) {}

  /// Room for `rows` rows of up to `k` values. Errors: device (out of memory).
  Status reserve(int rows, std::int64_t k);

  /// All products share the input, and all weights have one format. Precondition: reserve() was
  /// called for its size.
  void run(const Input& input, std::span<const Product> products);

 private:
  struct Unit {  // all activation rows times some weight rows
    const Product* product;
    std::int64_t first_out;
    int outs;
  };

  int outs_of_unit(const Product& product, int rows) const;
  void compute(const Unit& unit, const Input& input, int member);
  void multiply(const Projection& projection, const Unit& unit, const Input& input,
                const PreparedRows& rows, float* scratch, float* y) const;
  std::int64_t result_stride(int outs) const;

  const KernelTable& kernels_;
  ThreadTeam& team_;
  const Tuning tuning_;
  Activations activations_;
  Memory scratch_;  // a member's own: two results, then product_scratch_floats
  std::int64_t result_floats_ = 0;
};

}  // namespace cria::kernels::cpu
