#include "kernels/cpu/memory.h"

#include <cstdlib>
#include <cstring>
#include <limits>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

#include "kernels/memory_available.h"
#include "kernels/step_check.h"

namespace cria::kernels::cpu {
namespace {

constexpr std::size_t line = 64;
// From here on whole pages are mapped; below it the heap is used.
constexpr std::size_t mapped_from = std::size_t{1} << 21;
// The system promises more than it has, so a large piece is compared with what is free first.
constexpr std::size_t asked_from = std::size_t{1} << 26;

// What a huge page holds, and where it begins at a multiple of.
constexpr std::size_t huge_page = std::size_t{1} << 21;

/// Fresh pages whose first begins where a huge page can, or null.
void* map_pages(std::size_t bytes) {
  void* const all =
      mmap(nullptr, bytes + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED) return nullptr;
  auto* const first = static_cast<std::byte*>(all);
  const std::size_t before = -reinterpret_cast<std::uintptr_t>(first) % huge_page;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t kept = (bytes + page - 1) / page * page;
  if (before != 0) munmap(first, before);
  munmap(first + before + kept, bytes + huge_page - before - kept);
  madvise(first + before, bytes, MADV_HUGEPAGE);
  return first + before;
}

}  // namespace

Result<Memory> Memory::allocate(const char* what, std::int64_t rows, std::int64_t cols,
                                std::size_t element_size) {
  std::size_t bytes = 0;
  if (rows < 0 || cols < 0 || __builtin_mul_overflow(rows, cols, &bytes) ||
      __builtin_mul_overflow(bytes, element_size, &bytes) ||
      bytes > std::numeric_limits<std::size_t>::max() / 2)
    return out_of_memory(what, std::numeric_limits<std::uint64_t>::max());
  bytes = (bytes + line) / line * line;  // never none
  if (bytes >= asked_from && bytes > memory_available()) return out_of_memory(what, bytes);
  void* data = nullptr;
  if (bytes < mapped_from) {
    data = std::aligned_alloc(line, bytes);
    if (data != nullptr) std::memset(data, 0, bytes);
  } else {
    data = map_pages(bytes);
  }
  if (data == nullptr) return out_of_memory(what, bytes);
  Memory memory;
  memory.data_ = static_cast<std::byte*>(data);
  memory.bytes_ = bytes;
  return memory;
}

Memory Memory::part_of(std::shared_ptr<Memory> whole, std::size_t offset, std::size_t bytes) {
  Memory memory;
  memory.data_ = whole->data_ + offset;
  memory.bytes_ = bytes;
  memory.whole_ = std::move(whole);
  return memory;
}

Status grow(Memory& memory, const char* what, std::int64_t floats) {
  if (floats >= 0 && memory.bytes() >= static_cast<std::size_t>(floats) * sizeof(float)) return {};
  memory = Memory();
  Result<Memory> larger = Memory::allocate(what, 1, floats, sizeof(float));
  if (!larger) return larger.error();
  memory = std::move(*larger);
  return {};
}

void Memory::release() {
  if (data_ == nullptr || whole_ != nullptr) return;
  if (bytes_ < mapped_from)
    std::free(data_);
  else
    munmap(data_, bytes_);
}

}  // namespace cria::kernels::cpu
