// The backends that every test of numbers runs on.
#pragma once

#include <string>
#include <vector>

#include "kernels/factory.h"

namespace cria::engine::testing {

struct BackendRow {
  std::string name;
  kernels::BackendOptions options;
};

/// The reference, and the cpu backend with each instruction set of this processor, with one and two
/// threads.
inline std::vector<BackendRow> backend_rows() {
  std::vector<BackendRow> rows{{"reference", {"reference", 1, ""}}};
  for (const std::string& set : kernels::cpu_instruction_sets())
    for (const int threads : {1, 2})
      rows.push_back({set + " x" + std::to_string(threads), {"cpu", threads, set}});
  return rows;
}

}  // namespace cria::engine::testing
