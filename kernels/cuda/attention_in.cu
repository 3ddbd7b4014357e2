// attention_in of a decode step, in one launch: RMSNorm, the rows of Q, K and V, biases, RoPE, and
// K and V written to the cache. A warp computes the two elements of a head that RoPE mixes.
#include "kernels/cuda/decode_dot.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/stages.h"

namespace cria::kernels::cuda {
namespace {

/// What a warp computes: elements `first` and `second` of a head of q, k or v.
struct Pair {
  enum class Of { q, k, v } of = Of::q;
  int head = 0;
  int first = 0;
  int second = 0;
  bool rotated = false;
};

__device__ Pair find_pair(const Heads& heads, int half_rotary, int index) {
  Pair pair;
  pair.head = index / (heads.dim / 2);
  const int within = index % (heads.dim / 2);
  if (pair.head >= heads.query + heads.key_value) {
    pair.of = Pair::Of::v;
    pair.head -= heads.query + heads.key_value;
  } else if (pair.head >= heads.query) {
    pair.of = Pair::Of::k;
    pair.head -= heads.query;
  }
  pair.rotated = pair.of != Pair::Of::v && within < half_rotary;
  pair.first = pair.rotated ? within : 2 * within;
  pair.second = pair.rotated ? within + half_rotary : 2 * within + 1;
  return pair;
}

template <typename Format, int T>
__global__ void __launch_bounds__(threads_a_block, T == 8 ? 1 : 2)
    attention_in_kernel(AttentionIn in, StepView step) {
  const int pairs = (in.heads.query + 2 * in.heads.key_value) * (in.heads.dim / 2);
  const int index =
      static_cast<int>(blockIdx.x) * warps_a_block + static_cast<int>(threadIdx.x) / lanes;
  const Pair pair = find_pair(in.heads, step.half_rotary, min(index, pairs - 1));
  const Product& product = pair.of == Pair::Of::q ? in.q : pair.of == Pair::Of::k ? in.k : in.v;
  const int first = pair.head * in.heads.dim + pair.first;
  const int second = pair.head * in.heads.dim + pair.second;
  const WeightRow rows[2] = {row_of(product.weight, first), row_of(product.weight, second)};
  const auto own = decode_dot<Format, T, 2>({in.x, in.norm, nullptr, step.count}, rows);

  if (index >= pairs || !own.writes) return;
  float a = own.sums[0];
  float b = own.sums[1];
  if (product.bias != nullptr) {
    a += product.bias[first];
    b += product.bias[second];
  }
  if (pair.rotated) {
    const float cosine = step.rope_cos[own.t * step.half_rotary + pair.first];
    const float sine = step.rope_sin[own.t * step.half_rotary + pair.first];
    const float turned = a * cosine - b * sine;
    b = b * cosine + a * sine;
    a = turned;
  }
  if (pair.of == Pair::Of::q) {
    float* out = in.queries + in.query_stride * own.t;
    out[first] = a;
    out[second] = b;
    return;
  }
  const StepRow& row = step.rows[own.t];
  const std::int64_t at = (pair.head * in.cache.cells + row.cell_of(row.position)) * in.cache.width;
  std::byte* cache = pair.of == Pair::Of::k ? in.cache.k : in.cache.v;
  store_number(cache, in.cache.type, at + pair.first, a);
  store_number(cache, in.cache.type, at + pair.second, b);
}

}  // namespace

cudaError_t attention_in(cudaStream_t stream, const AttentionIn& in, const StepView& step) {
  const int pairs = (in.heads.query + 2 * in.heads.key_value) * (in.heads.dim / 2);
  return for_format_and_rows(in.q.weight.format, step.count, [&]<typename Format, int T>() {
    return launch<attention_in_kernel<Format, T>>(stream, blocks_for(pairs), threads_a_block, 0, in,
                                                  step);
  });
}

}  // namespace cria::kernels::cuda
