// Finds and opens libcria_cuda.so. Everything else of kernels/cuda lies in that library.
#pragma once

#include <string>

#include "kernels/cuda/plugin.h"
#include "kernels/result.h"

namespace cria::kernels::cuda {

/// Its path: beside the program or in the install's library folder; "": it is in neither.
std::string find_plugin();

/// Whether this system has NVIDIA's driver, without which there is no card to look for: the plugin
/// comes with cuBLASLt, whose loading alone takes some 150 MB.
bool has_driver();

/// The library stays loaded. Errors: device (`path` is "", not there or of another build, or what
/// it needs is not there).
Result<const Plugin*> open_plugin(const std::string& path);

}  // namespace cria::kernels::cuda
