// Lanes in four NEON registers. Conversions from and to f16 are plain ARMv8-A.
#pragma once

#include <arm_neon.h>

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

struct Lanes {
  float32x4_t fours[4];
};
using Strip = float32x4_t;
constexpr int strip_lanes = 4;
constexpr int panel_lanes = 1;
constexpr int panel_rows = 6;
constexpr int attend_sums = 4;

/// What `four` gives for each of the four registers.
template <typename Four>
CRIA_INLINE Lanes by_fours(Four four) {
  return {{four(0), four(1), four(2), four(3)}};
}

inline Strip& strip(Lanes& a, int i) { return a.fours[i]; }
inline Strip load_strip(const float* p) { return vld1q_f32(p); }
inline Strip load_strip_half(const Half* p) {
  return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p)));
}
inline Strip load_strip_bfloat(const Half* p) {
  return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(p), 16));
}
inline void store_strip(float* p, Strip a) { vst1q_f32(p, a); }
inline Lanes spread(float value) {
  return by_fours([=](int) { return vdupq_n_f32(value); });
}
inline Lanes zero() { return spread(0); }
inline Lanes load(const float* p) {
  return by_fours([=](int i) { return load_strip(p + 4 * i); });
}
inline void store(float* p, Lanes a) {
  CRIA_UNROLL
  for (int i = 0; i < 4; ++i) store_strip(p + 4 * i, a.fours[i]);
}
inline Lanes load_signed_bytes(const void* p) {
  const int8x16_t bytes = vld1q_s8(static_cast<const std::int8_t*>(p));
  const int16x8_t low = vmovl_s8(vget_low_s8(bytes));
  const int16x8_t high = vmovl_high_s8(bytes);
  return {{vcvtq_f32_s32(vmovl_s16(vget_low_s16(low))), vcvtq_f32_s32(vmovl_high_s16(low)),
           vcvtq_f32_s32(vmovl_s16(vget_low_s16(high))), vcvtq_f32_s32(vmovl_high_s16(high))}};
}
inline Lanes load_half(const Half* p) {
  return by_fours([=](int i) { return load_strip_half(p + 4 * i); });
}
inline Lanes load_bfloat(const Half* p) {
  return by_fours([=](int i) { return load_strip_bfloat(p + 4 * i); });
}
inline void store_half(Half* p, Lanes a) {
  CRIA_UNROLL
  for (int i = 0; i < 4; ++i) vst1_u16(p + 4 * i, vreinterpret_u16_f16(vcvt_f16_f32(a.fours[i])));
}
inline void store_bfloat(Half* p, Lanes a) {
  CRIA_UNROLL
  for (int i = 0; i < 4; ++i) {
    const uint32x4_t bits = vreinterpretq_u32_f32(a.fours[i]);
    const uint32x4_t odd = vandq_u32(vshrq_n_u32(bits, 16), vdupq_n_u32(1));
    const uint32x4_t rounded = vaddq_u32(bits, vaddq_u32(odd, vdupq_n_u32(0x7FFF)));
    const uint32x4_t number = vceqq_f32(a.fours[i], a.fours[i]);
    vst1_u16(p + 4 * i, vshrn_n_u32(vbslq_u32(number, rounded, vdupq_n_u32(0x7FC00000)), 16));
  }
}
inline Lanes add(Lanes a, Lanes b) {
  return by_fours([&](int i) { return vaddq_f32(a.fours[i], b.fours[i]); });
}
inline Lanes multiply(Lanes a, Lanes b) {
  return by_fours([&](int i) { return vmulq_f32(a.fours[i], b.fours[i]); });
}
inline Lanes divide(Lanes a, Lanes b) {
  return by_fours([&](int i) { return vdivq_f32(a.fours[i], b.fours[i]); });
}
inline Lanes square_root(Lanes a) {
  return by_fours([&](int i) { return vsqrtq_f32(a.fours[i]); });
}
inline Lanes magnitude(Lanes a) {
  return by_fours([&](int i) { return vabsq_f32(a.fours[i]); });
}
inline Lanes where_above(Lanes a, Lanes b, Lanes yes, Lanes no) {
  return by_fours([&](int i) {
    return vbslq_f32(vcgtq_f32(a.fours[i], b.fours[i]), yes.fours[i], no.fours[i]);
  });
}
// Not the processor's own maximum, which is NaN where either is.
inline Lanes larger(Lanes a, Lanes b) { return where_above(a, b, a, b); }
inline Lanes smaller(Lanes a, Lanes b) { return where_above(b, a, a, b); }
inline Lanes fused(Lanes a, Lanes b, Lanes c) {
  return by_fours([&](int i) { return vfmaq_f32(c.fours[i], a.fours[i], b.fours[i]); });
}
inline Lanes nearest(Lanes a) {
  return by_fours([&](int i) { return vrndnq_f32(a.fours[i]); });
}
inline Lanes power_of_two(Lanes n) {
  return by_fours([&](int i) {
    const int32x4_t exponent = vaddq_s32(vcvtq_s32_f32(n.fours[i]), vdupq_n_s32(127));
    return vreinterpretq_f32_s32(vshlq_n_s32(exponent, 23));
  });
}
inline Lanes where_not_below(Lanes x, Lanes limit, Lanes a) {
  return by_fours([&](int i) {
    const uint32x4_t below = vcltq_f32(x.fours[i], limit.fours[i]);
    return vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32(a.fours[i]), below));
  });
}
inline bool all_finite(Lanes a) {
  const uint32x4_t exponent = vdupq_n_u32(0x7F800000);
  uint32x4_t bad = vdupq_n_u32(0);
  CRIA_UNROLL
  for (int i = 0; i < 4; ++i) {
    const uint32x4_t bits = vreinterpretq_u32_f32(a.fours[i]);
    bad = vorrq_u32(bad, vceqq_u32(vandq_u32(bits, exponent), exponent));
  }
  return vmaxvq_u32(bad) == 0;
}
inline void store_words(void* p, Lanes low, Lanes high) {
  auto* to = static_cast<std::uint32_t*>(p);
  CRIA_UNROLL
  for (int i = 0; i < 4; ++i) {
    const uint32x4_t above = vshlq_n_u32(vcvtq_u32_f32(high.fours[i]), 16);
    vst1q_u32(to + 4 * i, vorrq_u32(vcvtq_u32_f32(low.fours[i]), above));
  }
}
inline void store_bytes(void* p, Lanes low, Lanes high) {
  auto* to = static_cast<std::int8_t*>(p);
  const auto eight = [](float32x4_t a, float32x4_t b) {
    return vmovn_s16(vcombine_s16(vmovn_s32(vcvtq_s32_f32(a)), vmovn_s32(vcvtq_s32_f32(b))));
  };
  vst1_s8(to, eight(low.fours[0], low.fours[1]));
  vst1_s8(to + 8, eight(low.fours[2], low.fours[3]));
  vst1_s8(to + 16, eight(high.fours[0], high.fours[1]));
  vst1_s8(to + 24, eight(high.fours[2], high.fours[3]));
}
/// Four rows become columns.
inline void transpose(Strip (&rows)[4]) {
  const auto wide = [](float32x4_t a) { return vreinterpretq_f64_f32(a); };
  const float64x2_t even_low = wide(vtrn1q_f32(rows[0], rows[1]));
  const float64x2_t odd_low = wide(vtrn2q_f32(rows[0], rows[1]));
  const float64x2_t even_high = wide(vtrn1q_f32(rows[2], rows[3]));
  const float64x2_t odd_high = wide(vtrn2q_f32(rows[2], rows[3]));
  rows[0] = vreinterpretq_f32_f64(vtrn1q_f64(even_low, even_high));
  rows[1] = vreinterpretq_f32_f64(vtrn1q_f64(odd_low, odd_high));
  rows[2] = vreinterpretq_f32_f64(vtrn2q_f64(even_low, even_high));
  rows[3] = vreinterpretq_f32_f64(vtrn2q_f64(odd_low, odd_high));
}
inline float sum_of(Lanes a) {
  const float32x4_t four =
      vaddq_f32(vaddq_f32(a.fours[0], a.fours[2]), vaddq_f32(a.fours[1], a.fours[3]));
  const float32x2_t two = vadd_f32(vget_low_f32(four), vget_high_f32(four));
  return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
}
inline float largest_of(Lanes a) {
  return vmaxvq_f32(
      vmaxq_f32(vmaxq_f32(a.fours[0], a.fours[1]), vmaxq_f32(a.fours[2], a.fours[3])));
}
inline float root_of(float value) { return vget_lane_f32(vsqrt_f32(vdup_n_f32(value)), 0); }

}  // namespace
}  // namespace cria::kernels::cpu::CRIA_ISA
