// The KernelTable of this instruction set.
#include "kernels/cpu/simd/parts.h"

#define CRIA_TEXT_OF(name) #name
#define CRIA_TEXT(name) CRIA_TEXT_OF(name)
#define CRIA_JOIN_OF(a, b) a##b
#define CRIA_JOIN(a, b) CRIA_JOIN_OF(a, b)

namespace cria::kernels::cpu {

namespace isa = CRIA_ISA;

const KernelTable& CRIA_JOIN(CRIA_ISA, _kernels)() {
  static const KernelTable table = {
      CRIA_TEXT(CRIA_ISA),
      {isa::dot_rows[0], isa::dot_rows[1]},
      {isa::strips_rows[0], isa::strips_rows[1], isa::strips_rows[2]},
      isa::gemm_panel(),
      isa::bf16_each(),
      {isa::dots[0], isa::dots[1], isa::dots[2]},
      isa::by_strips,
      isa::by_panels,
      isa::round_to_bf16,
      {isa::block_products[0], isa::block_products[1]},
      {isa::block_tile_rows[0], isa::block_tile_rows[1]},
      {isa::quantise_groups[0], isa::quantise_groups[1]},
      isa::quantise_row,
      isa::rms_norm,
      isa::silu_times,
      isa::exponential,
      {{isa::converts[0][0], isa::converts[0][1], isa::converts[0][2]},
       {isa::converts[1][0], isa::converts[1][1], isa::converts[1][2]},
       {isa::converts[2][0], isa::converts[2][1], isa::converts[2][2]}},
      {isa::finites[0], isa::finites[1], isa::finites[2]},
      {isa::attends[0], isa::attends[1], isa::attends[2]},
      isa::join,
  };
  return table;
}

}  // namespace cria::kernels::cpu
