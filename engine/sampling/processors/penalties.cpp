// repetition_penalty, no_repeat_ngram_size, min_length and min_new_tokens: what the text so far
// forbids or makes less likely.
#include <algorithm>
#include <limits>

#include "engine/sampling/processors.h"

namespace cria::engine {

namespace {

void ban(CandidateList& candidates, std::int32_t id) {
  if (float* score = candidates.find(id)) {
    *score = -std::numeric_limits<float>::infinity();
  }
}

}  // namespace

void repetition_penalty(CandidateList& candidates, std::span<const std::int32_t> ids,
                        float penalty) {
  const auto done = candidates.marks(0);
  const float* first = candidates.scores().data();
  for (const std::int32_t id : ids) {
    float* score = candidates.find(id);
    if (score == nullptr || done[static_cast<std::size_t>(score - first)] != 0) {
      continue;
    }
    done[static_cast<std::size_t>(score - first)] = 1;
    *score = *score < 0 ? *score * penalty : *score / penalty;
  }
}

void no_repeat_ngram(CandidateList& candidates, std::span<const std::int32_t> ids,
                     std::int32_t ngram_size) {
  const auto size = static_cast<std::size_t>(ngram_size);
  if (ids.size() < size) {
    return;
  }
  const auto begun = ids.last(size - 1);  // the n-gram that the next token would complete
  for (std::size_t at = 0; at + size <= ids.size(); ++at) {
    if (std::equal(begun.begin(), begun.end(), ids.begin() + static_cast<std::ptrdiff_t>(at))) {
      ban(candidates, ids[at + size - 1]);
    }
  }
}

void ban_eos(CandidateList& candidates, std::span<const std::int32_t> eos_token_id) {
  for (const std::int32_t id : eos_token_id) {
    ban(candidates, id);
  }
}

}  // namespace cria::engine
