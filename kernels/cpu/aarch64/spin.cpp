#include "kernels/cpu/spin.h"

#include <arm_neon.h>
#include <asm/hwcap.h>
#include <cstdint>
#include <sys/auxv.h>

namespace cria::kernels::cpu {
namespace {

constexpr int chains = 16;

#define CRIA_FLOAT_START(i) vdupq_n_f32(static_cast<float>(i))
#define CRIA_FLOAT_LANE(sum) vgetq_lane_f32(sum, 0)
#define CRIA_SHORT_START(i) vdupq_n_s16(static_cast<std::int16_t>(i))
#define CRIA_SHORT_LANE(sum) vgetq_lane_s16(sum, 0)
#define CRIA_INTEGER_LANE(sum) vgetq_lane_s32(sum, 0)

double spin_f32(long rounds) {
  const float32x4_t factor = vdupq_n_f32(0.999F);
  CRIA_SPIN(float32x4_t, chains, CRIA_FLOAT_START, vfmaq_f32(factor, sum, factor), CRIA_FLOAT_LANE);
}
double spin_int8(long rounds) {
  const int8x8_t ones = vdup_n_s8(1);
  CRIA_SPIN(int16x8_t, chains, CRIA_SHORT_START, vmlal_s8(sum, ones, ones), CRIA_SHORT_LANE);
}
__attribute__((target("arch=armv8.2-a+dotprod"))) double spin_int8_dot(long rounds) {
  const int8x16_t ones = vdupq_n_s8(1);
  CRIA_SPIN(int32x4_t, chains, vdupq_n_s32, vdotq_s32(sum, ones, ones), CRIA_INTEGER_LANE);
}

}  // namespace

Spins widest_spins() {
  Spins spins;
  spins.f32 = {8 * chains, spin_f32};
  spins.int8 = (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0 ? Spin{32 * chains, spin_int8_dot}
                                                          : Spin{16 * chains, spin_int8};
  return spins;
}

}  // namespace cria::kernels::cpu
