// The attention stage: which thread looks at which piece of the cache, and how pieces are joined.
#pragma once

#include "kernels/backend.h"
#include "kernels/cpu/kernel_table.h"
#include "kernels/cpu/memory.h"
#include "kernels/cpu/storage.h"
#include "kernels/cpu/thread_team.h"

namespace cria::kernels::cpu {

/// A row attends to its positions in pieces of attend_piece, whoever computes them; the pieces are
/// joined in ascending order. With many rows a thread does all pieces of a (row, kv head); with few
/// the pieces are shared out.
class Attention {
 public:
  Attention(const KernelTable& kernels, ThreadTeam& team) : kernels_(kernels), team_(team) {}

  /// Room for a step. Errors: device (out of memory).
  Status reserve(const Step& step);

  void run(const Step& step, const CpuBuffer& q, const CpuKvCache& cache, std::int32_t layer,
           CpuBuffer& a);

 private:
  struct Partial {  // of one query group
    float* largest;
    float* total;
    float* sums;
  };
  Partial partial(std::int64_t index, const LlamaShape& shape);
  void attend_piece_of(const Step& step, int row, int head, int piece, const CpuBuffer& q,
                       const CpuKvCache& cache, std::int32_t layer, int member, const Partial& to);
  void finish(const Step& step, int row, int head, const Partial& whole, CpuBuffer& a) const;
  bool shares_pieces(const Step& step) const;

  const KernelTable& kernels_;
  ThreadTeam& team_;
  Memory queries_;   // a member's own: the query group with padded heads
  Memory partials_;  // two a member, then one a (row, kv head, piece) where pieces are shared out
};

}  // namespace cria::kernels::cpu
