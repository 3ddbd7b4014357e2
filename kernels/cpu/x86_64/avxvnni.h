// Whether the processor has AVX-VNNI: the 256-bit form, also without AVX-512. GCC 12 has no name
// for it.
#pragma once

#include <cpuid.h>

namespace cria::kernels::cpu {

inline bool has_avxvnni() {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  constexpr unsigned bit = 1U << 4U;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & bit) != 0;
}

}  // namespace cria::kernels::cpu
