// What a kernel may call. Everything that looks at the machine is a function of the machine's own,
// so that the checks of memory see the kernel's accesses only.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "tests/simt/include/vector_types.h"

namespace simt {

uint3 thread_index();
uint3 block_index();
uint3 block_size();
uint3 grid_size();

void block_barrier();
void warp_barrier(unsigned mask);
/// Deposits `bits` and returns what lane `from` of the warp deposited; `from` outside `mask` is a
/// fault.
std::uint64_t warp_exchange(unsigned mask, std::uint64_t bits, int from);
unsigned warp_ballot(unsigned mask, bool vote);
int lane();

/// Faults unless `address` is a multiple of `alignment`.
void require_alignment(const void* address, std::size_t alignment);
void fence();
std::uint32_t atomic_add(std::uint32_t* address, std::uint32_t value);
std::uint32_t atomic_min(std::uint32_t* address, std::uint32_t value);

template <typename T>
std::uint64_t to_bits(T value) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8);
  if constexpr (sizeof(T) == 4)
    return std::bit_cast<std::uint32_t>(value);
  else
    return std::bit_cast<std::uint64_t>(value);
}
template <typename T>
T from_bits(std::uint64_t bits) {
  if constexpr (sizeof(T) == 4)
    return std::bit_cast<T>(static_cast<std::uint32_t>(bits));
  else
    return std::bit_cast<T>(bits);
}

}  // namespace simt

// NOLINTBEGIN(bugprone-reserved-identifier): the names are CUDA's.
#define threadIdx (::simt::thread_index())
#define blockIdx (::simt::block_index())
#define blockDim (::simt::block_size())
#define gridDim (::simt::grid_size())

inline void __syncthreads() { simt::block_barrier(); }
inline void __syncwarp(unsigned mask = 0xFFFFFFFFU) { simt::warp_barrier(mask); }
inline void __threadfence() { simt::fence(); }

template <typename T>
T __shfl_sync(unsigned mask, T value, int from, int width = 32) {
  const int segment = simt::lane() / width * width;
  return simt::from_bits<T>(
      simt::warp_exchange(mask, simt::to_bits(value), segment + from % width));
}
template <typename T>
T __shfl_xor_sync(unsigned mask, T value, int other, int width = 32) {
  const int from = simt::lane() ^ other;
  const bool inside = from / width == simt::lane() / width;
  return simt::from_bits<T>(
      simt::warp_exchange(mask, simt::to_bits(value), inside ? from : simt::lane()));
}
template <typename T>
T __shfl_down_sync(unsigned mask, T value, unsigned by, int width = 32) {
  const int from = simt::lane() + static_cast<int>(by);
  const bool inside = from / width == simt::lane() / width;
  return simt::from_bits<T>(
      simt::warp_exchange(mask, simt::to_bits(value), inside ? from : simt::lane()));
}
inline unsigned __ballot_sync(unsigned mask, bool vote) { return simt::warp_ballot(mask, vote); }
inline bool __any_sync(unsigned mask, bool vote) { return simt::warp_ballot(mask, vote) != 0; }
inline bool __all_sync(unsigned mask, bool vote) { return simt::warp_ballot(mask, !vote) == 0; }

inline unsigned atomicAdd(unsigned* address, unsigned value) {
  return simt::atomic_add(address, value);
}
inline unsigned atomicMin(unsigned* address, unsigned value) {
  return simt::atomic_min(address, value);
}

/// A load of the whole T at once: its address must be a multiple of T's size.
template <typename T>
T __ldg(const T* address) {
  simt::require_alignment(address, alignof(T));
  return *address;
}

/// The sum of four products of signed bytes and `sum`.
inline int __dp4a(int a, int b, int sum) {
  for (int i = 0; i < 4; ++i)
    sum += static_cast<std::int8_t>(a >> 8 * i) * static_cast<std::int8_t>(b >> 8 * i);
  return sum;
}

inline float __int_as_float(int bits) { return std::bit_cast<float>(bits); }
inline float __uint_as_float(unsigned bits) { return std::bit_cast<float>(bits); }
inline int __float_as_int(float value) { return std::bit_cast<int>(value); }
inline unsigned __float_as_uint(float value) { return std::bit_cast<unsigned>(value); }
/// Rounded on their own: not part of a fused multiply-add.
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fdividef(float a, float b) { return a / b; }
inline float rsqrtf(float value) { return 1 / std::sqrt(value); }

/// Past the nearest cache; there is none here.
template <typename T>
T __ldcg(const T* address) {
  return *address;
}
// NOLINTEND(bugprone-reserved-identifier)

using std::max;
using std::min;
