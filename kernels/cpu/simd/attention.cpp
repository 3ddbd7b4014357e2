// Softmax attention of a query group over a piece of the cache, and the joining of pieces.
#include "kernels/cpu/simd/lanes.h"
#include "kernels/cpu/simd/parts.h"

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

/// Sums of this many products at a time are added up, so that errors do not grow with the length.
constexpr int dims_at_once = 16;

/// sums[h][b] = q[h] . k of the sixteen cells of block + b, a lane each. H heads share each load.
template <DType type, int H, int B>
CRIA_INLINE void block_scores(const AttendPiece& piece, const float* q, std::int64_t block,
                              Lanes (&sums)[H][B]) {
  const std::int64_t width = piece.width;
  const void* k = at<type>(piece.k, block * width * lanes);
  for (std::int64_t from = 0; from < width; from += dims_at_once) {
    Lanes part[H][B];
    CRIA_UNROLL
    for (int h = 0; h < H; ++h) {
      CRIA_UNROLL
      for (int b = 0; b < B; ++b) part[h][b] = zero();
    }
    for (std::int64_t i = from; i < from + dims_at_once; ++i) {
      Lanes keys[B];
      CRIA_UNROLL
      for (int b = 0; b < B; ++b) keys[b] = load_as<type>(at<type>(k, (b * width + i) * lanes));
      CRIA_UNROLL
      for (int h = 0; h < H; ++h) {
        const Lanes in = spread(q[h * width + i]);
        CRIA_UNROLL
        for (int b = 0; b < B; ++b) part[h][b] = fused(keys[b], in, part[h][b]);
      }
    }
    CRIA_UNROLL
    for (int h = 0; h < H; ++h) {
      CRIA_UNROLL
      for (int b = 0; b < B; ++b) sums[h][b] = from == 0 ? part[h][b] : add(sums[h][b], part[h][b]);
    }
  }
}

/// scores[h][0 .. count) = scale * q[h] . k of the cells from `cell` on.
template <DType type, int H>
void scores_of(const AttendPiece& piece, const float* q, std::int64_t cell, int count,
               float* scores) {
  const Lanes scale = spread(piece.scale);
  for (int done = 0; done < count;) {
    const std::int64_t block = (cell + done) / lanes;
    const int skipped = static_cast<int>((cell + done) % lanes);
    // Blocks side by side: twice the work for each number of q that is loaded.
    if (skipped == 0 && count - done >= 2 * lanes) {
      Lanes sums[H][2];
      block_scores<type, H, 2>(piece, q, block, sums);
      for (int h = 0; h < H; ++h) {
        store(scores + h * attend_piece + done, multiply(sums[h][0], scale));
        store(scores + h * attend_piece + done + lanes, multiply(sums[h][1], scale));
      }
      done += 2 * lanes;
      continue;
    }
    const int rest = lanes - skipped < count - done ? lanes - skipped : count - done;
    Lanes sums[H][1];
    block_scores<type, H, 1>(piece, q, block, sums);
    for (int h = 0; h < H; ++h) {
      float* to = scores + h * attend_piece + done;
      alignas(64) float all[lanes];
      store(all, multiply(sums[h][0], scale));
      for (int i = 0; i < rest; ++i) to[i] = all[skipped + i];
    }
    done += rest;
  }
}

/// scores[0 .. count) become exp(score - largest).
void soften(float* scores, int count, float* largest, float* total) {
  float most = scores[0];
  int done = 0;
  if (count >= lanes) {
    Lanes top = load(scores);
    for (done = lanes; done + lanes <= count; done += lanes) top = larger(top, load(scores + done));
    alignas(64) float each[lanes];
    store(each, top);
    for (const float one : each) most = one > most ? one : most;
  }
  for (; done < count; ++done) most = scores[done] > most ? scores[done] : most;
  const Lanes shift = spread(-most);
  Lanes sum = zero();
  int p = 0;
  for (; p + lanes <= count; p += lanes) {
    const Lanes e = exp_of(add(load(scores + p), shift));
    store(scores + p, e);
    sum = add(sum, e);
  }
  if (p < count) {
    store_part<DType::f32>(scores + p, count - p,
                           exp_of(add(load_part<DType::f32>(scores + p, count - p), shift)));
    sum = add(sum, load_part<DType::f32>(scores + p, count - p));
  }
  *largest = most;
  *total = sum_of(sum);
}

/// sums[h][i .. i+16*S) += weights[h][p] * v of the cells from `cell` on.
template <DType type, int H, int S>
void add_values(const AttendPiece& piece, std::int64_t i, std::int64_t cell, int count,
                const float* weights, float* sums) {
  const std::int64_t width = piece.width;
  Lanes kept[H][S];
  CRIA_UNROLL
  for (int h = 0; h < H; ++h) {
    CRIA_UNROLL
    for (int s = 0; s < S; ++s) kept[h][s] = load(sums + h * width + i + s * lanes);
  }
  for (int p = 0; p < count; ++p) {
    const void* v = at<type>(piece.v, (cell + p) * width + i);
    CRIA_UNROLL
    for (int s = 0; s < S; ++s) {
      const Lanes value = load_as<type>(at<type>(v, s * lanes));
      CRIA_UNROLL
      for (int h = 0; h < H; ++h)
        kept[h][s] = fused(spread(weights[h * attend_piece + p]), value, kept[h][s]);
    }
  }
  CRIA_UNROLL
  for (int h = 0; h < H; ++h) {
    CRIA_UNROLL
    for (int s = 0; s < S; ++s) store(sums + h * width + i + s * lanes, kept[h][s]);
  }
}

template <DType type, int H>
void heads(const AttendPiece& piece, int from) {
  alignas(64) float scores[H * attend_piece];
  const std::int64_t width = piece.width;
  const float* q = piece.q + from * width;
  constexpr int S = H < score_tile ? H : score_tile;
  for (int h = 0; h < H; h += S) {
    float* to = scores + h * attend_piece;
    scores_of<type, S>(piece, q + h * width, piece.first, piece.first_count, to);
    scores_of<type, S>(piece, q + h * width, piece.next, piece.next_count, to + piece.first_count);
  }
  for (int h = 0; h < H; ++h)
    soften(scores + h * attend_piece, piece.first_count + piece.next_count,
           piece.largest + from + h, piece.total + from + h);
  float* sums = piece.sums + from * width;
  for (std::int64_t i = 0; i < H * width; i += lanes) store(sums + i, zero());
  const float* later = scores + piece.first_count;
  std::int64_t i = 0;
  for (; i + 2 * lanes <= width; i += 2 * lanes) {
    add_values<type, H, 2>(piece, i, piece.first, piece.first_count, scores, sums);
    add_values<type, H, 2>(piece, i, piece.next, piece.next_count, later, sums);
  }
  for (; i < width; i += lanes) {
    add_values<type, H, 1>(piece, i, piece.first, piece.first_count, scores, sums);
    add_values<type, H, 1>(piece, i, piece.next, piece.next_count, later, sums);
  }
}

template <DType type>
void attend(const AttendPiece& piece) {
  int h = 0;
  if constexpr (head_tile >= 8)
    for (; h + 8 <= piece.group; h += 8) heads<type, 8>(piece, h);
  for (; h + 4 <= piece.group; h += 4) heads<type, 4>(piece, h);
  for (; h + 2 <= piece.group; h += 2) heads<type, 2>(piece, h);
  for (; h < piece.group; ++h) heads<type, 1>(piece, h);
}

}  // namespace

constinit const KernelTable::Attend attends[3] = {attend<DType::f32>, attend<DType::f16>,
                                                  attend<DType::bf16>};

void join(int group, int width, const float* more_largest, const float* more_total,
          const float* more_sums, float* largest, float* total, float* sums) {
  for (int h = 0; h < group; ++h) {
    const float most = largest[h] > more_largest[h] ? largest[h] : more_largest[h];
    const Lanes old = exp_of(spread(largest[h] - most));
    const Lanes fresh = exp_of(spread(more_largest[h] - most));
    float* to = sums + static_cast<std::int64_t>(h) * width;
    const float* from = more_sums + static_cast<std::int64_t>(h) * width;
    for (int i = 0; i < width; i += lanes)
      store(to + i, fused(load(from + i), fresh, multiply(load(to + i), old)));
    alignas(64) float both[lanes];
    store(both, fused(spread(more_total[h]), fresh, multiply(spread(total[h]), old)));
    total[h] = both[0];
    largest[h] = most;
  }
}

}  // namespace cria::kernels::cpu::CRIA_ISA
