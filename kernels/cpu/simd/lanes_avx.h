// What the two forms of Lanes on x86-64 share.
#pragma once

#include <immintrin.h>

#if defined(__AVX512F__)
#include "kernels/cpu/simd/lanes_avx512.h"
#else
#include "kernels/cpu/simd/lanes_avx2.h"
#endif

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

inline float sum_of(Lanes lanes16) {
  const __m256 eight = fold(lanes16);
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

inline float largest_of(Lanes a) {
  const __m256 eight = fold_larger(a);
  const __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}

inline float root_of(float value) { return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(value))); }

}  // namespace
}  // namespace cria::kernels::cpu::CRIA_ISA
