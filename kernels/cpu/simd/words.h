// What a product of floats multiplies, 16 at a time: words of 32 bits, each a float32 number or,
// with instructions for that, a pair of bf16 numbers.
#pragma once

#include "kernels/cpu/kernel_table.h"
#include "kernels/cpu/simd/lanes.h"

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

#if defined(__AVX512BF16__)
template <DType type>
constexpr bool in_pairs = type == DType::bf16;
#else
template <DType type>
constexpr bool in_pairs = false;
#endif

/// Numbers in a word.
template <DType type>
constexpr int each = in_pairs<type> ? 2 : 1;

template <DType type>
inline Lanes load_words(const void* weights) {
  if constexpr (in_pairs<type>)
    return load(static_cast<const float*>(weights));
  else
    return load_as<type>(weights);
}

/// Lanes of words in a line of memory, and a line of them.
template <DType type>
constexpr int line_lanes = 64 / bytes_each<type> / each<type> / 16;
template <DType type>
inline void load_line(const void* weights, Lanes (&words)[line_lanes<type>]) {
#if defined(__AVX512F__)
  if constexpr (type == DType::f16) return load_half_line(static_cast<const Half*>(weights), words);
#endif
  CRIA_UNROLL
  for (int i = 0; i < line_lanes<type>; ++i)
    words[i] = load_words<type>(at<type>(weights, i * 16 * each<type>));
}

template <DType type>
inline Strip load_word_strip(const void* weights) {
  if constexpr (in_pairs<type>)
    return load_strip(static_cast<const float*>(weights));
  else
    return load_strip_as<type>(weights);
}

/// The first `count` <= 16 * each numbers, zeros after them; reads no further.
template <DType type>
inline Lanes load_words_part(const void* weights, std::int64_t count) {
  alignas(64) unsigned char part[16 * each<type> * bytes_each<type>] = {};
  __builtin_memcpy(part, weights, static_cast<unsigned long>(count) * bytes_each<type>);
  return load_words<type>(part);
}

/// sum + weight * x, of a pair both products.
template <DType type>
inline Lanes multiply_add(Lanes weight, Lanes x, Lanes sum) {
#if defined(__AVX512BF16__)
  if constexpr (in_pairs<type>)
    return {_mm512_dpbf16_ps(sum.all, reinterpret_cast<__m512bh>(weight.all),
                             reinterpret_cast<__m512bh>(x.all))};
#endif
  return fused(weight, x, sum);
}

}  // namespace
}  // namespace cria::kernels::cpu::CRIA_ISA
