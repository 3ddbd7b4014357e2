// Which instruction sets this processor and its system can run.
#pragma once

#include <string>
#include <vector>

#include "kernels/cpu/kernel_table.h"

namespace cria::kernels::cpu {

/// What a processor must have for any table to run on it, as a person would say it.
const char* needed_instructions();

/// The tables that can run here, the plainest first; none without needed_instructions().
std::vector<const KernelTable*> runnable_kernels();

/// What suits this processor.
Tuning processor_tuning();

/// The processor's own name.
std::string processor_name();

}  // namespace cria::kernels::cpu
