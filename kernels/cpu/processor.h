// Which instruction sets this processor and its system can run.
#pragma once

#include <string>
#include <vector>

#include "kernels/cpu/kernel_table.h"

namespace cria::kernels::cpu {

/// The tables that can run here, the plainest first; none on a processor without AVX2.
std::vector<const KernelTable*> runnable_kernels();

/// The processor's own name.
std::string processor_name();

}  // namespace cria::kernels::cpu
