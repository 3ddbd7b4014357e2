// The backends that the tests of numbers run on, chosen by the environment so that one suite serves
// all: CRIA_TEST_BACKENDS is "cpu" (or nothing), "emulated"
// (the same where another processor is emulated, less of it), "simt" (the CUDA engine on a
// simulated card, a row for each order of threads), or "gpu" (the CUDA engine on the cards of this
// machine).
#pragma once

#include <string>
#include <vector>

#include "kernels/factory.h"

namespace cria::kernels::testing {

/// A backend as the suite opens it.
struct UnderTest {
  std::string name;
  BackendOptions options;
  bool is_slow = false;  ///< simulated or emulated: fewer and smaller trials
};

/// Empty: there is no GPU here; skip with `no_backend`.
std::vector<UnderTest> backends_under_test(const std::vector<int>& cpu_threads = {1, 2, 3});
constexpr const char* no_backend = "there is no GPU to test on";

/// The path of the CUDA engine for a simulated card; "": it is not built.
std::string simulated_cuda();

}  // namespace cria::kernels::testing
