// The shared memory of the block that runs: where its arrays lie, which bytes were written, and who
// touched each word since the last barrier.
#pragma once

#include <cstddef>

namespace simt {

/// As much as a block gets on every card without asking for more.
constexpr std::size_t most_shared_bytes = 48 * 1024;

void begin_shared(std::size_t dynamic_bytes);
/// The array declared at `site`: the first thread to come makes it, the others find it.
void* shared_array(const void* site, std::size_t bytes);
void* dynamic_shared();

constexpr std::size_t shared_range_bytes = 128 * 1024;
extern std::byte shared_range[shared_range_bytes];

inline bool is_shared_memory(const void* address) {
  return static_cast<std::size_t>(static_cast<const std::byte*>(address) - shared_range) <
         shared_range_bytes;
}
/// Fault unless the access may be. A word that one thread writes and another touches between the
/// same two barriers of the block is a race, unless both are of one warp and __syncwarp stood
/// between.
void check_shared_read(const void* address, std::size_t bytes);
void check_shared_write(void* address, std::size_t bytes);

}  // namespace simt
