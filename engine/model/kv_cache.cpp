#include "engine/model/kv_cache.h"

#include <algorithm>
#include <limits>
#include <string>

#include "engine/model/memory_plan.h"

namespace cria::engine {
namespace {

/// Growing loses what is cached, so there is room for two contexts from the start (a conversation
/// and its variants) while that takes no more than this part of the free memory; else for twice
/// what is needed, or just that.
constexpr std::uint64_t roomy_share = 4;

std::size_t common_prefix(std::span<const std::int32_t> a, std::span<const std::int32_t> b) {
  const auto end = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first;
  return static_cast<std::size_t>(end - a.begin());
}

}  // namespace

KvCache::KvCache(kernels::Backend& backend, const LlamaConfig& config, kernels::DType type,
                 std::int32_t context_length)
    : backend_(backend),
      shape_(config.shape()),
      type_(type),
      context_length_(context_length),
      dynamic_limit_(config.rope.type == RopeType::dynamic ? config.max_position_embeddings : 0),
      bytes_per_cell_(kv_bytes_per_token(config, type)) {}

void KvCache::clear() {
  spans_.clear();
  tails_.clear();
  prompt_.clear();
  prompt_length_ = 0;
  tail_cells_ = 0;
}

std::int32_t KvCache::length(std::int32_t sequence) const {
  const auto prompt = static_cast<std::int32_t>(prompt_.size());
  return prompt < prompt_length_
             ? prompt
             : prompt +
                   static_cast<std::int32_t>(tails_[static_cast<std::size_t>(sequence)].size());
}

std::int32_t KvCache::room(std::int32_t sequence) const {
  return prompt_length_ + tail_cells_ - length(sequence);
}

Result<std::int32_t> KvCache::begin(std::span<const std::int32_t> prompt, std::int32_t sequences,
                                    std::int32_t max_new) {
  if (prompt.empty() || sequences < 1 || max_new < 0)
    return Error{ErrorKind::usage, "A prompt needs at least one token, and one reply."};
  if (prompt.size() > static_cast<std::size_t>(context_length_))
    return Error{ErrorKind::usage, "The prompt has " + std::to_string(prompt.size()) +
                                       " tokens, more than the context of " +
                                       std::to_string(context_length_) + "."};
  const auto length = static_cast<std::int32_t>(prompt.size());
  const std::int32_t tail = std::min(max_new, context_length_ - length);

  reuse(prompt);
  if (const Status made = make_room(length + std::int64_t{sequences} * tail); !made) {
    clear();
    cells_.reset();
    return made.error();
  }
  prompt_length_ = length;
  tail_cells_ = tail;
  spans_.clear();
  for (std::int32_t i = 0; i < sequences; ++i) spans_.push_back({0, length, length + i * tail});
  tails_.assign(static_cast<std::size_t>(sequences), {});
  return static_cast<std::int32_t>(prompt_.size());
}

/// Leaves in the prompt's cells, and in prompt_, what `prompt` shares with the earlier turn's
/// prompt and its best reply.
void KvCache::reuse(std::span<const std::int32_t> prompt) {
  const auto length = static_cast<std::int32_t>(prompt.size());
  std::span<const std::int32_t> wanted = prompt.first(prompt.size() - 1);
  if (dynamic_limit_ > 0) {
    // Stretched keys fit no other length. Those of a short prompt, up to the limit, are not.
    if (std::max(length, prompt_length_) > dynamic_limit_) wanted = {};
  }
  std::size_t kept = common_prefix(wanted, prompt_);
  const bool whole_prompt =
      kept == prompt_.size() && static_cast<std::int32_t>(kept) == prompt_length_;
  if (whole_prompt && kept < wanted.size()) {
    const std::span<const std::int32_t> rest = wanted.subspan(kept);
    std::size_t best = 0;
    std::size_t best_length = 0;
    for (std::size_t i = 0; i < tails_.size(); ++i) {
      const std::size_t shared = common_prefix(rest, tails_[i]);
      if (shared > best_length) {
        best = i;
        best_length = shared;
      }
    }
    if (best > 0)
      backend_.copy_cells(*cells_, spans_[best].tail_cell, prompt_length_,
                          static_cast<std::int32_t>(best_length));
    kept += best_length;
  }
  prompt_.assign(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(kept));
}

Status KvCache::make_room(std::int64_t needed) {
  if (cells_ && cells_->cells() >= needed) return {};
  // What a smaller cache held is computed again; that happens once or twice in a session.
  prompt_.clear();
  cells_.reset();
  const std::uint64_t available = backend_.info().memory_available;
  const std::uint64_t most = std::min<std::uint64_t>(available / bytes_per_cell_,
                                                     std::numeric_limits<std::int32_t>::max());
  if (static_cast<std::uint64_t>(needed) > most)
    return Error{ErrorKind::device,
                 "The KV cache for " + std::to_string(needed) + " positions needs " +
                     std::to_string(bytes_per_cell_ >> 10U) + " KiB each, but only " +
                     std::to_string(available >> 20U) +
                     " MiB of memory are free: choose a shorter context or fewer variants."};
  std::int64_t cells = needed;
  for (const std::int64_t roomy : {2 * needed, 2 * std::int64_t{context_length_}})
    if (static_cast<std::uint64_t>(roomy) <= most / roomy_share) cells = std::max(cells, roomy);
  Result<std::unique_ptr<kernels::KvCache>> made =
      backend_.make_kv_cache(shape_, static_cast<std::int32_t>(cells), type_);
  if (!made) return made.error();
  cells_ = *std::move(made);
  return {};
}

void KvCache::record(std::span<const kernels::Row> rows) {
  for (const kernels::Row& row : rows) {
    if (row.position < prompt_length_)
      prompt_.push_back(row.token);
    else
      tails_[static_cast<std::size_t>(row.sequence)].push_back(row.token);
  }
}

std::int32_t KvCache::rotation_length(const kernels::Row& row) const {
  return row.position < prompt_length_ ? prompt_length_ : row.position + 1;
}

}  // namespace cria::engine
