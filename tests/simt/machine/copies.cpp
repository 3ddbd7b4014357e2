// Allocation and copies of the stand-in for CUDA's runtime.
#include <cstring>
#include <map>
#include <memory>

#include "tests/simt/include/runtime_api.h"
#include "tests/simt/machine/cards.h"
#include "tests/simt/machine/fault.h"
#include "tests/simt/machine/memory.h"
#include "tests/simt/machine/stream.h"

using simt::FaultKind;
using simt::remember;
using simt::report;

namespace {

std::map<const std::byte*, std::size_t>& pinned() {
  static std::map<const std::byte*, std::size_t> all;
  return all;
}

/// The card that an allocation lies on.
std::map<void*, simt::Card*>& owners() {
  static std::map<void*, simt::Card*> all;
  return all;
}

bool is_pinned(const void* address, std::size_t bytes) {
  const auto* at = static_cast<const std::byte*>(address);
  auto next = pinned().upper_bound(at);
  if (next == pinned().begin()) return false;
  --next;
  return at + bytes <= next->first + next->second;
}

/// One row of a copy; a fault says what a real card would not have forgiven.
cudaError_t copy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  const bool to_card = kind != cudaMemcpyDeviceToHost;
  const bool from_card = kind != cudaMemcpyHostToDevice;
  if ((to_card && !simt::is_allocated(to, bytes)) ||
      (from_card && !simt::is_allocated(from, bytes))) {
    report(FaultKind::out_of_bounds, "a copy reaches out of an allocation");
    return cudaErrorIllegalAddress;
  }
  if (to_card && from_card) {
    simt::copy_with_shadow(to, from, bytes);
    return cudaSuccess;
  }
  if (!is_pinned(to_card ? from : to, bytes)) {
    report(FaultKind::bad_call, "an asynchronous copy from or to memory that is not pinned");
    return cudaErrorInvalidValue;
  }
  if (from_card && !simt::is_written(from, bytes)) {
    report(FaultKind::unwritten, "a copy to the host of bytes that nothing wrote");
    return cudaErrorIllegalAddress;
  }
  std::memcpy(to, from, bytes);
  if (to_card) simt::mark_written(to, bytes);
  return cudaSuccess;
}

}  // namespace

cudaError_t cudaMalloc(void** address, std::size_t bytes) {
  simt::Card& card = simt::current_card();
  if (card.lost != cudaSuccess) return remember(card.lost);
  *address = nullptr;
  if (bytes == 0) return cudaSuccess;
  if (bytes <= card.memory - card.used) *address = simt::allocate(bytes);
  if (*address == nullptr) return remember(cudaErrorMemoryAllocation);
  card.used += bytes;
  owners()[*address] = &card;
  return cudaSuccess;
}

cudaError_t cudaFree(void* address) {
  if (address == nullptr) return cudaSuccess;
  simt::drain_all();  // a real card waits, too
  const std::size_t bytes = simt::deallocate(address);
  if (bytes == 0) {
    report(FaultKind::bad_call, "frees what was not allocated");
    return remember(cudaErrorInvalidValue);
  }
  owners()[address]->used -= bytes;
  owners().erase(address);
  return cudaSuccess;
}

cudaError_t cudaHostAlloc(void** address, std::size_t bytes, unsigned) {
  if (bytes > simt::current_card().memory) return remember(cudaErrorMemoryAllocation);
  auto* at = new (std::align_val_t{256}) std::byte[bytes];
  std::memset(at, 0xA5, bytes);
  pinned()[at] = bytes;
  *address = at;
  return cudaSuccess;
}

cudaError_t cudaFreeHost(void* address) {
  if (address == nullptr) return cudaSuccess;
  pinned().erase(static_cast<std::byte*>(address));
  ::operator delete[](static_cast<std::byte*>(address), std::align_val_t{256});
  return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  return simt::enqueue(stream, [=] { return copy(to, from, bytes, kind); });
}

cudaError_t cudaMemcpy2DAsync(void* to, std::size_t to_pitch, const void* from,
                              std::size_t from_pitch, std::size_t width, std::size_t height,
                              cudaMemcpyKind kind, cudaStream_t stream) {
  return simt::enqueue(stream, [=] {
    cudaError_t error = cudaSuccess;
    for (std::size_t row = 0; row < height && error == cudaSuccess; ++row)
      error = copy(static_cast<std::byte*>(to) + row * to_pitch,
                   static_cast<const std::byte*>(from) + row * from_pitch, width, kind);
    return error;
  });
}

cudaError_t cudaMemsetAsync(void* to, int value, std::size_t bytes, cudaStream_t stream) {
  return simt::enqueue(stream, [=] {
    if (!simt::is_allocated(to, bytes)) {
      report(FaultKind::out_of_bounds, "a memset reaches out of an allocation");
      return cudaErrorIllegalAddress;
    }
    std::memset(to, value, bytes);
    simt::mark_written(to, bytes);
    return cudaSuccess;
  });
}
