// Activation rows in the form in which the inner loops take them: normalised, rounded as the
// weights' format asks, and laid out.
#pragma once

#include <vector>

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

/// Up to so many rows each thread prepares for itself: all do it at the same time, which takes less
/// than to fetch what another core has just written. Not more than any instruction set has in a
/// tile of blocks.
inline constexpr int own_rows = 4;

class Activations {
 public:
  Activations(const KernelTable& kernels, Tuning tuning, ThreadTeam& team)
      : kernels_(kernels),
        dot_rows_(kernels.dot_rows[static_cast<int>(tuning)]),
        team_(team),
        mine_(static_cast<std::size_t>(team.size())) {}

  /// Room for `rows` rows of up to `k` values. Errors: device (out of memory).
  Status reserve(int rows, std::int64_t k);

  /// Takes an input, whose rows must stay, for products with weights of `format`, and prepares more
  /// than own_rows rows. Precondition: reserve().
  void begin(const Input& input, WeightFormat format);

  /// What the member of the team multiplies, prepared if it asks for the first time; valid until
  /// the next begin(). Members may ask at the same time.
  const PreparedRows& rows(int member);

 private:
  struct alignas(64) Mine {
    std::int64_t input = 0;  // number of the one that `rows` is for
    PreparedRows rows;
  };

  PreparedRows prepare_all();
  PreparedRows prepare_own(int member);
  PreparedRows prepare_few();
  PreparedRows prepare_packed(const PackedProduct& packed);
  PreparedRows prepare_blocks();
  /// Whether dot() takes the rows as they are.
  bool serves_as_it_is() const;
  void prepare_row(int row, float* scratch, float* to) const;
  /// A tile of blocks, laid out in `memory`.
  void prepare_tile(int tile, int tiles, float* scratch, float* memory) const;
  PreparedRows block_rows(const float* memory) const;
  float* scratch_of(int member) { return scratch_.floats() + member * member_floats_; }
  /// Row `index`, normalised into `scratch` where that is asked for.
  const float* normalised(int index, float* scratch) const;
  std::int64_t words_of_row() const;

  const KernelTable& kernels_;
  const int dot_rows_;
  ThreadTeam& team_;
  Input input_;
  WeightFormat format_{};
  std::int64_t number_ = 0;  // of the input
  PreparedRows all_;
  std::vector<Mine> mine_;
  Memory prepared_;  // what all_ points to
  Memory own_;       // a member's own: what its rows point to
  std::int64_t own_floats_ = 0;
  Memory scratch_;  // a member's own: twice the rows of a tile
  std::int64_t member_floats_ = 0;
};

}  // namespace cria::kernels::cpu
