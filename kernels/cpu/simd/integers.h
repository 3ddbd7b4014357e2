// Sixteen 32-bit sums of products of unsigned and signed bytes, the same in every instruction set.
#pragma once

#include "kernels/cpu/simd/lanes.h"

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

#if defined(__AVX512F__)

struct Integers {
  __m512i all;
};

inline Integers load_bytes(const std::uint8_t* p) { return {_mm512_loadu_si512(p)}; }
inline Integers spread_integer(std::int32_t value) { return {_mm512_set1_epi32(value)}; }
/// The four bytes at p, sixteen times.
inline Integers spread_four(const std::int8_t* p) {
  std::int32_t four;
  __builtin_memcpy(&four, p, 4);
  return {_mm512_set1_epi32(four)};
}
inline Integers low_nibbles(Integers a) { return {_mm512_and_si512(a.all, _mm512_set1_epi8(15))}; }
inline Integers high_nibbles(Integers a) {
  return {_mm512_and_si512(_mm512_srli_epi16(a.all, 4), _mm512_set1_epi8(15))};
}
inline Lanes as_floats(Integers a) { return {_mm512_cvtepi32_ps(a.all)}; }

/// sum + the products of four unsigned bytes of w with four signed ones of x. `small`: w <= 15.
template <bool small>
inline Integers multiply_four(Integers sum, Integers w, Integers x) {
#if defined(__AVX512VNNI__)
  return {_mm512_dpbusd_epi32(sum.all, w.all, x.all)};
#else
  if constexpr (small)
    return {_mm512_add_epi32(
        sum.all, _mm512_madd_epi16(_mm512_maddubs_epi16(w.all, x.all), _mm512_set1_epi16(1)))};
  const __m512i even = _mm512_madd_epi16(_mm512_and_si512(w.all, _mm512_set1_epi16(255)),
                                         _mm512_srai_epi16(_mm512_slli_epi16(x.all, 8), 8));
  const __m512i odd = _mm512_madd_epi16(_mm512_srli_epi16(w.all, 8), _mm512_srai_epi16(x.all, 8));
  return {_mm512_add_epi32(sum.all, _mm512_add_epi32(even, odd))};
#endif
}

#else

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

#endif

}  // namespace
}  // namespace cria::kernels::cpu::CRIA_ISA
