#include "engine/prompt/stop_strings.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace cria::engine {
namespace {

/// Empty strings, and strings that begin in mid-character, never occur in text.
bool can_occur(std::string_view stop) {
  return !stop.empty() && (static_cast<std::uint8_t>(stop[0]) & 0xC0U) != 0x80;
}

/// The length of the longest end of `text` that begins, but does not complete, `stop`.
std::size_t overlap(std::string_view text, std::string_view stop) {
  for (std::size_t n = std::min(text.size(), stop.size() - 1); n > 0; --n) {
    if (stop.starts_with(text.substr(text.size() - n))) return n;
  }
  return 0;
}

}  // namespace

StopStringMatcher::Step StopStringMatcher::push(std::string_view text,
                                                std::span<const std::string> stop_strings) {
  if (stopped_) return {{}, true};
  held_ += text;
  std::size_t first_end = std::string::npos;
  std::size_t keep = 0;
  for (const std::string& stop : stop_strings) {
    if (!can_occur(stop)) continue;
    if (const std::size_t at = held_.find(stop); at != std::string::npos) {
      const std::size_t end = at + stop.size();
      if (end < first_end || (end == first_end && stop.size() > stopped_by_.size())) {
        first_end = end;
        stopped_by_ = stop;
      }
    } else {
      keep = std::max(keep, overlap(held_, stop));
    }
  }
  Step step;
  if (first_end != std::string::npos) {
    stopped_ = step.stopped = true;
    step.text = held_.substr(0, first_end - stopped_by_.size());
    held_.clear();
    return step;
  }
  step.text = held_.substr(0, held_.size() - keep);
  held_.erase(0, step.text.size());
  return step;
}

std::string StopStringMatcher::finish() { return std::exchange(held_, {}); }

}  // namespace cria::engine
