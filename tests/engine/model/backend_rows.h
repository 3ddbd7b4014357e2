// The backends that every test of numbers runs on.
#pragma once

#include <string>
#include <vector>

#include "kernels/factory.h"
#include "tests/kernels/backends.h"

namespace cria::engine::testing {

using BackendRow = kernels::testing::UnderTest;

/// What tests/kernels/backends.h chooses, and the reference before the cpu's; of the simulated
/// cards one, for they are slow and tests/kernels has compared their orders.
inline std::vector<BackendRow> backend_rows() {
  std::vector<BackendRow> rows = kernels::testing::backends_under_test({1, 2});
  if (!rows.empty() && rows.front().options.device == "cpu")
    rows.insert(rows.begin(), {"reference", {"reference", 1}});
  if (rows.size() > 2 && rows.front().is_slow) return {rows[2]};
  return rows;
}

}  // namespace cria::engine::testing
