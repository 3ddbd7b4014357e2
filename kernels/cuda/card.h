// A card, and owners of what is had from it: memory, pinned memory of the host, streams, events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cuda_runtime.h>
#include <string>
#include <utility>

#include "kernels/result.h"

namespace cria::kernels::cuda {

/// A sentence for the user where `error` is one; `what` says what was tried ("copying a weight").
Status check(cudaError_t error, const char* what);

/// A card that can be used.
struct Card {
  int index = 0;
  std::string name;
  int capability = 0;  ///< 90 is 9.0
  int multiprocessors = 0;
  std::uint64_t memory = 0;

  bool has_bf16_products() const { return capability >= 80; }
  /// Makes it the card that this thread talks to.
  void use() const { cudaSetDevice(index); }
  std::uint64_t memory_available() const;
};

/// How many cards there are. Errors: device (no driver, one too old, no card).
Result<int> count_cards();
/// Errors: device (not there, or too old).
Result<Card> find_card(int index);

/// Memory of the card that was in use when it was made.
class CardMemory {
 public:
  CardMemory() = default;
  ~CardMemory() { cudaFree(data_); }
  CardMemory(CardMemory&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  CardMemory& operator=(CardMemory&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }

  /// For `what`; leaves the card some to work with. Errors: device (more than there is).
  static Result<CardMemory> allocate(const char* what, std::uint64_t bytes);
  /// Makes it hold `bytes`; what it held is lost if it has to grow. Errors: device.
  Status grow(const char* what, std::uint64_t bytes);

  std::byte* data() const { return data_; }
  float* floats() const { return reinterpret_cast<float*>(data_); }
  std::size_t bytes() const { return bytes_; }

 private:
  std::byte* data_ = nullptr;
  std::size_t bytes_ = 0;
};

/// Memory of the host that the card copies from and to while both work.
class PinnedMemory {
 public:
  PinnedMemory() = default;
  ~PinnedMemory() { cudaFreeHost(data_); }
  PinnedMemory(PinnedMemory&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  PinnedMemory& operator=(PinnedMemory&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }

  /// As CardMemory::grow. Errors: device.
  Status grow(const char* what, std::uint64_t bytes);

  std::byte* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }

 private:
  std::byte* data_ = nullptr;
  std::size_t bytes_ = 0;
};

class Stream {
 public:
  Stream() = default;
  ~Stream() {
    if (stream_ != nullptr) cudaStreamDestroy(stream_);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  Status create();
  /// Waits for all that was put on it. Errors: device (the card was lost).
  Status wait() const { return check(cudaStreamSynchronize(stream_), "computing"); }
  operator cudaStream_t() const { return stream_; }  // NOLINT: it is one

 private:
  cudaStream_t stream_ = nullptr;
};

/// A mark on a stream that the host can wait for.
class Event {
 public:
  Event() = default;
  ~Event() {
    if (event_ != nullptr) cudaEventDestroy(event_);
  }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  Status create(bool timed = false);
  Status record(cudaStream_t stream);
  /// Returns at once if it was never recorded. Errors: device.
  Status wait();
  /// Milliseconds from `earlier` to this one; both were timed, recorded and waited for.
  float since(const Event& earlier) const;

 private:
  cudaEvent_t event_ = nullptr;
  bool recorded_ = false;
};

}  // namespace cria::kernels::cuda
