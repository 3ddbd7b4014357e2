#include "engine/generation/context_window.h"

#include <algorithm>
#include <utility>

namespace cria::engine {

namespace {

// The ids of `prompt` without as few of its oldest turns as take `drop` ids away, or without all
// that can be left out.
std::vector<std::int32_t> without_turns(const PromptIds& prompt, std::size_t drop) {
  if (prompt.droppable_turns == 0) {
    return prompt.ids;
  }
  const std::size_t most = prompt.ids.size() > drop ? prompt.ids.size() - drop : 0;
  std::int32_t enough = prompt.droppable_turns;
  std::vector<std::int32_t> kept = prompt.without_oldest(enough);
  // Reading a long chat takes its time, and each turn less is less text: halve, do not count up.
  for (std::int32_t few = 0; kept.size() <= most && enough - few > 1;) {
    const std::int32_t middle = few + (enough - few) / 2;
    std::vector<std::int32_t> ids = prompt.without_oldest(middle);
    if (ids.size() <= most) {
      enough = middle;
      kept = std::move(ids);
    } else {
      few = middle;
    }
  }
  return kept;
}

}  // namespace

std::optional<std::vector<std::int32_t>> fit_in_context(const PromptIds& prompt,
                                                        std::span<const std::int32_t> reply,
                                                        std::int32_t context_length) {
  const std::int32_t room = context_length - prompt.pinned;
  if (room < 3) {
    return std::nullopt;
  }
  const auto step = static_cast<std::size_t>(std::max(1, room / 4));
  const std::size_t budget = static_cast<std::size_t>(context_length) - step;
  const std::size_t all = prompt.ids.size() + reply.size();
  const std::size_t drop = all > budget ? (all - budget + step - 1) / step * step : 0;

  std::vector<std::int32_t> ids = drop > 0 ? without_turns(prompt, drop) : prompt.ids;
  ids.insert(ids.end(), reply.begin(), reply.end());
  if (const std::size_t kept = all - drop; ids.size() > kept) {
    const auto oldest = ids.begin() + prompt.pinned;
    ids.erase(oldest, oldest + static_cast<std::ptrdiff_t>(ids.size() - kept));
  }
  return ids;
}

}  // namespace cria::engine
