// Integers in two AVX registers.
#pragma once

#include <immintrin.h>

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

struct Integers {
  __m256i low;
  __m256i high;
};

inline Integers load_bytes(const std::uint8_t* p) {
  const auto* from = reinterpret_cast<const __m256i*>(p);
  return {_mm256_loadu_si256(from), _mm256_loadu_si256(from + 1)};
}
inline Integers spread_integer(std::int32_t value) {
  return {_mm256_set1_epi32(value), _mm256_set1_epi32(value)};
}
inline Integers spread_four(const std::int8_t* p) {
  std::int32_t four;
  __builtin_memcpy(&four, p, 4);
  return spread_integer(four);
}
inline Integers low_nibbles(Integers a) {
  const __m256i mask = _mm256_set1_epi8(15);
  return {_mm256_and_si256(a.low, mask), _mm256_and_si256(a.high, mask)};
}
inline Integers high_nibbles(Integers a) {
  return low_nibbles({_mm256_srli_epi16(a.low, 4), _mm256_srli_epi16(a.high, 4)});
}
inline Lanes as_floats(Integers a) {
  return {_mm256_cvtepi32_ps(a.low), _mm256_cvtepi32_ps(a.high)};
}

template <bool small>
inline Integers first_sum(std::int32_t start) {
  return spread_integer(start);
}
template <bool small>
inline __m256i multiply_four(__m256i sum, __m256i w, __m256i x) {
#if defined(__AVXVNNI__)
  return _mm256_dpbusd_avx_epi32(sum, w, x);
#else
  if constexpr (small)
    return _mm256_add_epi32(sum,
                            _mm256_madd_epi16(_mm256_maddubs_epi16(w, x), _mm256_set1_epi16(1)));
  // In 16 bits two products of large bytes would overflow: they are widened first.
  const __m256i even = _mm256_madd_epi16(_mm256_and_si256(w, _mm256_set1_epi16(255)),
                                         _mm256_srai_epi16(_mm256_slli_epi16(x, 8), 8));
  const __m256i odd = _mm256_madd_epi16(_mm256_srli_epi16(w, 8), _mm256_srai_epi16(x, 8));
  return _mm256_add_epi32(sum, _mm256_add_epi32(even, odd));
#endif
}
template <bool small>
inline Integers multiply_four(Integers sum, Integers w, Integers x) {
  return {multiply_four<small>(sum.low, w.low, x.low),
          multiply_four<small>(sum.high, w.high, x.high)};
}

}  // namespace
}  // namespace cria::kernels::cpu::CRIA_ISA
