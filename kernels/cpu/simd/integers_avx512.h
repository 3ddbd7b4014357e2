// Integers in one AVX-512 register.
#pragma once

#include <immintrin.h>

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

struct Integers {
  __m512i all;
};

inline Integers load_bytes(const std::uint8_t* p) { return {_mm512_loadu_si512(p)}; }
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

#if defined(__AVX512VNNI__)
template <bool small>
inline Integers first_sum(std::int32_t start) {
  return {_mm512_set1_epi32(start)};
}
template <bool small>
inline Integers last_sum(Integers sum, std::int32_t) {
  return sum;
}
template <bool small>
inline Integers multiply_four(Integers sum, Integers w, Integers x) {
  return {_mm512_dpbusd_epi32(sum.all, w.all, x.all)};
}
#else
// As without VNNI in AVX2, which see.
template <bool small>
inline Integers first_sum(std::int32_t) {
  return {_mm512_setzero_si512()};
}
inline __m512i kept_here(__m512i sum) {
  asm("" : "+v"(sum));
  return sum;
}
inline __m512i sum_of_pairs(__m512i pairs) {
  return _mm512_madd_epi16(pairs, _mm512_set1_epi16(1));
}
template <bool small>
inline Integers last_sum(Integers sum, std::int32_t start) {
  if constexpr (!small) return sum;
  return {_mm512_add_epi32(_mm512_set1_epi32(start), sum_of_pairs(sum.all))};
}
template <bool small>
inline Integers multiply_four(Integers sum, Integers w, Integers x) {
  if constexpr (small)
    return {kept_here(_mm512_add_epi16(sum.all, _mm512_maddubs_epi16(w.all, x.all)))};
  const __m512i turned = _mm512_xor_si512(w.all, _mm512_set1_epi8(-128));
  const __m512i with_its_sign =
      _mm512_mask_sub_epi8(x.all, _mm512_movepi8_mask(turned), _mm512_setzero_si512(), x.all);
  const __m512i pairs = _mm512_maddubs_epi16(_mm512_abs_epi8(turned), with_its_sign);
  return {kept_here(_mm512_add_epi32(sum.all, sum_of_pairs(pairs)))};
}
#endif

}  // namespace
}  // namespace cria::kernels::cpu::CRIA_ISA
