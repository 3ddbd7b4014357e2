// Sixteen 32-bit sums of products of weight bytes and activation bytes, exact and so the same in
// every instruction set.
//
// Weights are stored unsigned, as x86-64 multiplies them; a sum begins with the integer that makes
// up for what was added to them (BlockRows::starts). Where both factors of a product are signed,
// q8's bytes are made so again, and its sums begin at zero.
//
// The header of an instruction set gives struct Integers and, beside what the names say:
//   spread_four      the four bytes at p, sixteen times
//   first_sum        `start`, or zero where nothing has to be made up for
//   multiply_four    sum + the products of four bytes of w with four of x, each four a lane
// `small` is q4: weights are at most 15.
#pragma once

#include "kernels/cpu/simd/lanes.h"

#if defined(__aarch64__)
#include "kernels/cpu/simd/integers_neon.h"
#elif defined(__AVX512F__)
#include "kernels/cpu/simd/integers_avx512.h"
#else
#include "kernels/cpu/simd/integers_avx2.h"
#endif
