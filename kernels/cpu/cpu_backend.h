// The seven stages on the processor: SIMD chosen at run time, all threads of a team.
#pragma once

#include <memory>
#include <string>

#include "kernels/backend.h"

namespace cria::kernels {

/// threads 0: one a physical core. instruction_set "": the best this processor can run. Errors:
/// device (a processor without needed_instructions()), usage (an instruction set it cannot run, a
/// thread count out of range).
Result<std::unique_ptr<Backend>> make_cpu_backend(int threads, const std::string& instruction_set);

}  // namespace cria::kernels
