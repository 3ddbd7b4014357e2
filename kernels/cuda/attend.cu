// attend of a decode step, in one launch: attention over the cache, cut along its length so that
// the whole card reads it (the grid does not depend on the length), online softmax, and one load of
// a key or value for all query heads that share it.
//
// A block takes one part of the positions for one row and the heads of one KV head. A lane holds
// eight elements of a head; as many lanes as a head needs go through the positions together, the
// other lanes of the warp through the next ones. The block that ends last adds up the parts, in
// ascending order: which one that is changes no bit.
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/number.cuh"
#include "kernels/cuda/softmax.cuh"
#include "kernels/cuda/stages.h"

namespace cria::kernels::cuda {
namespace {

constexpr int warps = 4;
constexpr int threads = warps * 32;
constexpr int unrolled = 2;        // positions of a lane whose loads are in flight
constexpr int shortest_part = 64;  // positions

/// The part of the positions that a block reads.
struct Part {
  int count = 0;  ///< parts of this row
  int begin = 0;
  int end = 0;
};

__device__ Part find_part(int length, int splits, int index) {
  const int size = max(shortest_part, (length + splits - 1) / splits);
  return {(length + size - 1) / size, index * size, min(length, (index + 1) * size)};
}

/// The query heads of a block.
struct HeadRange {
  int kv = 0;
  int first = 0;
  int count = 0;
};

template <int G>
__device__ HeadRange find_heads(const Heads& heads, int index) {
  const int group = heads.query / heads.key_value;
  const int chunks = (group + G - 1) / G;
  const int within = index % chunks * G;
  return {index / chunks, index / chunks * group + within, min(G, group - within)};
}

/// Attention over some of the positions: softmax of one head, not yet divided.
template <int G>
struct Running {
  float largest[G];
  float total[G];
  float sums[G][8];
};

template <typename Format, int G>
__device__ void attend_part(const Attend& in, const HeadRange& range, const StepRow& row, int t,
                            const Part& part, int lanes_a_head, Running<G>& run) {
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int slots = threads / lanes_a_head;
  const int slot = static_cast<int>(threadIdx.x) / lanes_a_head;
  const int at = lane % lanes_a_head * 8;
  const bool holds = at < in.cache.width;
  float q[G][8];
#pragma unroll
  for (int g = 0; g < G; ++g) {
    const int head = range.first + min(g, range.count - 1);
    const float* query = in.queries.data + in.queries.stride * t + head * in.heads.dim;
#pragma unroll
    for (int i = 0; i < 8; ++i)
      q[g][i] = at + i < in.heads.dim ? query[at + i] * (in.heads.scale * log2_e) : 0;
    run.largest[g] = -infinity();
    run.total[g] = 0;
#pragma unroll
    for (int i = 0; i < 8; ++i) run.sums[g][i] = 0;
  }
  const std::int64_t base = range.kv * in.cache.cells * in.cache.width + at;
  for (int from = part.begin; from < part.end; from += slots * unrolled) {
    float k[unrolled][8] = {};
    float v[unrolled][8] = {};
#pragma unroll
    for (int u = 0; u < unrolled; ++u) {
      const int position = from + u * slots + slot;
      if (position < part.end && holds) {
        const std::int64_t cell = base + std::int64_t{in.cache.width} * row.cell_of(position);
        load_8<Format>(in.cache.k, cell, k[u]);
        load_8<Format>(in.cache.v, cell, v[u]);
      }
    }
#pragma unroll
    for (int u = 0; u < unrolled; ++u) {
      const bool valid = from + u * slots + slot < part.end;
#pragma unroll
      for (int g = 0; g < G; ++g) {
        float score = 0;
#pragma unroll
        for (int i = 0; i < 8; ++i) score = fmaf(q[g][i], k[u][i], score);
        for (int other = lanes_a_head / 2; other > 0; other /= 2)
          score += __shfl_xor_sync(0xFFFFFFFFU, score, other);
        if (!valid) continue;
        const float largest = fmaxf(run.largest[g], score);
        const float kept = exp2f(run.largest[g] - largest);
        const float weight = exp2f(score - largest);
        run.largest[g] = largest;
        run.total[g] = fmaf(run.total[g], kept, weight);
#pragma unroll
        for (int i = 0; i < 8; ++i) run.sums[g][i] = fmaf(run.sums[g][i], kept, weight * v[u][i]);
      }
    }
  }
}

/// Joins what the lanes of a warp that hold the same elements have found.
template <int G>
__device__ void join_lanes(Running<G>& run, int lanes_a_head) {
  for (int other = lanes_a_head; other < 32; other *= 2) {
#pragma unroll
    for (int g = 0; g < G; ++g) {
      const float theirs = __shfl_xor_sync(0xFFFFFFFFU, run.largest[g], other);
      const float largest = fmaxf(run.largest[g], theirs);
      const float mine_kept = kept_of(run.largest[g], largest);
      const float theirs_kept = kept_of(theirs, largest);
      // Multiplied before the exchange: both lanes add the same two numbers.
      const float total = run.total[g] * mine_kept;
      const float other_total = __shfl_xor_sync(0xFFFFFFFFU, run.total[g], other);
      run.total[g] = total + other_total * theirs_kept;
#pragma unroll
      for (int i = 0; i < 8; ++i) {
        const float sum = __shfl_xor_sync(0xFFFFFFFFU, run.sums[g][i], other);
        run.sums[g][i] = run.sums[g][i] * mine_kept + sum * theirs_kept;
      }
      run.largest[g] = largest;
    }
  }
}

/// Adds up `count` partial results that lie `stride` floats apart: largest, total, then sums.
/// Returns element `d`; `largest` and `total` come with it.
template <typename Load>
__device__ float join_parts(const float* parts, int count, std::int64_t stride, int d,
                            const Load& load, float& largest, float& total) {
  largest = -infinity();
  for (int i = 0; i < count; ++i) largest = fmaxf(largest, load(parts + i * stride));
  total = 0;
  float sum = 0;
  for (int i = 0; i < count; ++i) {
    const float* part = parts + i * stride;
    const float kept = kept_of(load(part), largest);
    total = fmaf(load(part + 1), kept, total);
    sum = fmaf(load(part + 2 + d), kept, sum);
  }
  return sum;
}

template <typename Format, int G>
__global__ void __launch_bounds__(threads)
    attend_kernel(Attend in, AttendScratch scratch, StepView step, int lanes_a_head) {
  CRIA_DYNAMIC_SHARED(float, of_warps);  // [warps][G][2 + width]
  CRIA_SHARED_ARRAY(unsigned, arrived_last, 1);
  const int thread = static_cast<int>(threadIdx.x);
  const int t = static_cast<int>(blockIdx.z);
  const StepRow row = step.rows[t];
  const Part part = find_part(row.position + 1, scratch.splits, static_cast<int>(blockIdx.x));
  if (static_cast<int>(blockIdx.x) >= part.count) return;
  const HeadRange range = find_heads<G>(in.heads, static_cast<int>(blockIdx.y));
  const int dim = in.heads.dim;

  Running<G> run;
  attend_part<Format, G>(in, range, row, t, part, lanes_a_head, run);
  join_lanes<G>(run, lanes_a_head);
  const int lane = thread % 32;
  const int record = 2 + in.cache.width;
#pragma unroll
  for (int g = 0; g < G; ++g) {
    float* to = of_warps + (thread / 32 * G + g) * record;
    if (lane == 0) {
      to[0] = run.largest[g];
      to[1] = run.total[g];
    }
    if (lane < lanes_a_head && lane * 8 < in.cache.width)
#pragma unroll
      for (int i = 0; i < 8; ++i) to[2 + lane * 8 + i] = run.sums[g][i];
  }
  __syncthreads();

  const std::int64_t stride = dim + 2;
  const auto parts_of = [&](int g) {
    return scratch.partials +
           (std::int64_t{t} * in.heads.query + range.first + g) * scratch.splits * stride;
  };
  const auto out_of = [&](int g, int d) -> float& {
    return in.out[in.out_stride * t + (range.first + g) * dim + d];
  };
  const auto from_shared = [](const float* at) { return *at; };
  for (int i = thread; i < range.count * dim; i += threads) {
    const int g = i / dim;
    const int d = i % dim;
    float largest = 0;
    float total = 0;
    const float sum =
        join_parts(of_warps + g * record, warps, G * record, d, from_shared, largest, total);
    if (part.count == 1) {
      out_of(g, d) = sum / total;
      continue;
    }
    float* to = parts_of(g) + blockIdx.x * stride;
    if (d == 0) {
      to[0] = largest;
      to[1] = total;
    }
    to[2 + d] = sum;
  }
  if (part.count == 1) return;

  unsigned* arrived = scratch.arrived + t * in.heads.query + range.first;
  __threadfence();
  __syncthreads();
  if (thread == 0)
    arrived_last[0] = atomicAdd(arrived, 1U) + 1 == static_cast<unsigned>(part.count) ? 1 : 0;
  __syncthreads();
  if (arrived_last[0] == 0) return;
  __threadfence();
  // Past the nearest cache, which does not see what other blocks wrote.
  const auto from_others = [](const float* at) { return __ldcg(at); };
  for (int i = thread; i < range.count * dim; i += threads) {
    float largest = 0;
    float total = 0;
    const float sum =
        join_parts(parts_of(i / dim), part.count, stride, i % dim, from_others, largest, total);
    out_of(i / dim, i % dim) = sum / total;
  }
  if (thread == 0) *arrived = 0;
}

int lanes_for(int width) {
  int lanes = 1;
  while (lanes * 8 < width) lanes *= 2;
  return lanes;
}

template <typename Format, int G>
cudaError_t launch_attend(cudaStream_t stream, const Attend& in, const AttendScratch& scratch,
                          const StepView& step) {
  const int group = in.heads.query / in.heads.key_value;
  const dim3 grid(static_cast<unsigned>(scratch.splits),
                  static_cast<unsigned>(in.heads.key_value * ((group + G - 1) / G)),
                  static_cast<unsigned>(step.count));
  const std::size_t shared =
      sizeof(float) * static_cast<std::size_t>(warps * G * (2 + in.cache.width));
  return launch<attend_kernel<Format, G>>(stream, grid, threads, shared, in, scratch, step,
                                          lanes_for(in.cache.width));
}

template <typename Format>
cudaError_t attend_with(cudaStream_t stream, const Attend& in, const AttendScratch& scratch,
                        const StepView& step) {
  const int group = in.heads.query / in.heads.key_value;
  if (group == 1) return launch_attend<Format, 1>(stream, in, scratch, step);
  if (group == 2) return launch_attend<Format, 2>(stream, in, scratch, step);
  if (group <= 4) return launch_attend<Format, 4>(stream, in, scratch, step);
  return launch_attend<Format, 8>(stream, in, scratch, step);
}

}  // namespace

cudaError_t attend(cudaStream_t stream, const Attend& in, const AttendScratch& scratch,
                   const StepView& step) {
  if (in.cache.type == DType::f32) return attend_with<F32>(stream, in, scratch, step);
  if (in.cache.type == DType::f16) return attend_with<F16>(stream, in, scratch, step);
  return attend_with<BF16>(stream, in, scratch, step);
}

}  // namespace cria::kernels::cuda
