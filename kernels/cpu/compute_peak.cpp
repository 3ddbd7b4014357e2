// GCC 12 warns, where they are used, of registers that its header leaves undefined on purpose.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <algorithm>
#include <atomic>
#include <chrono>
#include <immintrin.h>
#include <thread>
#include <vector>

#include "kernels/machine_limits.h"

namespace cria::kernels {
namespace {

constexpr long rounds = 1'000'000;
constexpr int passes = 3;
constexpr int chains = 12;  // as many independent sums as hide what each operation takes

// `step` is one operation on a whole register: sum = sum + a * b. A macro, because a function takes
// no instruction set from its caller.
#define CRIA_SPIN(Register, start, step, lane)                  \
  Register sums[chains];                                        \
  for (int i = 0; i < chains; ++i) sums[i] = start(i);          \
  for (long round = 0; round < rounds; ++round) {               \
    _Pragma("GCC unroll 12") for (auto& sum : sums) sum = step; \
  }                                                             \
  auto total = lane(sums[0]);                                   \
  for (int i = 1; i < chains; ++i) total += lane(sums[i]);      \
  return static_cast<double>(total)

#define CRIA_FLOAT_START(i) _mm256_set1_ps(static_cast<float>(i))
#define CRIA_WIDE_START(i) _mm512_set1_ps(static_cast<float>(i))
#define CRIA_FLOAT_LANE(sum) _mm_cvtss_f32(_mm256_castps256_ps128(sum))
#define CRIA_WIDE_LANE(sum) _mm_cvtss_f32(_mm512_castps512_ps128(sum))
#define CRIA_INTEGER_LANE(sum) _mm_cvtsi128_si32(_mm512_castsi512_si128(sum))
#define CRIA_HALF_INTEGER_LANE(sum) _mm_cvtsi128_si32(_mm256_castsi256_si128(sum))

__attribute__((target("avx2,fma"))) double spin_f32() {
  const __m256 factor = _mm256_set1_ps(0.999F);
  CRIA_SPIN(__m256, CRIA_FLOAT_START, _mm256_fmadd_ps(sum, factor, factor), CRIA_FLOAT_LANE);
}
__attribute__((target("avx512f"))) double spin_f32_wide() {
  const __m512 factor = _mm512_set1_ps(0.999F);
  CRIA_SPIN(__m512, CRIA_WIDE_START, _mm512_fmadd_ps(sum, factor, factor), CRIA_WIDE_LANE);
}
__attribute__((target("avx512f,avx512bf16"))) double spin_bf16() {
  const auto factor = reinterpret_cast<__m512bh>(_mm512_set1_epi32(0x3F7F3F7F));
  CRIA_SPIN(__m512, CRIA_WIDE_START, _mm512_dpbf16_ps(sum, factor, factor), CRIA_WIDE_LANE);
}
__attribute__((target("avx2"))) double spin_int8() {
  const __m256i ones = _mm256_set1_epi8(1);
  CRIA_SPIN(__m256i, _mm256_set1_epi32,
            _mm256_add_epi16(sum, _mm256_maddubs_epi16(_mm256_xor_si256(sum, ones), ones)),
            CRIA_HALF_INTEGER_LANE);
}
__attribute__((target("avx512f,avx512vnni"))) double spin_int8_wide() {
  const __m512i ones = _mm512_set1_epi8(1);
  CRIA_SPIN(__m512i, _mm512_set1_epi32, _mm512_dpbusd_epi32(sum, ones, ones), CRIA_INTEGER_LANE);
}

/// Operations a second when each round does `operations` in every chain.
double measure(int threads, double operations, double (*spin)()) {
  std::atomic<double> sink{0};
  double best = 0;
  for (int pass = 0; pass < passes; ++pass) {
    std::vector<std::jthread> team;
    team.reserve(static_cast<std::size_t>(threads));
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < threads; ++i) team.emplace_back([&] { sink = spin(); });
    team.clear();  // joins
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::max(best, operations * chains * rounds * threads / seconds.count());
  }
  return best;
}

}  // namespace

double ComputePeaks::of(std::string_view precision) const {
  if (precision == "bf16" && bf16 > 0) return bf16;
  if (precision == "q8" || precision == "q4") return int8;
  return f32;
}

ComputePeaks measure_compute_peaks(int threads) {
  ComputePeaks peaks;
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return peaks;
  const bool wide = __builtin_cpu_supports("avx512f");
  peaks.f32 = wide ? measure(threads, 32, spin_f32_wide) : measure(threads, 16, spin_f32);
  peaks.int8 = wide && __builtin_cpu_supports("avx512vnni") ? measure(threads, 128, spin_int8_wide)
                                                            : measure(threads, 64, spin_int8);
  if (wide && __builtin_cpu_supports("avx512bf16")) peaks.bf16 = measure(threads, 64, spin_bf16);
  return peaks;
}

}  // namespace cria::kernels
