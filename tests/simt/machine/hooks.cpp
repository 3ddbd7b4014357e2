// What the compiler calls before every access to memory in the files it compiles with
// -fsanitize=thread. Its own runtime is not linked: these are the checks of the simulated card.
// Kernels are thus checked as they are written, with plain pointers.
#include <cstddef>
#include <cstdint>
#include <dlfcn.h>
#include <string>

#include "tests/simt/include/device_functions.h"
#include "tests/simt/machine/block.h"
#include "tests/simt/machine/fault.h"
#include "tests/simt/machine/memory.h"
#include "tests/simt/machine/shared.h"

namespace simt {
namespace {

void check_elsewhere(const void* address) {
  // Tables of constants lie in the program itself.
  Dl_info info = {};
  if (!in_arguments(address) && dladdr(address, &info) == 0)
    report(FaultKind::host_memory, "touches memory of the host");
}

inline void check_access(void* address, std::size_t bytes, bool writes) {
  if (!in_kernel()) {
    if (is_card_memory(address))
      report(FaultKind::host_memory, "the host touches memory of the card");
    return;
  }
  if (on_own_stack(address) || Unchecked::active) return;
  if (is_shared_memory(address)) {
    writes ? check_shared_write(address, bytes) : check_shared_read(address, bytes);
  } else if (is_card_memory(address)) {
    writes ? check_card_write(address, bytes) : check_card_read(address, bytes);
  } else {
    check_elsewhere(address);
  }
}

}  // namespace

void require_alignment(const void* address, std::size_t alignment) {
  if (reinterpret_cast<std::uintptr_t>(address) % alignment == 0) return;
  const Unchecked building_words;
  report(FaultKind::misaligned, "an access of " + std::to_string(alignment) +
                                    " bytes at an address that is no multiple of it");
}

void fence() {}

std::uint32_t atomic_add(std::uint32_t* address, std::uint32_t value) {
  check_access(address, sizeof *address, false);
  check_access(address, sizeof *address, true);
  const std::uint32_t before = *address;
  *address += value;
  return before;
}

std::uint32_t atomic_min(std::uint32_t* address, std::uint32_t value) {
  check_access(address, sizeof *address, false);
  check_access(address, sizeof *address, true);
  const std::uint32_t before = *address;
  if (value < before) *address = value;
  return before;
}

}  // namespace simt

// NOLINTBEGIN(bugprone-reserved-identifier): the compiler chose the names.
#define SIMT_HOOKS(bytes)                                                                         \
  void __tsan_read##bytes(void* address) { simt::check_access(address, bytes, false); }           \
  void __tsan_write##bytes(void* address) { simt::check_access(address, bytes, true); }           \
  void __tsan_unaligned_read##bytes(void* address) { simt::check_access(address, bytes, false); } \
  void __tsan_unaligned_write##bytes(void* address) { simt::check_access(address, bytes, true); }

#define SIMT_ATOMICS(bits, Type)                                                       \
  Type __tsan_atomic##bits##_load(const volatile Type* at, int) {                      \
    return __atomic_load_n(at, __ATOMIC_SEQ_CST);                                      \
  }                                                                                    \
  void __tsan_atomic##bits##_store(volatile Type* at, Type value, int) {               \
    __atomic_store_n(at, value, __ATOMIC_SEQ_CST);                                     \
  }                                                                                    \
  Type __tsan_atomic##bits##_fetch_add(volatile Type* at, Type value, int) {           \
    return __atomic_fetch_add(at, value, __ATOMIC_SEQ_CST);                            \
  }                                                                                    \
  int __tsan_atomic##bits##_compare_exchange_strong(volatile Type* at, Type* expected, \
                                                    Type wanted, int, int) {           \
    return __atomic_compare_exchange_n(at, expected, wanted, false, __ATOMIC_SEQ_CST,  \
                                       __ATOMIC_SEQ_CST);                              \
  }

extern "C" {
SIMT_HOOKS(1)
SIMT_HOOKS(2)
SIMT_HOOKS(4)
SIMT_HOOKS(8)
SIMT_HOOKS(16)
void __tsan_read_range(void* address, std::size_t bytes) {
  simt::check_access(address, bytes, false);
}
void __tsan_write_range(void* address, std::size_t bytes) {
  simt::check_access(address, bytes, true);
}
void __tsan_vptr_read(void*) {}
void __tsan_vptr_update(void*, void*) {}
// Atomics of the host's own code (shared pointers, guards of statics); kernels call simt::atomic_*.
SIMT_ATOMICS(8, std::uint8_t)
SIMT_ATOMICS(32, std::uint32_t)
SIMT_ATOMICS(64, std::uint64_t)
void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
}
// NOLINTEND(bugprone-reserved-identifier)
