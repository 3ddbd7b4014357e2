// attend of a prefill: tiles of queries against tiles of keys, online softmax; nothing of length x
// length lies in memory.
//
// A block takes up to `queries` queries: rows of one sequence, with the heads that share one KV
// head. Thread (y, x) of 16 x 16 scores queries y * per_thread.. against keys x, x + 16, .., and
// then adds up elements 4 x.. of those queries. Tiles of keys begin at fixed positions, so that a
// row's bits do not depend on the rows beside it.
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/number.cuh"
#include "kernels/cuda/softmax.cuh"
#include "kernels/cuda/stages.h"

namespace cria::kernels::cuda {
namespace {

constexpr int side = 16;
constexpr int threads = side * side;

/// Tiles for heads of up to `Width` elements, so that they fit what every card has of shared
/// memory.
template <int Width>
struct Tile {
  static constexpr int queries = Width == 64 ? 64 : 32;
  static constexpr int keys = Width == 64 ? 32 : 16;
  static constexpr int stride = Width + 4;  // so that the lanes' float4 lie in different banks
  static constexpr int per_thread = queries / side;
  static constexpr int keys_per_thread = keys / side;
  static constexpr int fours_per_thread = Width / 4 / side;
};

int width_for(const Heads& heads) { return heads.dim <= 64 ? 64 : 128; }
int tile_queries(const Heads& heads) {
  return width_for(heads) == 64 ? Tile<64>::queries : Tile<128>::queries;
}
/// Query heads of a KV head that a block takes at once.
int heads_a_block(const Heads& heads) {
  return std::min(heads.query / heads.key_value, tile_queries(heads));
}

template <int Width>
__device__ float dot_4(const float4& a, const float4& b, float sum) {
  return fmaf(a.w, b.w, fmaf(a.z, b.z, fmaf(a.y, b.y, fmaf(a.x, b.x, sum))));
}

/// Positions [first, end) of the cache as float32 [keys][stride]; zeros from `end` on.
template <typename Format, int Width>
__device__ void load_tile(const CacheView& cache, const std::byte* from, int kv,
                          const StepRow& span, int first, int end, float* tile) {
  constexpr int octets = Width / 8;
  for (int i = static_cast<int>(threadIdx.x); i < Tile<Width>::keys * octets; i += threads) {
    const int position = first + i / octets;
    const int at = i % octets * 8;
    float values[8] = {};
    if (position < end && at < cache.width)
      load_8<Format>(from, (kv * cache.cells + span.cell_of(position)) * cache.width + at, values);
    float4* to = reinterpret_cast<float4*>(tile + i / octets * Tile<Width>::stride + at);
    to[0] = make_float4(values[0], values[1], values[2], values[3]);
    to[1] = make_float4(values[4], values[5], values[6], values[7]);
  }
}

template <typename Format, int Width>
__global__ void __launch_bounds__(threads, 2)
    attend_blocks_kernel(Attend in, StepView step, int block_heads) {
  using Sizes = Tile<Width>;
  constexpr int mine = Sizes::per_thread;
  CRIA_SHARED_ARRAY(float4, q_tile, Sizes::queries * Sizes::stride / 4);
  CRIA_SHARED_ARRAY(float4, k_tile, Sizes::keys * Sizes::stride / 4);
  CRIA_SHARED_ARRAY(float4, v_tile, Sizes::keys * Sizes::stride / 4);
  CRIA_SHARED_ARRAY(float, weights, Sizes::queries*(Sizes::keys + 1));
  const int x = static_cast<int>(threadIdx.x) % side;
  const int y = static_cast<int>(threadIdx.x) / side;
  const int group = in.heads.query / in.heads.key_value;
  const int chunks = (group + block_heads - 1) / block_heads;
  const int kv = static_cast<int>(blockIdx.y) / chunks;
  const int first_head = static_cast<int>(blockIdx.y) % chunks * block_heads;
  const QueryBlock block = step.blocks[blockIdx.x];

  /// Query i of the tile: its row of the step, or -1, and its head.
  const auto row_of = [&](int i) {
    const bool there = i / block_heads < block.count && first_head + i % block_heads < group;
    return there ? step.order[block.first + i / block_heads] : -1;
  };
  const auto head_of = [&](int i) { return kv * group + first_head + i % block_heads; };

  float* const q_floats = reinterpret_cast<float*>(q_tile);
  for (int i = static_cast<int>(threadIdx.x); i < Sizes::queries * Width; i += threads) {
    const int row = row_of(i / Width);
    const int d = i % Width;
    float value = 0;
    if (row >= 0 && d < in.heads.dim)
      value = in.queries.data[in.queries.stride * row + head_of(i / Width) * in.heads.dim + d];
    q_floats[i / Width * Sizes::stride + d] = value * (in.heads.scale * log2_e);
  }

  int last[mine];  // position of each query, -1: none
  float largest[mine];
  float total[mine];
  float4 sums[mine][Sizes::fours_per_thread];
#pragma unroll
  for (int i = 0; i < mine; ++i) {
    const int row = row_of(y * mine + i);
    last[i] = row < 0 ? -1 : step.rows[row].position;
    largest[i] = -infinity();
    total[i] = 0;
#pragma unroll
    for (int f = 0; f < Sizes::fours_per_thread; ++f) sums[i][f] = make_float4(0, 0, 0, 0);
  }
  // Rows of a sequence ascend, so the last row of the block sees furthest.
  const StepRow furthest = step.rows[step.order[block.first + block.count - 1]];
  const int end = furthest.position + 1;

  for (int first = 0; first < end; first += Sizes::keys) {
    __syncthreads();  // nobody reads the former tiles any more
    load_tile<Format, Width>(in.cache, in.cache.k, kv, furthest, first, end,
                             reinterpret_cast<float*>(k_tile));
    load_tile<Format, Width>(in.cache, in.cache.v, kv, furthest, first, end,
                             reinterpret_cast<float*>(v_tile));
    __syncthreads();

    float scores[mine][Sizes::keys_per_thread] = {};
    for (int d = 0; d < Width / 4; ++d) {
      float4 k[Sizes::keys_per_thread];
#pragma unroll
      for (int j = 0; j < Sizes::keys_per_thread; ++j)
        k[j] = k_tile[(x + j * side) * (Sizes::stride / 4) + d];
#pragma unroll
      for (int i = 0; i < mine; ++i) {
        const float4 q = q_tile[(y * mine + i) * (Sizes::stride / 4) + d];
#pragma unroll
        for (int j = 0; j < Sizes::keys_per_thread; ++j)
          scores[i][j] = dot_4<Width>(q, k[j], scores[i][j]);
      }
    }
#pragma unroll
    for (int i = 0; i < mine; ++i) {
      float best = -infinity();
#pragma unroll
      for (int j = 0; j < Sizes::keys_per_thread; ++j) {
        if (first + x + j * side > last[i]) scores[i][j] = -infinity();
        best = fmaxf(best, scores[i][j]);
      }
      for (int other = side / 2; other > 0; other /= 2)
        best = fmaxf(best, __shfl_xor_sync(0xFFFFFFFFU, best, other));
      const float now = fmaxf(largest[i], best);
      const float kept = kept_of(largest[i], now);
      float added = 0;
#pragma unroll
      for (int j = 0; j < Sizes::keys_per_thread; ++j) {
        const float weight = kept_of(scores[i][j], now);
        weights[(y * mine + i) * (Sizes::keys + 1) + x + j * side] = weight;
        added += weight;
      }
      for (int other = side / 2; other > 0; other /= 2)
        added += __shfl_xor_sync(0xFFFFFFFFU, added, other);
      total[i] = fmaf(total[i], kept, added);
      largest[i] = now;
#pragma unroll
      for (int f = 0; f < Sizes::fours_per_thread; ++f) {
        sums[i][f].x *= kept;
        sums[i][f].y *= kept;
        sums[i][f].z *= kept;
        sums[i][f].w *= kept;
      }
    }
    __syncwarp();  // the weights of a query are written and read by one warp
    for (int key = 0; key < Sizes::keys; ++key) {
      float4 v[Sizes::fours_per_thread];
#pragma unroll
      for (int f = 0; f < Sizes::fours_per_thread; ++f)
        v[f] = v_tile[key * (Sizes::stride / 4) + f * side + x];
#pragma unroll
      for (int i = 0; i < mine; ++i) {
        const float weight = weights[(y * mine + i) * (Sizes::keys + 1) + key];
#pragma unroll
        for (int f = 0; f < Sizes::fours_per_thread; ++f) {
          sums[i][f].x = fmaf(weight, v[f].x, sums[i][f].x);
          sums[i][f].y = fmaf(weight, v[f].y, sums[i][f].y);
          sums[i][f].z = fmaf(weight, v[f].z, sums[i][f].z);
          sums[i][f].w = fmaf(weight, v[f].w, sums[i][f].w);
        }
      }
    }
  }

#pragma unroll
  for (int i = 0; i < mine; ++i) {
    const int row = row_of(y * mine + i);
    if (row < 0) continue;
    float* out = in.out + in.out_stride * row + head_of(y * mine + i) * in.heads.dim;
#pragma unroll
    for (int f = 0; f < Sizes::fours_per_thread; ++f) {
      const int d = 4 * (f * side + x);
      const float values[4] = {sums[i][f].x, sums[i][f].y, sums[i][f].z, sums[i][f].w};
#pragma unroll
      for (int e = 0; e < 4; ++e)
        if (d + e < in.heads.dim) out[d + e] = values[e] / total[i];
    }
  }
}

template <typename Format>
cudaError_t attend_with(cudaStream_t stream, const Attend& in, const StepView& step) {
  const int block_heads = heads_a_block(in.heads);
  const int group = in.heads.query / in.heads.key_value;
  const dim3 grid(
      static_cast<unsigned>(step.block_count),
      static_cast<unsigned>(in.heads.key_value * ((group + block_heads - 1) / block_heads)));
  if (width_for(in.heads) == 64)
    return launch<attend_blocks_kernel<Format, 64>>(stream, grid, threads, 0, in, step,
                                                    block_heads);
  return launch<attend_blocks_kernel<Format, 128>>(stream, grid, threads, 0, in, step, block_heads);
}

}  // namespace

int query_block_rows(const Heads& heads) { return tile_queries(heads) / heads_a_block(heads); }

cudaError_t attend_blocks(cudaStream_t stream, const Attend& in, const StepView& step) {
  if (in.cache.type == DType::f32) return attend_with<F32>(stream, in, step);
  if (in.cache.type == DType::f16) return attend_with<F16>(stream, in, step);
  return attend_with<BF16>(stream, in, step);
}

}  // namespace cria::kernels::cuda
