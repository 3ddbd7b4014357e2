// Zeroed memory that begins on a cache line; large pieces ask for huge pages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "kernels/result.h"

namespace cria::kernels::cpu {

/// Owns its bytes, or shares a larger piece whose part they are; movable.
class Memory {
 public:
  Memory() = default;
  ~Memory() { release(); }
  Memory(Memory&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        bytes_(std::exchange(other.bytes_, 0)),
        whole_(std::move(other.whole_)) {}
  Memory& operator=(Memory&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    std::swap(whole_, other.whole_);
    return *this;
  }

  /// rows * cols * element_size bytes for `what`. Errors: device (more than there is).
  static Result<Memory> allocate(const char* what, std::int64_t rows, std::int64_t cols,
                                 std::size_t element_size);
  /// `bytes` of `whole`, which lives as long as any part of it.
  static Memory part_of(std::shared_ptr<Memory> whole, std::size_t offset, std::size_t bytes);

  std::byte* data() { return data_; }
  const std::byte* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }
  float* floats() { return reinterpret_cast<float*>(data_); }
  const float* floats() const { return reinterpret_cast<const float*>(data_); }

 private:
  void release();

  std::byte* data_ = nullptr;
  std::size_t bytes_ = 0;
  std::shared_ptr<Memory> whole_;  // null: these bytes are its own
};

/// Makes `memory` hold `floats`, for `what`; what it held is lost if it has to grow. Errors:
/// device.
Status grow(Memory& memory, const char* what, std::int64_t floats);

}  // namespace cria::kernels::cpu
