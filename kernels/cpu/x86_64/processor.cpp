#include "kernels/cpu/processor.h"

#include <cpuid.h>
#include <cstring>

#include "kernels/cpu/x86_64/avxvnni.h"

namespace cria::kernels::cpu {
namespace {

bool has_f16c() {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
}

}  // namespace

const char* needed_instructions() { return "AVX2 (with FMA and F16C)"; }

std::vector<const KernelTable*> runnable_kernels() {
  std::vector<const KernelTable*> found;
  __builtin_cpu_init();  // what follows also asks whether the system saves the wide registers
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !has_f16c())
    return found;
  found.push_back(&avx2_kernels());
  if (has_avxvnni()) found.push_back(&avxvnni_kernels());
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl"))
    return found;
  found.push_back(&avx512_kernels());
  if (!__builtin_cpu_supports("avx512vnni")) return found;
  found.push_back(&avx512vnni_kernels());
  if (__builtin_cpu_supports("avx512bf16")) found.push_back(&avx512bf16_kernels());
  return found;
}

Tuning processor_tuning() {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  __builtin_cpu_init();
  if (!__builtin_cpu_is("amd") || !__builtin_cpu_supports("avx512f") ||
      __get_cpuid(1, &a, &b, &c, &d) == 0)
    return Tuning::general;
  const unsigned family = (a >> 8 & 0xF) + (a >> 20 & 0xFF);
  // Zen 3 and Zen 4, of which the former has no AVX-512.
  return family == 25 ? Tuning::zen4 : Tuning::general;
}

std::string processor_name() {
  unsigned words[12] = {};
  if (static_cast<unsigned>(__get_cpuid_max(0x80000000U, nullptr)) < 0x80000004U)
    return "x86-64 processor";
  for (unsigned i = 0; i < 3; ++i) {
    unsigned* at = words + 4 * i;
    __get_cpuid(0x80000002U + i, at, at + 1, at + 2, at + 3);
  }
  char text[sizeof words + 1] = {};
  std::memcpy(text, words, sizeof words);
  std::string name(text);
  const auto first = name.find_first_not_of(' ');
  const auto last = name.find_last_not_of(' ');
  return first == std::string::npos ? "x86-64 processor" : name.substr(first, last - first + 1);
}

}  // namespace cria::kernels::cpu
