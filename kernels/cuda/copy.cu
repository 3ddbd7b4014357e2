// A thread 16 bytes at a time, four of them in flight; the threads of a block side by side.
#include <algorithm>

#include "kernels/cuda/copy.h"
#include "kernels/cuda/launch.cuh"

namespace cria::kernels::cuda {
namespace {

constexpr int threads = 256;
constexpr int unrolled = 4;
constexpr int blocks_a_multiprocessor = 8;

__global__ void __launch_bounds__(threads)
    copy_kernel(const uint4* from, uint4* to, std::int64_t count) {
  constexpr std::int64_t piece = threads * unrolled;
  for (std::int64_t first = blockIdx.x * piece; first < count; first += gridDim.x * piece) {
    uint4 held[unrolled];
#pragma unroll
    for (int i = 0; i < unrolled; ++i) {
      const std::int64_t at = first + i * threads + threadIdx.x;
      if (at < count) held[i] = __ldg(from + at);
    }
#pragma unroll
    for (int i = 0; i < unrolled; ++i) {
      const std::int64_t at = first + i * threads + threadIdx.x;
      if (at < count) to[at] = held[i];
    }
  }
}

}  // namespace

cudaError_t copy(cudaStream_t stream, const Card& card, const std::byte* from, std::byte* to,
                 std::int64_t bytes) {
  const std::int64_t count = bytes / 16;
  const std::int64_t pieces = (count + threads * unrolled - 1) / (threads * unrolled);
  const std::int64_t blocks =
      std::min<std::int64_t>(pieces, std::int64_t{card.multiprocessors} * blocks_a_multiprocessor);
  return launch<copy_kernel>(stream, static_cast<unsigned>(blocks), threads, 0,
                             reinterpret_cast<const uint4*>(from), reinterpret_cast<uint4*>(to),
                             count);
}

}  // namespace cria::kernels::cuda
