#include "kernels/control_groups.h"

#include <fstream>

namespace cria::kernels {

std::vector<std::string> control_groups() {
  std::ifstream file("/proc/self/cgroup");
  std::string line;
  while (std::getline(file, line)) {
    if (!line.starts_with("0::/")) continue;  // version 2 has this one line
    std::vector<std::string> folders;
    for (std::string group = line.substr(3); group.size() > 1; group.resize(group.rfind('/')))
      folders.push_back("/sys/fs/cgroup" + group);
    folders.emplace_back("/sys/fs/cgroup");
    return folders;
  }
  return {};
}

}  // namespace cria::kernels
