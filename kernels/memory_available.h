// How much memory this process may still take.
#pragma once

#include <cstdint>

namespace cria::kernels {

/// Bytes free now: the system's own estimate (file cache that can be dropped counts as free), or
/// what the process's control group leaves, whichever is less.
std::uint64_t memory_available();

}  // namespace cria::kernels
