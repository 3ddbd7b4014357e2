// Sixteen floats in as many registers as they take, with the same results bit for bit in every
// instruction set; only which NaN an operation makes is the processor's own.
//
// Everything under simd/ lives in a namespace named after its instruction set (CRIA_ISA) and has
// internal linkage, and uses no inline function of other headers, so that no code for a newer
// processor leaks into the rest of the program.
//
// The header of an instruction set, included here and nowhere else, gives struct Lanes and what can
// be done with it; where the name does not say it:
//   larger, smaller    the second operand where either is NaN
//   fused              a * b + c, rounded once
//   nearest            the nearest whole number, of two the even one
//   power_of_two       2^n of whole numbers n in [-126, 127]
//   where_not_below    a where x >= limit or x is NaN, else zero
//   where_above        `yes` where a > b, else `no`
//   store_words        16 words low + 65536 * high of whole numbers in [0, 65535]
//   store_bytes        32 whole numbers in [-127, 127] as bytes
//   load_signed_bytes  16 of them
//   Strip              one of its registers, of strip_lanes floats
//   load_half_line     the 32 f16 numbers of a line of memory (AVX-512, by one load)
//   bfloat_pair        as many bf16 numbers of two rows, alternating
//   transpose          as many rows as a strip is long become columns
//   sum_of             l + l+8, then l + l+4, l + l+2, l + l+1
//   store_sums         sum_of each of four (AVX-512, where dot sums four weight rows together)
//   largest_of         the largest lane; none is NaN
// and how much of it stays in registers:
//   panel_lanes, panel_rows    gemm: Lanes of outputs x activation rows
//   attend_sums                attention: query heads x Lanes of sums
#pragma once

// GCC 12 warns, where they are used, of registers that its header leaves undefined on purpose, and
// of sums that a loop's first turn sets.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <cstdint>

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

inline std::int64_t smaller_of(std::int64_t a, std::int64_t b) { return a < b ? a : b; }

}  // namespace
}  // namespace cria::kernels::cpu::CRIA_ISA

#if defined(__aarch64__)
#include "kernels/cpu/simd/lanes_neon.h"
#else
#include "kernels/cpu/simd/lanes_avx.h"
#endif

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

template <int N, int M>
CRIA_INLINE void clear(Lanes (&sums)[N][M]) {
  CRIA_UNROLL
  for (int n = 0; n < N; ++n) {
    CRIA_UNROLL
    for (int m = 0; m < M; ++m) sums[n][m] = zero();
  }
}

/// a * |a|
inline Lanes signed_square(Lanes a) { return multiply(a, magnitude(a)); }

/// Asks for the line at p, to be kept in the nearest cache, or in the second-level one, or no
/// longer than until it is read.
/// A function that does nothing else must be CRIA_INLINE too: GCC 12 finds it without effect and
/// drops its calls.
CRIA_INLINE void ask_near(const void* p) { __builtin_prefetch(p, 0, 3); }
CRIA_INLINE void ask_second(const void* p) { __builtin_prefetch(p, 0, 2); }
CRIA_INLINE void ask_once(const void* p) { __builtin_prefetch(p, 0, 0); }

/// What a processor's own prefetchers do not look beyond.
constexpr std::int64_t page_bytes = 4096;
/// Whether p is the first in its page of places that lie `apart`.
inline bool begins_page(const void* p, std::int64_t apart) {
  return static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(p) % page_bytes) < apart;
}

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
inline Strip load_strip_as(const void* p) {
  if constexpr (type == DType::f32) return load_strip(static_cast<const float*>(p));
  if constexpr (type == DType::f16) return load_strip_half(static_cast<const Half*>(p));
  if constexpr (type == DType::bf16) return load_strip_bfloat(static_cast<const Half*>(p));
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

/// Rows become columns.
inline void transpose(Lanes (&rows)[16]) {
  Lanes columns[16];
  CRIA_UNROLL
  for (int down = 0; down < 16; down += strip_lanes) {
    CRIA_UNROLL
    for (int across = 0; across < 16; across += strip_lanes) {
      Strip block[strip_lanes];
      CRIA_UNROLL
      for (int i = 0; i < strip_lanes; ++i) block[i] = strip(rows[down + i], across / strip_lanes);
      transpose(block);
      CRIA_UNROLL
      for (int i = 0; i < strip_lanes; ++i)
        strip(columns[across + i], down / strip_lanes) = block[i];
    }
  }
  CRIA_UNROLL
  for (int i = 0; i < 16; ++i) rows[i] = columns[i];
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
