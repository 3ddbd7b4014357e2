// Finds and opens libcria_cuda.so. Everything else of kernels/cuda lies in that library.
#pragma once

#include <string>

#include "kernels/cuda/plugin.h"
#include "kernels/result.h"

namespace cria::kernels::cuda {

/// True: the library lies beside the program or in the install's library folder.
bool has_plugin();

/// `path`: a library of that name somewhere else (tests); "": the one has_plugin() sees. It stays
/// loaded. Errors: device (not there, of another build, or what it needs is not there).
Result<const Plugin*> open_plugin(const std::string& path);

}  // namespace cria::kernels::cuda
