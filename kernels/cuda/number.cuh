// Numbers of every format, sixteen bytes at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cuda_runtime.h>

#include "kernels/dtype.h"

#ifdef __CUDACC__
#include <cuda_fp16.h>
#else
#include "kernels/half.h"
#endif

namespace cria::kernels::cuda {

__device__ inline float f32_of_bf16(unsigned bits) { return __uint_as_float(bits << 16); }

/// To the nearest, ties to even. Precondition: finite.
__device__ inline unsigned bf16_of_f32(float value) {
  const unsigned bits = __float_as_uint(value);
  return (bits + 0x7FFFU + (bits >> 16 & 1U)) >> 16;
}

#ifdef __CUDACC__
__device__ inline float f32_of_f16(unsigned bits) {
  return __half2float(__ushort_as_half(static_cast<unsigned short>(bits)));
}
__device__ inline unsigned f16_of_f32(float value) {
  return __half_as_ushort(__float2half_rn(value));
}
#else
inline float f32_of_f16(unsigned bits) { return f32_from_f16(static_cast<std::uint16_t>(bits)); }
inline unsigned f16_of_f32(float value) { return f16_from_f32(value); }
#endif

/// Sixteen bytes at once, past the caches that other blocks share nothing through: weights are read
/// once. Precondition: `address` is a multiple of 16.
__device__ inline uint4 load_16(const void* address) {
  return __ldg(static_cast<const uint4*>(address));
}

/// Formats of weights and of the cache: `unit` elements are what 16 bytes hold.
struct F32 {
  static constexpr int unit = 4;
  /// What a product makes of an activation (weight_format.h).
  __device__ static float activation(float value) { return value; }
  __device__ static void expand(uint4 raw, float (&values)[unit]) {
    values[0] = __uint_as_float(raw.x);
    values[1] = __uint_as_float(raw.y);
    values[2] = __uint_as_float(raw.z);
    values[3] = __uint_as_float(raw.w);
  }
};

struct F16 {
  static constexpr int unit = 8;
  __device__ static float activation(float value) { return value; }
  __device__ static void expand(uint4 raw, float (&values)[unit]) {
    const unsigned pairs[4] = {raw.x, raw.y, raw.z, raw.w};
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      values[2 * i] = f32_of_f16(pairs[i] & 0xFFFFU);
      values[2 * i + 1] = f32_of_f16(pairs[i] >> 16);
    }
  }
};

struct BF16 {
  static constexpr int unit = 8;
  __device__ static float activation(float value) { return f32_of_bf16(bf16_of_f32(value)); }
  __device__ static void expand(uint4 raw, float (&values)[unit]) {
    const unsigned pairs[4] = {raw.x, raw.y, raw.z, raw.w};
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      values[2 * i] = f32_of_bf16(pairs[i]);
      values[2 * i + 1] = __uint_as_float(pairs[i] & 0xFFFF0000U);
    }
  }
};

/// Element `index` of an array of `type`.
__device__ inline float load_number(const std::byte* data, DType type, std::int64_t index) {
  if (type == DType::f32) return reinterpret_cast<const float*>(data)[index];
  const unsigned bits = reinterpret_cast<const std::uint16_t*>(data)[index];
  return type == DType::f16 ? f32_of_f16(bits) : f32_of_bf16(bits);
}

__device__ inline void store_number(std::byte* data, DType type, std::int64_t index, float value) {
  if (type == DType::f32)
    reinterpret_cast<float*>(data)[index] = value;
  else
    reinterpret_cast<std::uint16_t*>(data)[index] =
        static_cast<std::uint16_t>(type == DType::f16 ? f16_of_f32(value) : bf16_of_f32(value));
}

/// Eight elements that begin at a multiple of eight.
template <typename Format>
__device__ void load_8(const std::byte* data, std::int64_t index, float (&values)[8]) {
  if constexpr (Format::unit == 8) {
    Format::expand(load_16(data + 2 * index), values);
  } else {
    const uint4 first = load_16(data + 4 * index);
    const uint4 second = load_16(data + 4 * index + 16);
    float half[4];
    Format::expand(first, half);
#pragma unroll
    for (int i = 0; i < 4; ++i) values[i] = half[i];
    Format::expand(second, half);
#pragma unroll
    for (int i = 0; i < 4; ++i) values[4 + i] = half[i];
  }
}

}  // namespace cria::kernels::cuda
