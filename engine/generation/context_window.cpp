#include "engine/generation/context_window.h"

#include <algorithm>

namespace cria::engine {

std::optional<std::vector<std::int32_t>> fit_in_context(const PromptIds& prompt,
                                                        std::span<const std::int32_t> reply,
                                                        std::int32_t context_length) {
  const std::int32_t room = context_length - prompt.pinned;
  if (room < 3) {
    return std::nullopt;
  }
  const auto pinned = static_cast<std::size_t>(prompt.pinned);
  const auto budget = pinned + static_cast<std::size_t>(room - std::max(1, room / 4));

  std::vector<std::int32_t> ids = prompt.ids;
  for (std::int32_t n = 1; n <= prompt.droppable_turns && ids.size() + reply.size() > budget; ++n) {
    ids = prompt.without_oldest(n);
  }
  ids.insert(ids.end(), reply.begin(), reply.end());
  if (ids.size() > budget) {
    const auto keep_from = ids.end() - static_cast<std::ptrdiff_t>(budget - pinned);
    ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(pinned), keep_from);
  }
  return ids;
}

}  // namespace cria::engine
