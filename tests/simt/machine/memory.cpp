#include "tests/simt/machine/memory.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <sys/mman.h>

#include "tests/simt/machine/block.h"
#include "tests/simt/machine/fault.h"

namespace simt {
namespace {

constexpr std::size_t range_bytes = card_memory_bytes;
constexpr std::size_t alignment = 256;
constexpr std::size_t gap = 4096;  // between two allocations

enum Shadow : std::uint8_t { nothing = 0, allocated = 1, written = 3, freed = 4 };

struct Range {
  std::byte* memory = map();
  std::uint8_t* shadow = reinterpret_cast<std::uint8_t*>(map());
  std::size_t used = gap;
  std::map<std::size_t, std::size_t> sizes;  // by offset

  static std::byte* map() {
    void* at = mmap(nullptr, range_bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at == MAP_FAILED ? nullptr : static_cast<std::byte*>(at);
  }
};

Range& range() {
  static Range all;
  return all;
}

std::uint8_t* const shadow_begin = range().shadow;

std::size_t offset_of(const void* address) {
  return static_cast<std::size_t>(static_cast<const std::byte*>(address) - card_memory_begin);
}

bool all_of(const void* address, std::size_t bytes, std::uint8_t bits) {
  const std::uint8_t* at = shadow_begin + offset_of(address);
  std::uint8_t seen = bits;
  for (std::size_t i = 0; i < bytes; ++i) seen &= at[i];
  return seen == bits;
}

std::string where(const void* address) {
  const Range& all = range();
  const std::size_t offset = offset_of(address);
  auto next = all.sizes.upper_bound(offset);
  if (next == all.sizes.begin()) return "in no allocation";
  --next;
  return "byte " + std::to_string(offset - next->first) + " of an allocation of " +
         std::to_string(next->second) +
         (shadow_begin[next->first] == freed ? " that was freed" : "");
}

}  // namespace

std::byte* const card_memory_begin = range().memory;

std::byte* allocate(std::size_t bytes) {
  Range& all = range();
  if (all.memory == nullptr || all.shadow == nullptr || bytes > range_bytes - all.used - 2 * gap)
    return nullptr;
  const std::size_t offset = (all.used + alignment - 1) / alignment * alignment;
  std::memset(all.shadow + offset, allocated, bytes);
  all.sizes[offset] = bytes;
  all.used = offset + bytes + gap;
  return all.memory + offset;
}

std::size_t deallocate(void* address) {
  Range& all = range();
  const std::size_t offset = is_card_memory(address) ? offset_of(address) : 0;
  const auto found = all.sizes.find(offset);
  if (found == all.sizes.end() || all.shadow[offset] == freed) return 0;
  std::memset(all.shadow + offset, freed, found->second);
  // Only whole pages can be given back.
  constexpr std::size_t page = 4096;
  const std::size_t from = (offset + page - 1) / page * page;
  const std::size_t to = (offset + found->second) / page * page;
  if (to > from) madvise(all.memory + from, to - from, MADV_DONTNEED);
  return found->second;
}

bool is_allocated(const void* address, std::size_t bytes) {
  return offset_of(address) + bytes <= range_bytes && all_of(address, bytes, allocated);
}
bool is_written(const void* address, std::size_t bytes) {
  return offset_of(address) + bytes <= range_bytes && all_of(address, bytes, written);
}
void mark_written(void* address, std::size_t bytes) {
  std::memset(shadow_begin + offset_of(address), written, bytes);
}

void copy_with_shadow(void* to, const void* from, std::size_t bytes) {
  std::memmove(to, from, bytes);
  std::memmove(shadow_begin + offset_of(to), shadow_begin + offset_of(from), bytes);
}

void check_card_read(const void* address, std::size_t bytes) {
  const std::uint8_t* at = shadow_begin + offset_of(address);
  std::uint8_t seen = written;
  for (std::size_t i = 0; i < bytes; ++i) seen &= at[i];
  if (seen == written) return;
  const Unchecked building_words;
  if (!is_allocated(address, bytes))
    report(FaultKind::out_of_bounds,
           "reads " + std::to_string(bytes) + " bytes at " + where(address));
  else
    report(FaultKind::unwritten,
           "reads " + std::to_string(bytes) + " bytes that nothing wrote, " + where(address));
}

void check_card_write(void* address, std::size_t bytes) {
  std::uint8_t* at = shadow_begin + offset_of(address);
  std::uint8_t seen = allocated;
  for (std::size_t i = 0; i < bytes; ++i) {
    seen &= at[i];
    at[i] |= seen << 1;
  }
  if ((seen & allocated) != 0) return;
  const Unchecked building_words;
  report(FaultKind::out_of_bounds,
         "writes " + std::to_string(bytes) + " bytes at " + where(address));
}

}  // namespace simt
