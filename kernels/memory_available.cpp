#include "kernels/memory_available.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

#include "kernels/control_groups.h"

namespace cria::kernels {
namespace {

constexpr auto unlimited = std::numeric_limits<std::uint64_t>::max();

/// The number after `name` in a file of "name value" lines; with no name, the file's first number.
std::optional<std::uint64_t> number_in(const std::string& path, const std::string& name) {
  std::ifstream file(path);
  std::string word;
  while (name.empty() || file >> word) {
    if (!name.empty() && word != name) continue;
    std::uint64_t value = 0;
    if (file >> value) return value;
    return std::nullopt;
  }
  return std::nullopt;
}

/// The least that any control group above this process leaves; file pages it can drop count as
/// free.
std::uint64_t left_by_control_groups() {
  std::uint64_t left = unlimited;
  for (const std::string& folder : control_groups()) {
    const auto limit = number_in(folder + "/memory.max", "");
    const auto used = number_in(folder + "/memory.current", "");
    if (!limit || !used) continue;
    const auto droppable = number_in(folder + "/memory.stat", "inactive_file").value_or(0);
    const std::uint64_t held = *used - std::min(*used, droppable);
    left = std::min(left, *limit - std::min(*limit, held));
  }
  return left;
}

}  // namespace

std::uint64_t memory_available() {
  const std::uint64_t system = number_in("/proc/meminfo", "MemAvailable:").value_or(0) * 1024;
  return std::min(system, left_by_control_groups());
}

}  // namespace cria::kernels
