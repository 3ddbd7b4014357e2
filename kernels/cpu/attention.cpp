#include "kernels/cpu/attention.h"

#include <algorithm>

namespace cria::kernels::cpu {
namespace {

int group_of(const LlamaShape& shape) {
  return shape.num_attention_heads / shape.num_key_value_heads;
}

std::int64_t partial_floats(const LlamaShape& shape) {
  return padded(2 * group_of(shape)) + group_of(shape) * padded(shape.head_dim);
}

int pieces_of(std::int32_t position) { return position / attend_piece + 1; }

int most_pieces(const Step& step) {
  int most = 0;
  for (const Row& row : step.rows) most = std::max(most, pieces_of(row.position));
  return most;
}

}  // namespace

bool Attention::shares_pieces(const Step& step) const {
  const auto groups = static_cast<std::int64_t>(step.rows.size()) * step.shape->num_key_value_heads;
  return team_.size() > 1 && groups < 4 * team_.size() && most_pieces(step) > 1;
}

Status Attention::reserve(const Step& step) {
  const LlamaShape& shape = *step.shape;
  std::int64_t partials = 2 * team_.size();
  if (shares_pieces(step))
    partials +=
        static_cast<std::int64_t>(step.rows.size()) * shape.num_key_value_heads * most_pieces(step);
  if (Status grown = grow(partials_, "attention", partials * partial_floats(shape)); !grown)
    return grown;
  return grow(queries_, "attention", team_.size() * group_of(shape) * padded(shape.head_dim));
}

Attention::Partial Attention::partial(std::int64_t index, const LlamaShape& shape) {
  float* at = partials_.floats() + index * partial_floats(shape);
  return {at, at + group_of(shape), at + padded(2 * group_of(shape))};
}

void Attention::attend_piece_of(const Step& step, int row, int head, int piece, const CpuBuffer& q,
                                const CpuKvCache& cache, std::int32_t layer, int member,
                                const Partial& to) {
  const LlamaShape& shape = *step.shape;
  const int group = group_of(shape);
  const std::int64_t width = padded(shape.head_dim);
  float* queries = queries_.floats() + member * group * width;
  for (int h = 0; h < group; ++h) {
    const float* from = q.row(row) + static_cast<std::int64_t>(head * group + h) * shape.head_dim;
    std::copy_n(from, shape.head_dim, queries + h * width);
    std::fill(queries + h * width + shape.head_dim, queries + (h + 1) * width, 0.0F);
  }
  const Row& at = step.rows[static_cast<std::size_t>(row)];
  const SequenceSpan& span = step.sequences[static_cast<std::size_t>(at.sequence)];
  const std::int32_t first = piece * attend_piece;
  const std::int32_t end = std::min(at.position + 1, first + attend_piece);
  const std::int32_t turn = std::clamp(span.prefix_length, first, end);
  kernels_.attend[static_cast<int>(cache.type())](
      {queries, cache.k(layer, head, 0), cache.v(layer, head, 0), group, static_cast<int>(width),
       span.cell_of(first), turn - first, turn < end ? span.cell_of(turn) : 0, end - turn,
       end <= at.position ? span.cell_of(end) : -1, shape.attention_scale, to.largest, to.total,
       to.sums});
}

void Attention::finish(const Step& step, int row, int head, const Partial& whole,
                       CpuBuffer& a) const {
  const LlamaShape& shape = *step.shape;
  const int group = group_of(shape);
  for (int h = 0; h < group; ++h) {
    float* out = a.row(row) + static_cast<std::int64_t>(head * group + h) * shape.head_dim;
    const float* sums = whole.sums + h * padded(shape.head_dim);
    for (int i = 0; i < shape.head_dim; ++i) out[i] = sums[i] / whole.total[h];
  }
}

void Attention::run(const Step& step, const CpuBuffer& q, const CpuKvCache& cache,
                    std::int32_t layer, CpuBuffer& a) {
  const LlamaShape& shape = *step.shape;
  const int rows = static_cast<int>(step.rows.size());
  const int heads = shape.num_key_value_heads;
  const int width = static_cast<int>(padded(shape.head_dim));
  const int group = group_of(shape);
  const auto add = [&](const Partial& more, const Partial& whole) {
    kernels_.join(group, width, more.largest, more.total, more.sums, whole.largest, whole.total,
                  whole.sums);
  };
  // Heads outermost, so that neighbouring chunks read the same keys and values.
  if (!shares_pieces(step)) {
    team_.run(rows * heads, [&](int chunk, int member) {
      const int head = chunk / rows;
      const int row = chunk % rows;
      const Partial whole = partial(2 * member, shape);
      const Partial more = partial(2 * member + 1, shape);
      attend_piece_of(step, row, head, 0, q, cache, layer, member, whole);
      for (int piece = 1; piece < pieces_of(step.rows[static_cast<std::size_t>(row)].position);
           ++piece) {
        attend_piece_of(step, row, head, piece, q, cache, layer, member, more);
        add(more, whole);
      }
      finish(step, row, head, whole, a);
    });
    return;
  }
  const int pieces = most_pieces(step);
  const int base = 2 * team_.size();
  team_.run(rows * heads * pieces, [&](int chunk, int member) {
    const int piece = chunk % pieces;
    const int row = chunk / pieces % rows;
    if (piece >= pieces_of(step.rows[static_cast<std::size_t>(row)].position)) return;
    attend_piece_of(step, row, chunk / pieces / rows, piece, q, cache, layer, member,
                    partial(base + chunk, shape));
  });
  for (int unit = 0; unit < rows * heads; ++unit) {
    const int row = unit % rows;
    const std::int64_t first = base + static_cast<std::int64_t>(unit) * pieces;
    const Partial whole = partial(first, shape);
    for (int piece = 1; piece < pieces_of(step.rows[static_cast<std::size_t>(row)].position);
         ++piece)
      add(partial(first + piece, shape), whole);
    finish(step, row, unit / rows, whole, a);
  }
}

}  // namespace cria::kernels::cpu
