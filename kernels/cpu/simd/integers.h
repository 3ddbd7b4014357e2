// Sixteen 32-bit sums of products of weight bytes and activation bytes, exact and so the same in
// every instruction set.
//
// Weights are stored unsigned, as VNNI multiplies them; `start` is the integer that makes up for
// what was added to them (BlockRows::starts). Where q8's bytes are made signed again, there is
// nothing to make up for.
//
// The header of an instruction set gives struct Integers and, beside what the names say:
//   spread_four      the four bytes at p, sixteen times
//   first_sum        what a block's sum begins with
//   multiply_four    sum + the products of four bytes of w with four of x, each four a lane
//   last_sum         the block's sum in 32 bits; until then, it may have been kept otherwise
// `small` is q4: weights are at most 15, and the 32 products of a block with x fit 16 bits by
// pairs.
#pragma once

#include "kernels/cpu/simd/lanes.h"

#if defined(__aarch64__)
#include "kernels/cpu/simd/integers_neon.h"
#elif defined(__AVX512F__)
#include "kernels/cpu/simd/integers_avx512.h"
#else
#include "kernels/cpu/simd/integers_avx2.h"
#endif
