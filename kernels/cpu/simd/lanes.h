// Sixteen floats: one AVX-512 register or two AVX registers, with the same results bit for bit.
//
// Everything under simd/ lives in a namespace named after its instruction set (CRIA_ISA) and has
// internal linkage, and uses no inline function of other headers, so that no code for a newer
// processor leaks into the rest of the program.
#pragma once

// GCC 12 warns, where they are used, of registers that its header leaves undefined on purpose.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <cstdint>
#include <immintrin.h>

#include "kernels/dtype.h"

#define CRIA_INLINE inline __attribute__((always_inline))
#if defined(__clang__)
#define CRIA_UNROLL _Pragma("clang loop unroll(full)")
#else
#define CRIA_UNROLL _Pragma("GCC unroll 16")
#endif

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

using Half = std::uint16_t;

#if defined(__AVX512F__)

struct Lanes {
  __m512 all;
};
/// gemm: Lanes of outputs x activation rows whose sums stay in registers.
constexpr int panel_lanes = 2;
constexpr int panel_rows = 14;
/// Query heads at once in attention.
constexpr int head_tile = 8;
/// Of those, how many whose scores are computed together.
constexpr int score_tile = 8;

inline Lanes zero() { return {_mm512_setzero_ps()}; }
inline Lanes spread(float value) { return {_mm512_set1_ps(value)}; }
inline Lanes load(const float* p) { return {_mm512_loadu_ps(p)}; }
inline void store(float* p, Lanes a) { _mm512_storeu_ps(p, a.all); }
inline Lanes load_half(const Half* p) {
  return {_mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)))};
}
inline Lanes load_bfloat(const Half* p) {
  const __m512i wide =
      _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
  return {_mm512_castsi512_ps(_mm512_slli_epi32(wide, 16))};
}
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
/// The second operand where either is NaN.
inline Lanes larger(Lanes a, Lanes b) { return {_mm512_max_ps(a.all, b.all)}; }
inline Lanes smaller(Lanes a, Lanes b) { return {_mm512_min_ps(a.all, b.all)}; }
/// a * b + c, rounded once.
inline Lanes fused(Lanes a, Lanes b, Lanes c) { return {_mm512_fmadd_ps(a.all, b.all, c.all)}; }
inline Lanes nearest(Lanes a) {
  return {_mm512_roundscale_ps(a.all, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)};
}
/// 2^n of whole numbers n in [-126, 127].
inline Lanes power_of_two(Lanes n) {
  return {_mm512_castsi512_ps(
      _mm512_slli_epi32(_mm512_add_epi32(_mm512_cvtps_epi32(n.all), _mm512_set1_epi32(127)), 23))};
}
/// a where x >= limit or x is NaN, else zero.
inline Lanes where_not_below(Lanes x, Lanes limit, Lanes a) {
  return {_mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x.all, limit.all, _CMP_NLT_UQ), a.all)};
}
inline bool all_finite(Lanes a) {
  const __m512i exponent = _mm512_set1_epi32(0x7F800000);
  return _mm512_cmpeq_epi32_mask(_mm512_and_si512(_mm512_castps_si512(a.all), exponent),
                                 exponent) == 0;
}
/// `yes` where a > b, else `no`.
inline Lanes where_above(Lanes a, Lanes b, Lanes yes, Lanes no) {
  return {_mm512_mask_mov_ps(no.all, _mm512_cmp_ps_mask(a.all, b.all, _CMP_GT_OQ), yes.all)};
}
/// 16 words low + 65536 * high of whole numbers in [0, 65535].
inline void store_words(void* p, Lanes low, Lanes high) {
  _mm512_storeu_si512(p, _mm512_or_si512(_mm512_cvtps_epi32(low.all),
                                         _mm512_slli_epi32(_mm512_cvtps_epi32(high.all), 16)));
}
/// 32 whole numbers in [-127, 127] as bytes.
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
/// Rows become columns.
inline void transpose(Lanes (&rows)[16]) {
  __m512 pairs[16];
  CRIA_UNROLL
  for (int i = 0; i < 16; i += 2) {
    pairs[i] = _mm512_unpacklo_ps(rows[i].all, rows[i + 1].all);
    pairs[i + 1] = _mm512_unpackhi_ps(rows[i].all, rows[i + 1].all);
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
    rows[i].all = _mm512_shuffle_f32x4(even_low, even_high, 0x88);
    rows[8 + i].all = _mm512_shuffle_f32x4(even_low, even_high, 0xDD);
    rows[4 + i].all = _mm512_shuffle_f32x4(odd_low, odd_high, 0x88);
    rows[12 + i].all = _mm512_shuffle_f32x4(odd_low, odd_high, 0xDD);
  }
}
/// l + l+8
inline __m256 fold(Lanes a) {
  return _mm256_add_ps(_mm512_castps512_ps256(a.all),
                       _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(a.all), 1)));
}

#else

struct Lanes {
  __m256 low;
  __m256 high;
};
constexpr int panel_lanes = 1;
constexpr int panel_rows = 6;
constexpr int head_tile = 4;
constexpr int score_tile = 2;

inline Lanes zero() { return {_mm256_setzero_ps(), _mm256_setzero_ps()}; }
inline Lanes spread(float value) { return {_mm256_set1_ps(value), _mm256_set1_ps(value)}; }
inline Lanes load(const float* p) { return {_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)}; }
inline void store(float* p, Lanes a) {
  _mm256_storeu_ps(p, a.low);
  _mm256_storeu_ps(p + 8, a.high);
}
inline Lanes load_half(const Half* p) {
  return {_mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))),
          _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 8)))};
}
inline __m256 widen(const Half* p) {
  const __m256i wide = _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  return _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16));
}
inline Lanes load_bfloat(const Half* p) { return {widen(p), widen(p + 8)}; }
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
/// Eight rows become columns.
inline void transpose(__m256 (&rows)[8]) {
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
inline void transpose(Lanes (&rows)[16]) {
  __m256 corners[2][2][8];
  CRIA_UNROLL
  for (int i = 0; i < 16; ++i) {
    corners[i / 8][0][i % 8] = rows[i].low;
    corners[i / 8][1][i % 8] = rows[i].high;
  }
  transpose(corners[0][0]);
  transpose(corners[0][1]);
  transpose(corners[1][0]);
  transpose(corners[1][1]);
  CRIA_UNROLL
  for (int i = 0; i < 16; ++i) rows[i] = {corners[0][i / 8][i % 8], corners[1][i / 8][i % 8]};
}
inline __m256 fold(Lanes a) { return _mm256_add_ps(a.low, a.high); }

#endif

template <DType type>
constexpr int bytes_each = type == DType::f32 ? 4 : 2;

/// Element `index` of an array of `type`.
template <DType type>
inline const void* at(const void* base, std::int64_t index) {
  return static_cast<const char*>(base) + index * bytes_each<type>;
}
template <DType type>
inline void* at(void* base, std::int64_t index) {
  return static_cast<char*>(base) + index * bytes_each<type>;
}

template <DType type>
inline Lanes load_as(const void* p) {
  if constexpr (type == DType::f32) return load(static_cast<const float*>(p));
  if constexpr (type == DType::f16) return load_half(static_cast<const Half*>(p));
  if constexpr (type == DType::bf16) return load_bfloat(static_cast<const Half*>(p));
}

/// The first `count` < 16 elements, zeros after them; reads no further.
template <DType type>
inline Lanes load_part(const void* p, std::int64_t count) {
  alignas(64) unsigned char part[16 * bytes_each<type>] = {};
  __builtin_memcpy(part, p, static_cast<unsigned long>(count) * bytes_each<type>);
  return load_as<type>(part);
}

template <DType type>
inline void store_as(void* p, Lanes a) {
  if constexpr (type == DType::f32) store(static_cast<float*>(p), a);
  if constexpr (type == DType::f16) store_half(static_cast<Half*>(p), a);
  if constexpr (type == DType::bf16) store_bfloat(static_cast<Half*>(p), a);
}

template <DType type>
inline void store_part(void* p, std::int64_t count, Lanes a) {
  alignas(64) unsigned char part[16 * bytes_each<type>];
  store_as<type>(part, a);
  __builtin_memcpy(p, part, static_cast<unsigned long>(count) * bytes_each<type>);
}

/// l + l+4, l + l+2, l + l+1 of what fold() left.
inline float sum_of(Lanes lanes16) {
  const __m256 eight = fold(lanes16);
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

/// The same sums of four at once.
inline __m128 sums_of(Lanes a, Lanes b, Lanes c, Lanes d) {
  const __m256 a8 = fold(a);
  const __m256 b8 = fold(b);
  const __m256 c8 = fold(c);
  const __m256 d8 = fold(d);
  const __m256 ac =
      _mm256_add_ps(_mm256_permute2f128_ps(a8, c8, 0x20), _mm256_permute2f128_ps(a8, c8, 0x31));
  const __m256 bd =
      _mm256_add_ps(_mm256_permute2f128_ps(b8, d8, 0x20), _mm256_permute2f128_ps(b8, d8, 0x31));
  const __m256 pairs =  // a0+a2 b0+b2 a1+a3 b1+b3 | the same of c and d
      _mm256_add_ps(_mm256_unpacklo_ps(ac, bd), _mm256_unpackhi_ps(ac, bd));
  const __m128 ab = _mm256_castps256_ps128(pairs);
  const __m128 cd = _mm256_extractf128_ps(pairs, 1);
  return _mm_add_ps(_mm_movelh_ps(ab, cd), _mm_movehl_ps(cd, ab));
}

/// exp(x) for x in [-87.3, 88]; 0 below, exp(88) above; a NaN stays one. x = n ln 2 + r, and exp(r)
/// = 1 + r + r^2 q(r) with q of degree 4, fitted to 2^-28 over |r| <= ln 2 / 2.
inline Lanes exp_of(Lanes x) {
  const Lanes low = spread(-87.3F);
  const Lanes inside = smaller(spread(88.0F), larger(low, x));
  const Lanes n = nearest(multiply(inside, spread(1.44269504F)));
  // ln 2 in two pieces; the first has few digits, so that n times it is exact.
  Lanes r = fused(n, spread(-0.693359375F), inside);
  r = fused(n, spread(2.12194442e-4F), r);
  Lanes q = fused(spread(1.381454174e-3F), r, spread(8.368745446e-3F));
  q = fused(q, r, spread(4.166838899e-2F));
  q = fused(q, r, spread(1.666652113e-1F));
  q = fused(q, r, spread(4.999999404e-1F));
  const Lanes e = add(fused(multiply(r, r), q, r), spread(1.0F));
  return where_not_below(x, low, multiply(e, power_of_two(n)));
}

}  // namespace
}  // namespace cria::kernels::cpu::CRIA_ISA
