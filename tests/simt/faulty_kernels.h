// Small kernels, right and wrong, each launched by a function of its name.
#pragma once

#include "tests/simt/include/runtime_api.h"

namespace simt::testing {

/// Every thread of 2 blocks of 64 writes its place times `factor`.
cudaError_t write_all(cudaStream_t stream, int* out, int factor);
/// Sums 64 floats by shuffles, a warp each, then over shared memory.
cudaError_t sum(cudaStream_t stream, const float* in, float* out, bool with_barrier);
/// Reverses 64 floats in shared memory of `floats`.
cudaError_t reverse(cudaStream_t stream, const float* in, float* out, int floats);
/// Writes the sum of what lies at in[from] and behind it, `count` floats.
cudaError_t add_range(cudaStream_t stream, const float* in, int from, int count, float* out);
/// Reads 16 bytes at in + `offset` floats.
cudaError_t read_wide(cudaStream_t stream, const float* in, int offset, float* out);
/// Threads below `first_absent` come to a barrier, the others do not.
cudaError_t barrier_for_some(cudaStream_t stream, int first_absent, int* out);
/// Lane 5 leaves before the warp's exchange.
cudaError_t exchange_without_one(cudaStream_t stream, int* out);
/// Lane 0 writes what lane 1 reads after __syncwarp, or without it.
cudaError_t pass_within_warp(cudaStream_t stream, int* out, bool with_barrier);
/// Reads shared memory that only half of the threads wrote.
cudaError_t read_unwritten_shared(cudaStream_t stream, int* out);
/// Asks for `bytes` of dynamic shared memory.
cudaError_t take_shared(cudaStream_t stream, std::size_t bytes, int* out);
/// A host function that reads the card's memory.
int read_on_host(const int* card_memory);

}  // namespace simt::testing
