// Who lies where in the KV cache: one prompt, and the replies that share it.
//
// Positions 0..P-1 of the prompt lie in cells 0..P-1; reply i has cells of its own behind them. The
// cache remembers the id in every cell, so that the next prompt computes only what is new: usually
// the conversation so far is all there.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/model/config.h"
#include "kernels/backend.h"
#include "kernels/result.h"

namespace cria::engine {

/// Used by one thread at a time. The backend outlives it.
class KvCache {
 public:
  /// Holds up to `context_length` positions a sequence. Memory is allocated by begin().
  KvCache(kernels::Backend& backend, const LlamaConfig& config, kernels::DType type,
          std::int32_t context_length);

  /// Makes room for `prompt` and `sequences` replies of up to `max_new` tokens each (cut to the
  /// context's end), and returns how many leading ids of `prompt` are in the cache already; at most
  /// prompt.size() - 1, because the last one's logits are wanted. The caller computes the others as
  /// rows of sequence 0, in order. Every reply starts at position prompt.size(). The best match is
  /// taken from any of the earlier replies. Errors: usage (an empty prompt, one longer than the
  /// context), device (out of memory, with the numbers); then the cache is empty.
  Result<std::int32_t> begin(std::span<const std::int32_t> prompt, std::int32_t sequences,
                             std::int32_t max_new);

  /// Forgets everything, keeps the memory.
  void clear();

  std::int32_t context_length() const { return context_length_; }
  std::int32_t prompt_length() const { return prompt_length_; }
  std::int32_t sequences() const { return static_cast<std::int32_t>(spans_.size()); }
  /// Positions of `sequence` that are computed, the prompt's among them.
  std::int32_t length(std::int32_t sequence) const;
  /// How many more positions `sequence` has room for.
  std::int32_t room(std::int32_t sequence) const;
  std::size_t bytes() const { return cells_ ? cells_->bytes() : 0; }
  kernels::DType type() const { return type_; }

  // --- for LlamaForward
  std::span<const kernels::SequenceSpan> spans() const { return spans_; }
  kernels::KvCache& cells() { return *cells_; }
  /// How long the sequence counts as when `row` is rotated (Rope::row): a prompt is rotated as a
  /// whole, in however many pieces it is computed.
  std::int32_t rotation_length(const kernels::Row& row) const;
  /// These rows are computed: their cells hold them from now on.
  void record(std::span<const kernels::Row> rows);

 private:
  void reuse(std::span<const std::int32_t> prompt);
  Status make_room(std::int64_t needed);

  kernels::Backend& backend_;
  kernels::LlamaShape shape_;
  kernels::DType type_;
  std::int32_t context_length_;
  std::int32_t dynamic_limit_;  ///< longer sequences rotate keys by their length; 0: none do
  std::uint64_t bytes_per_cell_;
  std::unique_ptr<kernels::KvCache> cells_;
  std::vector<kernels::SequenceSpan> spans_;
  std::int32_t prompt_length_ = 0;
  std::int32_t tail_cells_ = 0;                   ///< room of each reply
  std::vector<std::int32_t> prompt_;              ///< ids computed in the prompt's cells
  std::vector<std::vector<std::int32_t>> tails_;  ///< ids computed in each reply's cells
};

}  // namespace cria::engine
