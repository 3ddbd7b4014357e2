// The cards' memory: one range of addresses, with a byte of shadow for every byte that says whether
// it is allocated and whether anything wrote it. Nothing is allocated twice, so that a pointer kept
// too long is found.
#pragma once

#include <cstddef>
#include <cstdint>

namespace simt {

/// Null when `bytes` are more than the range has left. Ends with its last byte: what lies behind it
/// is out of bounds.
std::byte* allocate(std::size_t bytes);
/// Its size; 0: `address` was not allocated.
std::size_t deallocate(void* address);

constexpr std::size_t card_memory_bytes = std::size_t{1} << 36;
extern std::byte* const card_memory_begin;

inline bool is_card_memory(const void* address) {
  return static_cast<std::size_t>(static_cast<const std::byte*>(address) - card_memory_begin) <
         card_memory_bytes;
}
/// Every byte of the range is allocated.
bool is_allocated(const void* address, std::size_t bytes);
/// Every byte of the range was written.
bool is_written(const void* address, std::size_t bytes);
void mark_written(void* address, std::size_t bytes);
/// Copies bytes, and what is known of them.
void copy_with_shadow(void* to, const void* from, std::size_t bytes);

/// Faults unless the access may be.
void check_card_read(const void* address, std::size_t bytes);
void check_card_write(void* address, std::size_t bytes);

}  // namespace simt
