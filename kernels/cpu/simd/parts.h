// What the files under simd/ give to their instruction set's KernelTable.
#pragma once

#include <cstdint>

#include "kernels/cpu/kernel_table.h"

namespace cria::kernels::cpu::CRIA_ISA {

extern const KernelTable::Dot dots[3];
extern const PackedProduct by_strips;
extern const PackedProduct by_panels;
extern const KernelTable::BlockProduct block_products[2];
extern const int block_tile_rows[2];
extern const KernelTable::QuantiseGroup quantise_groups[2];
extern const KernelTable::Convert converts[3][3];
extern const KernelTable::Finite finites[3];
extern const KernelTable::Attend attends[3];

extern const int dot_rows[tunings];
extern const int strips_rows[3];
int gemm_panel();
int bf16_each();
void round_to_bf16(const float* x, std::int64_t n, float* words);
void quantise_row(const float* x, std::int64_t n, int offset, int tile_rows, std::int8_t* values,
                  float* scales, std::int32_t* starts);
void rms_norm(const float* x, const float* weight, std::int64_t n, float eps, float* y);
void silu_times(const float* gate, const float* up, std::int64_t n, float* out);
void exponential(const float* x, std::int64_t n, float* out);
void join(int group, int width, const float* more_largest, const float* more_total,
          const float* more_sums, float* largest, float* total, float* sums);

}  // namespace cria::kernels::cpu::CRIA_ISA
