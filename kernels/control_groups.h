// The control groups that bound what this process may take.
#pragma once

#include <string>
#include <vector>

namespace cria::kernels {

/// The folders of the groups (version 2) that this process is in: its own first, the root last.
/// Empty where the system has none.
std::vector<std::string> control_groups();

}  // namespace cria::kernels
