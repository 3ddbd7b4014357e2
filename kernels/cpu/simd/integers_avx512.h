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

template <bool small>
inline Integers first_sum(std::int32_t start) {
  return {_mm512_set1_epi32(start)};
}
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

}  // namespace
}  // namespace cria::kernels::cpu::CRIA_ISA
