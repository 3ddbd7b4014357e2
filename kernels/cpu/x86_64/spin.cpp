#include "kernels/cpu/spin.h"

// GCC 12 warns, where they are used, of registers that its header leaves undefined on purpose.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <immintrin.h>

#include "kernels/cpu/x86_64/avxvnni.h"

namespace cria::kernels::cpu {
namespace {

constexpr int chains = 12;
constexpr int few_chains = 6;  // enough for an addition of integers, and in registers with products

#define CRIA_FLOAT_START(i) _mm256_set1_ps(static_cast<float>(i))
#define CRIA_WIDE_START(i) _mm512_set1_ps(static_cast<float>(i))
#define CRIA_FLOAT_LANE(sum) _mm_cvtss_f32(_mm256_castps256_ps128(sum))
#define CRIA_WIDE_LANE(sum) _mm_cvtss_f32(_mm512_castps512_ps128(sum))
#define CRIA_INTEGER_LANE(sum) _mm_cvtsi128_si32(_mm512_castsi512_si128(sum))
#define CRIA_HALF_INTEGER_LANE(sum) _mm_cvtsi128_si32(_mm256_castsi256_si128(sum))

/// Keeps the compiler from knowing the value.
__attribute__((target("avx2"), always_inline)) inline void hide(__m256i& value) {
  asm volatile("" : "+x"(value));
}
__attribute__((target("avx512f"), always_inline)) inline void hide(__m512i& value) {
  asm volatile("" : "+x"(value));
}

__attribute__((target("avx2,fma"))) double spin_f32(long rounds) {
  const __m256 factor = _mm256_set1_ps(0.999F);
  CRIA_SPIN(__m256, chains, CRIA_FLOAT_START, _mm256_fmadd_ps(sum, factor, factor),
            CRIA_FLOAT_LANE);
}
__attribute__((target("avx512f"))) double spin_f32_wide(long rounds) {
  const __m512 factor = _mm512_set1_ps(0.999F);
  CRIA_SPIN(__m512, chains, CRIA_WIDE_START, _mm512_fmadd_ps(sum, factor, factor), CRIA_WIDE_LANE);
}
__attribute__((target("avx512f,avx512bf16"))) double spin_bf16(long rounds) {
  const auto factor = reinterpret_cast<__m512bh>(_mm512_set1_epi32(0x3F7F3F7F));
  CRIA_SPIN(__m512, chains, CRIA_WIDE_START, _mm512_dpbf16_ps(sum, factor, factor), CRIA_WIDE_LANE);
}
// Without VNNI, products of bytes are added in an instruction of their own, and the compiler must
// not see that they are always the same.
__attribute__((target("avx2"))) double spin_int8(long rounds) {
  __m256i ones = _mm256_set1_epi8(1);
  CRIA_SPIN(__m256i, few_chains, _mm256_set1_epi32,
            (hide(ones), _mm256_add_epi16(sum, _mm256_maddubs_epi16(ones, ones))),
            CRIA_HALF_INTEGER_LANE);
}
__attribute__((target("avx512f,avx512bw"))) double spin_int8_wide_pairs(long rounds) {
  __m512i ones = _mm512_set1_epi8(1);
  CRIA_SPIN(__m512i, few_chains, _mm512_set1_epi32,
            (hide(ones), _mm512_add_epi16(sum, _mm512_maddubs_epi16(ones, ones))),
            CRIA_INTEGER_LANE);
}
__attribute__((target("avx2,avxvnni"))) double spin_int8_vnni(long rounds) {
  const __m256i ones = _mm256_set1_epi8(1);
  CRIA_SPIN(__m256i, chains, _mm256_set1_epi32, _mm256_dpbusd_avx_epi32(sum, ones, ones),
            CRIA_HALF_INTEGER_LANE);
}
__attribute__((target("avx512f,avx512vnni"))) double spin_int8_wide(long rounds) {
  const __m512i ones = _mm512_set1_epi8(1);
  CRIA_SPIN(__m512i, chains, _mm512_set1_epi32, _mm512_dpbusd_epi32(sum, ones, ones),
            CRIA_INTEGER_LANE);
}

}  // namespace

Spins widest_spins() {
  Spins spins;
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return spins;
  const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
  spins.f32 = wide ? Spin{32 * chains, spin_f32_wide} : Spin{16 * chains, spin_f32};
  if (wide && __builtin_cpu_supports("avx512vnni"))
    spins.int8 = {128 * chains, spin_int8_wide};
  else if (wide)
    spins.int8 = {128 * few_chains, spin_int8_wide_pairs};
  else if (has_avxvnni())
    spins.int8 = {64 * chains, spin_int8_vnni};
  else
    spins.int8 = {64 * few_chains, spin_int8};
  if (wide && __builtin_cpu_supports("avx512bf16")) spins.bf16 = {64 * chains, spin_bf16};
  return spins;
}

}  // namespace cria::kernels::cpu
