// Activation rows in the form in which the inner loops take them: normalised, rounded as the
// weights' format asks, and laid out.
#pragma once

#include "kernels/cpu/kernel_table.h"
#include "kernels/cpu/memory.h"
#include "kernels/cpu/thread_team.h"
#include "kernels/result.h"
#include "kernels/weight_format.h"

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

  const float* row(int index) const {
    return x + (picked != nullptr ? picked[index] : index) * stride;
  }
};

/// Prepared rows: words (KernelTable) for weights in floats, blocks for q8 and q4.
struct PreparedRows {
  const float* words = nullptr;
  std::int64_t stride = 0;                ///< in words
  const PackedProduct* packed = nullptr;  ///< for which they are laid out, if for one
  BlockRows blocks{};
};

class Activations {
 public:
  Activations(const KernelTable& kernels, Tuning tuning, ThreadTeam& team)
      : kernels_(kernels), dot_rows_(kernels.dot_rows[static_cast<int>(tuning)]), team_(team) {}

  /// Room for `rows` rows of up to `k` values. Errors: device (out of memory).
  Status reserve(int rows, std::int64_t k);

  /// For products with weights of `format`; valid until the next call. Precondition: reserve().
  PreparedRows prepare(const Input& input, WeightFormat format);

 private:
  PreparedRows prepare_few(const Input& input, WeightFormat format);
  PreparedRows prepare_packed(const Input& input, WeightFormat format, const PackedProduct& packed);
  PreparedRows prepare_blocks(const Input& input, WeightFormat format);
  /// Row `index`, normalised into `scratch` where that is asked for.
  const float* normalised(const Input& input, int index, float* scratch) const;
  std::int64_t words_of(std::int64_t k, WeightFormat format) const;

  const KernelTable& kernels_;
  const int dot_rows_;
  ThreadTeam& team_;
  Memory prepared_;  // what PreparedRows points to
  Memory scratch_;   // a member's own: twice the rows of a tile
  std::int64_t member_floats_ = 0;
};

}  // namespace cria::kernels::cpu
