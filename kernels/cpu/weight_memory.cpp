#include "kernels/cpu/weight_memory.h"

#include <utility>

namespace cria::kernels::cpu {
namespace {

constexpr const char* what = "a weight";
constexpr std::size_t line = 64;
// Mapped, but only what weights are written to is taken from the system: on average half a huge
// page a piece is wasted.
constexpr std::size_t piece_bytes = std::size_t{256} << 20;
// Larger weights have pages of their own.
constexpr std::size_t largest_shared = std::size_t{32} << 20;

}  // namespace

Result<Memory> WeightMemory::allocate(std::int64_t rows, std::int64_t cols,
                                      std::size_t element_size) {
  std::size_t bytes = 0;
  if (rows < 0 || cols < 0 || __builtin_mul_overflow(rows, cols, &bytes) ||
      __builtin_mul_overflow(bytes, element_size, &bytes) || bytes > largest_shared)
    return Memory::allocate(what, rows, cols, element_size);
  bytes = (bytes + line) / line * line;  // never none
  // A piece that no weight is left in holds what they were.
  if (piece_ != nullptr && piece_.use_count() == 1) piece_ = nullptr;
  if (piece_ == nullptr || piece_->bytes() - used_ < bytes) {
    Result<Memory> fresh = Memory::allocate(what, 1, piece_bytes, 1);
    if (!fresh) return Memory::allocate(what, rows, cols, element_size);
    piece_ = std::make_shared<Memory>(std::move(*fresh));
    used_ = 0;
  }
  return Memory::part_of(piece_, std::exchange(used_, used_ + bytes), bytes);
}

}  // namespace cria::kernels::cpu
