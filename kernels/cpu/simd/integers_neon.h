// Integers in four NEON registers. Both factors of a product are signed.
#pragma once

#include <arm_neon.h>

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

struct Integers {
  int32x4_t fours[4];
};

template <typename Four>
CRIA_INLINE Integers integers_by_fours(Four four) {
  return {{four(0), four(1), four(2), four(3)}};
}

inline Integers load_bytes(const std::uint8_t* p) {
  return integers_by_fours([=](int i) { return vreinterpretq_s32_u8(vld1q_u8(p + 16 * i)); });
}
inline Integers spread_integer(std::int32_t value) {
  return integers_by_fours([=](int) { return vdupq_n_s32(value); });
}
inline Integers spread_four(const std::int8_t* p) {
  std::int32_t four;
  __builtin_memcpy(&four, p, 4);
  return spread_integer(four);
}
inline Integers low_nibbles(Integers a) {
  return integers_by_fours(
      [&](int i) { return vandq_s32(a.fours[i], vreinterpretq_s32_u8(vdupq_n_u8(15))); });
}
inline Integers high_nibbles(Integers a) {
  return integers_by_fours(
      [&](int i) { return vreinterpretq_s32_u8(vshrq_n_u8(vreinterpretq_u8_s32(a.fours[i]), 4)); });
}
inline Lanes as_floats(Integers a) {
  return by_fours([&](int i) { return vcvtq_f32_s32(a.fours[i]); });
}

template <bool small>
inline Integers first_sum(std::int32_t start) {
  return spread_integer(small ? start : 0);
}
template <bool small>
inline Integers last_sum(Integers sum, std::int32_t) {
  return sum;
}

inline int32x4_t multiply_signed(int32x4_t sum, int8x16_t w, int8x16_t x) {
#if defined(__ARM_FEATURE_DOTPROD)
  return vdotq_s32(sum, w, x);
#else
  // Two products fit 16 bits, as no activation is -128.
  const int16x8_t low = vmull_s8(vget_low_s8(w), vget_low_s8(x));
  const int16x8_t high = vmull_high_s8(w, x);
  return vpadalq_s16(sum, vpaddq_s16(low, high));
#endif
}
template <bool small>
inline Integers multiply_four(Integers sum, Integers w, Integers x) {
  const int8x16_t top_bit = vdupq_n_s8(small ? 0 : -128);  // turned, it takes 128 from a byte
  return integers_by_fours([&](int i) {
    return multiply_signed(sum.fours[i], veorq_s8(vreinterpretq_s8_s32(w.fours[i]), top_bit),
                           vreinterpretq_s8_s32(x.fours[i]));
  });
}

}  // namespace
}  // namespace cria::kernels::cpu::CRIA_ISA
