// Lanes in two AVX registers.
#pragma once

#include <immintrin.h>

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

struct Lanes {
  __m256 low;
  __m256 high;
};
using Strip = __m256;
constexpr int strip_lanes = 8;
constexpr int panel_lanes = 1;
constexpr int panel_rows = 6;
constexpr int attend_sums = 4;

inline Strip& strip(Lanes& a, int i) { return i == 0 ? a.low : a.high; }
inline Strip load_strip(const float* p) { return _mm256_loadu_ps(p); }
inline Strip load_strip_half(const Half* p) {
  return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
}
inline Strip load_strip_bfloat(const Half* p) {
  const __m256i wide = _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  return _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16));
}
inline void store_bfloat_pair(void* p, const void* one, const void* two) {
  const __m128i a = _mm_loadu_si128(static_cast<const __m128i*>(one));
  const __m128i b = _mm_loadu_si128(static_cast<const __m128i*>(two));
  _mm_storeu_si128(static_cast<__m128i*>(p), _mm_unpacklo_epi16(a, b));
  _mm_storeu_si128(static_cast<__m128i*>(p) + 1, _mm_unpackhi_epi16(a, b));
}
template <int which>
inline Strip load_bfloat_of_pair(const void* p) {
  const __m256i both = _mm256_loadu_si256(static_cast<const __m256i*>(p));
  return _mm256_castsi256_ps(which == 0 ? _mm256_slli_epi32(both, 16)
                                        : _mm256_and_si256(both, _mm256_set1_epi32(~0xFFFF)));
}
inline void store_strip(float* p, Strip a) { _mm256_storeu_ps(p, a); }
template <int N, int M>
CRIA_INLINE void clear(Strip (&sums)[N][M]) {
  CRIA_UNROLL
  for (int n = 0; n < N; ++n) {
    CRIA_UNROLL
    for (int m = 0; m < M; ++m) sums[n][m] = _mm256_setzero_ps();
  }
}
inline Strip fused(Strip a, Strip b, Strip c) { return _mm256_fmadd_ps(a, b, c); }
inline Lanes zero() { return {_mm256_setzero_ps(), _mm256_setzero_ps()}; }
inline Lanes spread(float value) { return {_mm256_set1_ps(value), _mm256_set1_ps(value)}; }
inline Lanes load(const float* p) { return {load_strip(p), load_strip(p + 8)}; }
inline void store(float* p, Lanes a) {
  _mm256_storeu_ps(p, a.low);
  _mm256_storeu_ps(p + 8, a.high);
}
inline __m256 load_eight_signed_bytes(const std::int8_t* p) {
  return _mm256_cvtepi32_ps(
      _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
}
inline Lanes load_signed_bytes(const void* p) {
  const auto* bytes = static_cast<const std::int8_t*>(p);
  return {load_eight_signed_bytes(bytes), load_eight_signed_bytes(bytes + 8)};
}
inline Lanes load_half(const Half* p) { return {load_strip_half(p), load_strip_half(p + 8)}; }
inline Lanes load_bfloat(const Half* p) { return {load_strip_bfloat(p), load_strip_bfloat(p + 8)}; }
inline void store_half(Half* p, Lanes a) {
  constexpr int mode = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm256_cvtps_ph(a.low, mode));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p + 8), _mm256_cvtps_ph(a.high, mode));
}
inline __m256i narrow(__m256 a) {
  const __m256i bits = _mm256_castps_si256(a);
  const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
  const __m256i rounded = _mm256_srli_epi32(
      _mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7FFF))), 16);
  const __m256i nan = _mm256_castps_si256(_mm256_cmp_ps(a, a, _CMP_UNORD_Q));
  return _mm256_blendv_epi8(rounded, _mm256_set1_epi32(0x7FC0), nan);
}
inline void store_bfloat(Half* p, Lanes a) {
  const __m256i packed = _mm256_packus_epi32(narrow(a.low), narrow(a.high));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm256_permute4x64_epi64(packed, 0xD8));
}
inline Lanes add(Lanes a, Lanes b) {
  return {_mm256_add_ps(a.low, b.low), _mm256_add_ps(a.high, b.high)};
}
inline Lanes multiply(Lanes a, Lanes b) {
  return {_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)};
}
inline Lanes divide(Lanes a, Lanes b) {
  return {_mm256_div_ps(a.low, b.low), _mm256_div_ps(a.high, b.high)};
}
inline Lanes square_root(Lanes a) { return {_mm256_sqrt_ps(a.low), _mm256_sqrt_ps(a.high)}; }
inline Lanes magnitude(Lanes a) {
  const __m256 sign = _mm256_set1_ps(-0.0F);
  return {_mm256_andnot_ps(sign, a.low), _mm256_andnot_ps(sign, a.high)};
}
inline Lanes larger(Lanes a, Lanes b) {
  return {_mm256_max_ps(a.low, b.low), _mm256_max_ps(a.high, b.high)};
}
inline Lanes smaller(Lanes a, Lanes b) {
  return {_mm256_min_ps(a.low, b.low), _mm256_min_ps(a.high, b.high)};
}
inline Lanes fused(Lanes a, Lanes b, Lanes c) {
  return {_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
}
inline Lanes nearest(Lanes a) {
  constexpr int mode = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
  return {_mm256_round_ps(a.low, mode), _mm256_round_ps(a.high, mode)};
}
inline __m256 power_of_two(__m256 n) {
  return _mm256_castsi256_ps(
      _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23));
}
inline Lanes power_of_two(Lanes n) { return {power_of_two(n.low), power_of_two(n.high)}; }
inline Lanes where_not_below(Lanes x, Lanes limit, Lanes a) {
  return {_mm256_and_ps(_mm256_cmp_ps(x.low, limit.low, _CMP_NLT_UQ), a.low),
          _mm256_and_ps(_mm256_cmp_ps(x.high, limit.high, _CMP_NLT_UQ), a.high)};
}
inline __m256i not_finite(__m256 a) {
  const __m256i exponent = _mm256_set1_epi32(0x7F800000);
  return _mm256_cmpeq_epi32(_mm256_and_si256(_mm256_castps_si256(a), exponent), exponent);
}
inline bool all_finite(Lanes a) {
  const __m256i bad = _mm256_or_si256(not_finite(a.low), not_finite(a.high));
  return _mm256_testz_si256(bad, bad) != 0;
}
inline Lanes where_above(Lanes a, Lanes b, Lanes yes, Lanes no) {
  return {_mm256_blendv_ps(no.low, yes.low, _mm256_cmp_ps(a.low, b.low, _CMP_GT_OQ)),
          _mm256_blendv_ps(no.high, yes.high, _mm256_cmp_ps(a.high, b.high, _CMP_GT_OQ))};
}
inline __m256i word_of(__m256 low, __m256 high) {
  return _mm256_or_si256(_mm256_cvtps_epi32(low), _mm256_slli_epi32(_mm256_cvtps_epi32(high), 16));
}
inline void store_words(void* p, Lanes low, Lanes high) {
  auto* to = static_cast<__m256i*>(p);
  _mm256_storeu_si256(to, word_of(low.low, high.low));
  _mm256_storeu_si256(to + 1, word_of(low.high, high.high));
}
inline void store_bytes(void* p, Lanes low, Lanes high) {
  const __m256i shorts_low =
      _mm256_packs_epi32(_mm256_cvtps_epi32(low.low), _mm256_cvtps_epi32(low.high));
  const __m256i shorts_high =
      _mm256_packs_epi32(_mm256_cvtps_epi32(high.low), _mm256_cvtps_epi32(high.high));
  // The packing works within halves: fours of bytes 0 2 4 6 1 3 5 7.
  const __m256i bytes = _mm256_packs_epi16(shorts_low, shorts_high);
  _mm256_storeu_si256(
      static_cast<__m256i*>(p),
      _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7)));
}
inline __m256 fold_larger(Lanes a) { return _mm256_max_ps(a.low, a.high); }
inline void transpose(Strip (&rows)[8]) {
  __m256 fours[8];
  CRIA_UNROLL
  for (int i = 0; i < 8; i += 4) {
    const __m256 a = _mm256_unpacklo_ps(rows[i], rows[i + 1]);
    const __m256 b = _mm256_unpackhi_ps(rows[i], rows[i + 1]);
    const __m256 c = _mm256_unpacklo_ps(rows[i + 2], rows[i + 3]);
    const __m256 d = _mm256_unpackhi_ps(rows[i + 2], rows[i + 3]);
    fours[i] = _mm256_shuffle_ps(a, c, 0x44);
    fours[i + 1] = _mm256_shuffle_ps(a, c, 0xEE);
    fours[i + 2] = _mm256_shuffle_ps(b, d, 0x44);
    fours[i + 3] = _mm256_shuffle_ps(b, d, 0xEE);
  }
  CRIA_UNROLL
  for (int i = 0; i < 4; ++i) {
    rows[i] = _mm256_permute2f128_ps(fours[i], fours[4 + i], 0x20);
    rows[4 + i] = _mm256_permute2f128_ps(fours[i], fours[4 + i], 0x31);
  }
}
inline __m256 fold(Lanes a) { return _mm256_add_ps(a.low, a.high); }

}  // namespace
}  // namespace cria::kernels::cpu::CRIA_ISA
