#include "tests/simt/faulty_kernels.h"

#include "kernels/cuda/launch.cuh"

namespace simt::testing {
namespace {

__global__ void write_all_kernel(int* out, int factor) {
  const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  out[i] = i * factor;
}

__global__ void sum_kernel(const float* in, float* out, bool with_barrier) {
  CRIA_SHARED_ARRAY(float, sums, 2);
  float value = in[threadIdx.x];
  for (int other = 16; other > 0; other /= 2) value += __shfl_xor_sync(0xFFFFFFFFU, value, other);
  if (threadIdx.x % 32 == 0) sums[threadIdx.x / 32] = value;
  if (with_barrier) __syncthreads();
  if (threadIdx.x == 40) *out = sums[0] + sums[1];
}

__global__ void reverse_kernel(const float* in, float* out) {
  CRIA_DYNAMIC_SHARED(float, values);
  values[threadIdx.x] = in[threadIdx.x];
  __syncthreads();
  out[threadIdx.x] = values[63 - threadIdx.x];
}

__global__ void add_range_kernel(const float* in, int from, int count, float* out) {
  float total = 0;
  for (int i = from; i < from + count; ++i) total += in[i];
  *out = total;
}

__global__ void read_wide_kernel(const float* in, int offset, float* out) {
  const float4 four = __ldg(reinterpret_cast<const float4*>(in + offset));
  *out = four.x + four.w;
}

__global__ void barrier_for_some_kernel(int first_absent, int* out) {
  if (static_cast<int>(threadIdx.x) < first_absent) __syncthreads();
  out[threadIdx.x] = 1;
}

__global__ void exchange_without_one_kernel(int* out) {
  if (threadIdx.x == 5) return;
  out[threadIdx.x] = __shfl_sync(0xFFFFFFFFU, static_cast<int>(threadIdx.x), 3);
}

__global__ void pass_within_warp_kernel(int* out, bool with_barrier) {
  CRIA_SHARED_ARRAY(int, value, 1);
  if (threadIdx.x == 1) value[0] = 6;
  __syncthreads();
  if (threadIdx.x == 0) value[0] = 7;
  if (with_barrier) __syncwarp();
  if (threadIdx.x == 1) *out = value[0];
}

__global__ void read_unwritten_shared_kernel(int* out) {
  CRIA_SHARED_ARRAY(int, values, 64);
  if (threadIdx.x < 32) values[threadIdx.x] = 1;
  __syncthreads();
  out[threadIdx.x] = values[threadIdx.x];
}

__global__ void take_shared_kernel(int* out) {
  CRIA_DYNAMIC_SHARED(int, values);
  values[0] = 1;
  *out = values[0];
}

}  // namespace

using cria::kernels::cuda::launch;

cudaError_t write_all(cudaStream_t stream, int* out, int factor) {
  return launch<write_all_kernel>(stream, 2, 64, 0, out, factor);
}
cudaError_t sum(cudaStream_t stream, const float* in, float* out, bool with_barrier) {
  return launch<sum_kernel>(stream, 1, 64, 0, in, out, with_barrier);
}
cudaError_t reverse(cudaStream_t stream, const float* in, float* out, int floats) {
  return launch<reverse_kernel>(stream, 1, 64, sizeof(float) * static_cast<std::size_t>(floats), in,
                                out);
}
cudaError_t add_range(cudaStream_t stream, const float* in, int from, int count, float* out) {
  return launch<add_range_kernel>(stream, 1, 1, 0, in, from, count, out);
}
cudaError_t read_wide(cudaStream_t stream, const float* in, int offset, float* out) {
  return launch<read_wide_kernel>(stream, 1, 1, 0, in, offset, out);
}
cudaError_t barrier_for_some(cudaStream_t stream, int first_absent, int* out) {
  return launch<barrier_for_some_kernel>(stream, 1, 64, 0, first_absent, out);
}
cudaError_t exchange_without_one(cudaStream_t stream, int* out) {
  return launch<exchange_without_one_kernel>(stream, 1, 32, 0, out);
}
cudaError_t pass_within_warp(cudaStream_t stream, int* out, bool with_barrier) {
  return launch<pass_within_warp_kernel>(stream, 1, 32, 0, out, with_barrier);
}
cudaError_t read_unwritten_shared(cudaStream_t stream, int* out) {
  return launch<read_unwritten_shared_kernel>(stream, 1, 64, 0, out);
}
cudaError_t take_shared(cudaStream_t stream, std::size_t bytes, int* out) {
  return launch<take_shared_kernel>(stream, 1, 1, bytes, out);
}

int read_on_host(const int* card_memory) { return *card_memory; }

}  // namespace simt::testing
