// Picks and opens a backend: the only place that names one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernels/backend.h"
#include "kernels/result.h"

namespace cria::kernels {

struct BackendOptions {
  std::string device = "auto";  ///< "auto", "cpu", "cuda", "reference" (tests)
  int threads = 0;              ///< 0: one a physical core
  /// Tests only: "" picks the best this processor can run, else "avx2" or "avx512".
  std::string instruction_set;
};

/// Errors: usage (an unknown device or instruction set), device (it is not there; the sentence says
/// what to do).
Result<std::unique_ptr<Backend>> open_backend(const BackendOptions& options);

/// Every device that this machine offers.
std::vector<BackendInfo> list_devices();

/// The instruction sets of the cpu backend that this processor can run, the plainest first.
std::vector<std::string> cpu_instruction_sets();

}  // namespace cria::kernels
