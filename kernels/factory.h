// Picks and opens a backend: the only place that names one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernels/backend.h"
#include "kernels/result.h"

namespace cria::kernels {

struct BackendOptions {
  /// "auto" (the first GPU that can be used, else the cpu), "cpu", "cuda", "cuda:1" (the second
  /// GPU), "reference" (tests)
  std::string device = "auto";
  int threads = 0;  ///< 0: one a physical core
  /// Tests only: "" picks the best this processor can run, else one of
  /// cpu_instruction_sets().
  std::string instruction_set = {};
  /// Tests only: "" finds the CUDA engine where Cria keeps it, else the path of one.
  std::string cuda_plugin = {};
};

/// Errors: usage (an unknown device or instruction set), device (it is not there; the sentence says
/// what to do). `note`, where given, gets the sentence why auto does not use a GPU although there
/// is a CUDA engine.
Result<std::unique_ptr<Backend>> open_backend(const BackendOptions& options,
                                              std::string* note = nullptr);

/// Every device that this machine offers.
std::vector<BackendInfo> list_devices();

/// The instruction sets of the cpu backend that this processor can run, the plainest first.
std::vector<std::string> cpu_instruction_sets();

}  // namespace cria::kernels
