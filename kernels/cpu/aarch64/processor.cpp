#include "kernels/cpu/processor.h"

#include <asm/hwcap.h>
#include <fstream>
#include <sys/auxv.h>

namespace cria::kernels::cpu {

const char* needed_instructions() { return "Advanced SIMD"; }

std::vector<const KernelTable*> runnable_kernels() {
  const unsigned long has = getauxval(AT_HWCAP);
  std::vector<const KernelTable*> found;
  if ((has & HWCAP_ASIMD) == 0) return found;
  found.push_back(&neon_kernels());
  // The compiler is told ARMv8.2-A, which brings more than the dot product.
  constexpr unsigned long armv82 = HWCAP_ATOMICS | HWCAP_ASIMDRDM | HWCAP_CRC32;
  if ((has & HWCAP_ASIMDDP) != 0 && (has & armv82) == armv82) found.push_back(&neondot_kernels());
  return found;
}

Tuning processor_tuning() { return Tuning::general; }

std::string processor_name() {
  // The processor does not know its name; a board's firmware knows the board's.
  std::string name;
  std::ifstream model("/proc/device-tree/model");
  std::getline(model, name, '\0');
  return name.empty() ? "AArch64 processor" : name;
}

}  // namespace cria::kernels::cpu
