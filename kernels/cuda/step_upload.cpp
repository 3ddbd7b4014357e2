#include "kernels/cuda/step_upload.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <span>

namespace cria::kernels::cuda {

/// Rows of a sequence side by side, in pieces of at most `block_rows`.
void StepUpload::find_blocks(const Step& step, int block_rows) {
  order_.clear();
  blocks_.clear();
  if (block_rows == 0) return;
  order_.resize(step.rows.size());
  std::iota(order_.begin(), order_.end(), 0);
  const auto sequence = [&](std::int32_t row) {
    return step.rows[static_cast<std::size_t>(row)].sequence;
  };
  std::stable_sort(order_.begin(), order_.end(),
                   [&](std::int32_t a, std::int32_t b) { return sequence(a) < sequence(b); });
  for (std::size_t i = 0; i < order_.size(); ++i) {
    if (i == 0 || blocks_.back().count == block_rows ||
        sequence(order_[i]) != sequence(order_[i - 1]))
      blocks_.push_back({static_cast<std::int32_t>(i), 0});
    ++blocks_.back().count;
  }
}

Status StepUpload::prepare(const Step& step, int block_rows) {
  if (!ready_) {
    if (Status made = taken_.create(); !made) return made;
    ready_ = true;
  }
  find_blocks(step, block_rows);
  std::vector<StepRow> rows;
  rows.reserve(step.rows.size());
  for (const Row& row : step.rows) {
    const SequenceSpan& span = step.sequences[static_cast<std::size_t>(row.sequence)];
    rows.push_back({row.token, row.position, span.prefix_cell, span.prefix_length, span.tail_cell});
  }

  std::size_t bytes = 0;
  const auto reserve = [&bytes](std::span<const std::byte> part) {
    const std::size_t at = bytes;
    bytes += (part.size() + 15) / 16 * 16;
    return at;
  };
  const std::array<std::span<const std::byte>, 6> parts = {
      std::as_bytes(std::span(rows)),   std::as_bytes(step.rope_cos),
      std::as_bytes(step.rope_sin),     std::as_bytes(step.logit_rows),
      std::as_bytes(std::span(order_)), std::as_bytes(std::span(blocks_))};
  std::array<std::size_t, 6> at{};
  std::transform(parts.begin(), parts.end(), at.begin(), reserve);

  if (Status taken = taken_.wait(); !taken) return taken;
  if (Status grown = host_.grow("a step", bytes); !grown) return grown;
  if (Status grown = card_.grow("a step", bytes); !grown) return grown;
  std::memset(host_.data(), 0, bytes);
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (!parts[i].empty()) std::memcpy(host_.data() + at[i], parts[i].data(), parts[i].size());
  bytes_ = bytes;
  const auto on_card = [&]<typename T>(std::size_t part, T*& address) {
    address = reinterpret_cast<T*>(card_.data() + at[part]);
  };
  view_ = {};
  on_card(0, view_.rows);
  on_card(1, view_.rope_cos);
  on_card(2, view_.rope_sin);
  on_card(3, view_.logit_rows);
  on_card(4, view_.order);
  on_card(5, view_.blocks);
  view_.count = static_cast<int>(rows.size());
  view_.logit_count = static_cast<int>(step.logit_rows.size());
  view_.half_rotary = step.shape->rotary_dim / 2;
  view_.block_count = static_cast<int>(blocks_.size());
  return {};
}

cudaError_t StepUpload::send(cudaStream_t stream) const {
  return cudaMemcpyAsync(card_.data(), host_.data(), bytes_, cudaMemcpyHostToDevice, stream);
}

}  // namespace cria::kernels::cuda
