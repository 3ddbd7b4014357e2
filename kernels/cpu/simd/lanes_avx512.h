// Lanes in one AVX-512 register.
#pragma once

#include <immintrin.h>

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

struct Lanes {
  __m512 all;
};
using Strip = __m512;
constexpr int strip_lanes = 16;
constexpr int panel_lanes = 2;
constexpr int panel_rows = 14;
constexpr int attend_sums = 8;

inline Strip& strip(Lanes& a, int /*i*/) { return a.all; }
inline Strip load_strip(const float* p) { return _mm512_loadu_ps(p); }
inline Strip load_strip_half(const Half* p) {
  return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
}
inline Strip load_strip_bfloat(const Half* p) {
  const __m512i wide =
      _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
  return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
}
inline void store_strip(float* p, Strip a) { _mm512_storeu_ps(p, a); }
inline Lanes zero() { return {_mm512_setzero_ps()}; }
inline Lanes spread(float value) { return {_mm512_set1_ps(value)}; }
inline Lanes load(const float* p) { return {load_strip(p)}; }
inline void store(float* p, Lanes a) { _mm512_storeu_ps(p, a.all); }
inline Lanes load_signed_bytes(const void* p) {
  return {
      _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(static_cast<const __m128i*>(p))))};
}
inline Lanes load_half(const Half* p) { return {load_strip_half(p)}; }
inline void load_half_line(const Half* p, Lanes (&a)[2]) {
  __m512i line = _mm512_loadu_si512(p);
  // Or GCC loads its halves: loads that wait for memory are what there is too little room for.
  asm("" : "+v"(line));
  a[0].all = _mm512_cvtph_ps(_mm512_castsi512_si256(line));
  a[1].all = _mm512_cvtph_ps(_mm512_extracti64x4_epi64(line, 1));
}
inline Lanes load_bfloat(const Half* p) { return {load_strip_bfloat(p)}; }
inline void store_half(Half* p, Lanes a) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p),
                      _mm512_cvtps_ph(a.all, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
}
inline void store_bfloat(Half* p, Lanes a) {
  const __m512i bits = _mm512_castps_si512(a.all);
  const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  __m512i rounded = _mm512_srli_epi32(
      _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7FFF))), 16);
  const __mmask16 nan = _mm512_cmp_ps_mask(a.all, a.all, _CMP_UNORD_Q);
  rounded = _mm512_mask_mov_epi32(rounded, nan, _mm512_set1_epi32(0x7FC0));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtepi32_epi16(rounded));
}
inline Lanes add(Lanes a, Lanes b) { return {_mm512_add_ps(a.all, b.all)}; }
inline Lanes multiply(Lanes a, Lanes b) { return {_mm512_mul_ps(a.all, b.all)}; }
inline Lanes divide(Lanes a, Lanes b) { return {_mm512_div_ps(a.all, b.all)}; }
inline Lanes square_root(Lanes a) { return {_mm512_sqrt_ps(a.all)}; }
inline Lanes magnitude(Lanes a) { return {_mm512_abs_ps(a.all)}; }
inline Lanes larger(Lanes a, Lanes b) { return {_mm512_max_ps(a.all, b.all)}; }
inline Lanes smaller(Lanes a, Lanes b) { return {_mm512_min_ps(a.all, b.all)}; }
inline Lanes fused(Lanes a, Lanes b, Lanes c) { return {_mm512_fmadd_ps(a.all, b.all, c.all)}; }
inline Lanes nearest(Lanes a) {
  return {_mm512_roundscale_ps(a.all, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)};
}
inline Lanes power_of_two(Lanes n) {
  return {_mm512_castsi512_ps(
      _mm512_slli_epi32(_mm512_add_epi32(_mm512_cvtps_epi32(n.all), _mm512_set1_epi32(127)), 23))};
}
inline Lanes where_not_below(Lanes x, Lanes limit, Lanes a) {
  return {_mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x.all, limit.all, _CMP_NLT_UQ), a.all)};
}
inline bool all_finite(Lanes a) {
  const __m512i exponent = _mm512_set1_epi32(0x7F800000);
  return _mm512_cmpeq_epi32_mask(_mm512_and_si512(_mm512_castps_si512(a.all), exponent),
                                 exponent) == 0;
}
inline Lanes where_above(Lanes a, Lanes b, Lanes yes, Lanes no) {
  return {_mm512_mask_mov_ps(no.all, _mm512_cmp_ps_mask(a.all, b.all, _CMP_GT_OQ), yes.all)};
}
inline void store_words(void* p, Lanes low, Lanes high) {
  _mm512_storeu_si512(p, _mm512_or_si512(_mm512_cvtps_epi32(low.all),
                                         _mm512_slli_epi32(_mm512_cvtps_epi32(high.all), 16)));
}
inline void store_bytes(void* p, Lanes low, Lanes high) {
  auto* to = static_cast<__m128i*>(p);
  _mm_storeu_si128(to, _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(low.all)));
  _mm_storeu_si128(to + 1, _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(high.all)));
}
/// The larger of l and l+8.
inline __m256 fold_larger(Lanes a) {
  return _mm256_max_ps(_mm512_castps512_ps256(a.all),
                       _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(a.all), 1)));
}
inline void transpose(Strip (&rows)[16]) {
  __m512 pairs[16];
  CRIA_UNROLL
  for (int i = 0; i < 16; i += 2) {
    pairs[i] = _mm512_unpacklo_ps(rows[i], rows[i + 1]);
    pairs[i + 1] = _mm512_unpackhi_ps(rows[i], rows[i + 1]);
  }
  __m512 fours[16];  // [4 rows][which column of four lanes]
  CRIA_UNROLL
  for (int i = 0; i < 16; i += 4) {
    const auto wide = [&](int j) { return _mm512_castps_pd(pairs[i + j]); };
    fours[i] = _mm512_castpd_ps(_mm512_unpacklo_pd(wide(0), wide(2)));
    fours[i + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(wide(0), wide(2)));
    fours[i + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(wide(1), wide(3)));
    fours[i + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(wide(1), wide(3)));
  }
  CRIA_UNROLL
  for (int i = 0; i < 4; ++i) {
    const __m512 even_low = _mm512_shuffle_f32x4(fours[i], fours[4 + i], 0x88);
    const __m512 odd_low = _mm512_shuffle_f32x4(fours[i], fours[4 + i], 0xDD);
    const __m512 even_high = _mm512_shuffle_f32x4(fours[8 + i], fours[12 + i], 0x88);
    const __m512 odd_high = _mm512_shuffle_f32x4(fours[8 + i], fours[12 + i], 0xDD);
    rows[i] = _mm512_shuffle_f32x4(even_low, even_high, 0x88);
    rows[8 + i] = _mm512_shuffle_f32x4(even_low, even_high, 0xDD);
    rows[4 + i] = _mm512_shuffle_f32x4(odd_low, odd_high, 0x88);
    rows[12 + i] = _mm512_shuffle_f32x4(odd_low, odd_high, 0xDD);
  }
}
inline void store_sums(float* p, const Lanes (&a)[4]) {
  const auto eights = [](Lanes one, Lanes two) {
    return _mm512_add_ps(_mm512_shuffle_f32x4(one.all, two.all, 0x44),
                         _mm512_shuffle_f32x4(one.all, two.all, 0xEE));
  };
  const __m512 first = eights(a[0], a[1]);
  const __m512 second = eights(a[2], a[3]);
  const __m512 fours = _mm512_add_ps(_mm512_shuffle_f32x4(first, second, 0x88),
                                     _mm512_shuffle_f32x4(first, second, 0xDD));
  const __m512 twos = _mm512_add_ps(fours, _mm512_permute_ps(fours, 0x4E));
  const __m512 ones = _mm512_add_ps(twos, _mm512_permute_ps(twos, 0xB1));
  _mm_storeu_ps(p, _mm512_castps512_ps128(_mm512_maskz_compress_ps(0x1111, ones)));
}
/// l + l+8
inline __m256 fold(Lanes a) {
  return _mm256_add_ps(_mm512_castps512_ps256(a.all),
                       _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(a.all), 1)));
}

}  // namespace
}  // namespace cria::kernels::cpu::CRIA_ISA
