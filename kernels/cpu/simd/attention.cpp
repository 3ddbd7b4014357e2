// Softmax attention of a query group over a piece of the cache, and the joining of pieces.
#include "kernels/cpu/simd/ahead.h"
#include "kernels/cpu/simd/lanes.h"
#include "kernels/cpu/simd/parts.h"

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

/// Sums of this many products at a time are added up, so that errors do not grow with the length.
constexpr int dims_at_once = 16;
/// Query heads whose scores are kept until values are added; as many as any registers take at once.
constexpr int most_heads = 8;
/// From one head's scores to the next's: whole lanes may be stored from any of a piece on.
constexpr int scores_stride = attend_piece + lanes;
/// Lanes that fill the registers beside `heads`; more than four are no quicker.
constexpr int beside(int heads) {
  return attend_sums / heads < 1 ? 1 : attend_sums / heads > 4 ? 4 : attend_sums / heads;
}

/// sums[h][b] = q[h] . k of the sixteen cells of block + b, a lane each. H heads share each load.
template <DType type, int H, int B>
CRIA_INLINE void block_scores(const AttendPiece& piece, const float* q, std::int64_t block,
                              Lanes (&sums)[H][B], Ahead& ahead) {
  const std::int64_t width = piece.width;
  const void* k = at<type>(piece.k, block * width * lanes);
  for (std::int64_t from = 0; from < width; from += dims_at_once) {
    ahead.ask();
    Lanes part[H][B];
    clear(part);
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

/// scores[h][0 .. count) = scale * q[h] . k of the cells from `cell` on; lanes beyond may be
/// stored.
template <DType type, int H>
void scores_of(const AttendPiece& piece, const float* q, std::int64_t cell, int count,
               float* scores, Ahead& ahead) {
  constexpr int B = beside(H);
  const Lanes scale = spread(piece.scale);
  for (int done = 0; done < count;) {
    const std::int64_t block = (cell + done) / lanes;
    const int skipped = static_cast<int>((cell + done) % lanes);
    // Blocks side by side: more work for each number of q that is loaded.
    if (skipped == 0 && count - done >= B * lanes) {
      Lanes sums[H][B];
      block_scores<type, H, B>(piece, q, block, sums, ahead);
      for (int h = 0; h < H; ++h)
        for (int b = 0; b < B; ++b)
          store(scores + h * scores_stride + done + b * lanes, multiply(sums[h][b], scale));
      done += B * lanes;
      continue;
    }
    const int rest = lanes - skipped < count - done ? lanes - skipped : count - done;
    Lanes sums[H][1];
    block_scores<type, H, 1>(piece, q, block, sums, ahead);
    for (int h = 0; h < H; ++h) {
      float* to = scores + h * scores_stride + done;
      const Lanes all = multiply(sums[h][0], scale);
      if (skipped == 0) {
        store(to, all);
        continue;
      }
      alignas(64) float each[lanes];
      store(each, all);
      for (int i = 0; i < rest; ++i) to[i] = each[skipped + i];
    }
    done += rest;
  }
}

/// scores[0 .. count) become exp(score - largest); those up to whole lanes become zero.
void soften(float* scores, int count, float* largest, float* total) {
  store(scores + count, spread(-__builtin_inff()));
  Lanes top = load(scores);
  for (int p = lanes; p < count; p += lanes) top = larger(top, load(scores + p));
  const float most = largest_of(top);
  const Lanes shift = spread(-most);
  Lanes sum = zero();
  for (int p = 0; p < count; p += lanes) {
    const Lanes e = exp_of(add(load(scores + p), shift));
    store(scores + p, e);
    sum = add(sum, e);
  }
  *largest = most;
  *total = sum_of(sum);
}

/// sums[h][i .. i+16*S) += weights[h][p] * v of the cells from `cell` on.
template <DType type, int H, int S>
void add_values(const AttendPiece& piece, std::int64_t i, std::int64_t cell, int count,
                const float* weights, float* sums, Ahead& ahead) {
  const std::int64_t width = piece.width;
  Lanes kept[H][S];
  CRIA_UNROLL
  for (int h = 0; h < H; ++h) {
    CRIA_UNROLL
    for (int s = 0; s < S; ++s) kept[h][s] = load(sums + h * width + i + s * lanes);
  }
  for (int p = 0; p < count; ++p) {
    if (p % lanes == 0) ahead.ask();
    const void* v = at<type>(piece.v, (cell + p) * width + i);
    CRIA_UNROLL
    for (int s = 0; s < S; ++s) {
      const Lanes value = load_as<type>(at<type>(v, s * lanes));
      CRIA_UNROLL
      for (int h = 0; h < H; ++h)
        kept[h][s] = fused(spread(weights[h * scores_stride + p]), value, kept[h][s]);
    }
  }
  CRIA_UNROLL
  for (int h = 0; h < H; ++h) {
    CRIA_UNROLL
    for (int s = 0; s < S; ++s) store(sums + h * width + i + s * lanes, kept[h][s]);
  }
}

/// The piece's values in sums[h][i .. i+16*S).
template <DType type, int H, int S>
void values_of(const AttendPiece& piece, std::int64_t i, const float* weights, float* sums,
               Ahead& ahead) {
  add_values<type, H, S>(piece, i, piece.first, piece.first_count, weights, sums, ahead);
  add_values<type, H, S>(piece, i, piece.next, piece.next_count, weights + piece.first_count, sums,
                         ahead);
}

/// work(Heads<H>, first) for tiles of heads, as many together as registers hold.
template <int H>
struct Heads {};
template <typename Work>
CRIA_INLINE void in_tiles(int heads, Work work) {
  int h = 0;
  if constexpr (attend_sums >= 8)
    for (; h + 8 <= heads; h += 8) work(Heads<8>(), h);
  for (; h + 4 <= heads; h += 4) work(Heads<4>(), h);
  for (; h + 2 <= heads; h += 2) work(Heads<2>(), h);
  for (; h < heads; ++h) work(Heads<1>(), h);
}

/// `count` cells of `plane` from `cell` on, asked for while scores or values of as many positions
/// are computed.
template <DType type>
Ahead cells_ahead(const AttendPiece& piece, int heads, const void* plane, std::int64_t cell,
                  std::int64_t count) {
  const std::int64_t asks = heads * count * piece.width / (lanes * lanes * attend_sums) + 1;
  return {at<type>(plane, cell * piece.width), count * piece.width * bytes_each<type>, asks};
}

/// `heads` query heads from number `from` on.
template <DType type>
void attend_heads(const AttendPiece& piece, int from, int heads) {
  alignas(64) float scores[most_heads * scores_stride];
  const std::int64_t width = piece.width;
  const int count = piece.first_count + piece.next_count;
  const float* q = piece.q + from * width;
  Ahead first_values;
  Ahead next_values;
  Ahead keys;
  if (from == 0) {
    first_values = cells_ahead<type>(piece, heads, piece.v, piece.first, piece.first_count);
    next_values = cells_ahead<type>(piece, heads, piece.v, piece.next, piece.next_count);
    if (piece.upcoming >= 0)
      keys = cells_ahead<type>(piece, heads, piece.k, piece.upcoming / lanes * lanes, count);
  }
  in_tiles(heads, [&]<int H>(Heads<H>, int h) {
    float* to = scores + h * scores_stride;
    scores_of<type, H>(piece, q + h * width, piece.first, piece.first_count, to, first_values);
    scores_of<type, H>(piece, q + h * width, piece.next, piece.next_count, to + piece.first_count,
                       next_values);
  });
  for (int h = 0; h < heads; ++h)
    soften(scores + h * scores_stride, count, piece.largest + from + h, piece.total + from + h);
  float* sums = piece.sums + from * width;
  for (std::int64_t i = 0; i < heads * width; i += lanes) store(sums + i, zero());
  in_tiles(heads, [&]<int H>(Heads<H>, int h) {
    constexpr int S = beside(H);
    const float* weights = scores + h * scores_stride;
    float* to = sums + h * width;
    std::int64_t i = 0;
    for (; i + S * lanes <= width; i += S * lanes)
      values_of<type, H, S>(piece, i, weights, to, keys);
    for (; i < width; i += lanes) values_of<type, H, 1>(piece, i, weights, to, keys);
  });
}

template <DType type>
void attend(const AttendPiece& piece) {
  for (int from = 0; from < piece.group; from += most_heads)
    attend_heads<type>(piece, from,
                       piece.group - from < most_heads ? piece.group - from : most_heads);
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
