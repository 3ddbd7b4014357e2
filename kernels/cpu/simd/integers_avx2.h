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

#if defined(__AVXVNNI__)
template <bool small>
inline Integers first_sum(std::int32_t start) {
  return spread_integer(start);
}
template <bool small>
inline Integers last_sum(Integers sum, std::int32_t) {
  return sum;
}
template <bool small>
inline __m256i multiply_four(__m256i sum, __m256i w, __m256i x) {
  return _mm256_dpbusd_avx_epi32(sum, w, x);
}
#else
// q4 is summed in 16 bits. q8's weights are signed: in 16 bits two products of an unsigned byte
// would overflow, and of |w| with x that has the sign of w they do not, as no activation is -128.
template <bool small>
inline Integers first_sum(std::int32_t) {
  return spread_integer(0);
}
/// GCC would first compute all products of a block, which no processor has registers for.
inline __m256i kept_here(__m256i sum) {
  asm("" : "+x"(sum));
  return sum;
}
inline __m256i sum_of_pairs(__m256i pairs) {
  return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}
template <bool small>
inline Integers last_sum(Integers sum, std::int32_t start) {
  if constexpr (!small) return sum;
  const __m256i first = _mm256_set1_epi32(start);
  return {_mm256_add_epi32(first, sum_of_pairs(sum.low)),
          _mm256_add_epi32(first, sum_of_pairs(sum.high))};
}
template <bool small>
inline __m256i multiply_four(__m256i sum, __m256i w, __m256i x) {
  if constexpr (small) return kept_here(_mm256_add_epi16(sum, _mm256_maddubs_epi16(w, x)));
  const __m256i turned = _mm256_xor_si256(w, _mm256_set1_epi8(-128));
  const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(turned), _mm256_sign_epi8(x, turned));
  return kept_here(_mm256_add_epi32(sum, sum_of_pairs(pairs)));
}
#endif
template <bool small>
inline Integers multiply_four(Integers sum, Integers w, Integers x) {
  return {multiply_four<small>(sum.low, w.low, x.low),
          multiply_four<small>(sum.high, w.high, x.high)};
}

}  // namespace
}  // namespace cria::kernels::cpu::CRIA_ISA
