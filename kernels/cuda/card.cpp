#include "kernels/cuda/card.h"

#include <algorithm>
#include <limits>

#include "kernels/step_check.h"

namespace cria::kernels::cuda {
namespace {

constexpr int oldest_capability = 75;
// For the driver, for cuBLASLt, and for what else draws on the screen.
constexpr std::uint64_t left_alone = std::uint64_t{64} << 20U;

Error no_driver() {
  int driver = 0;
  int wanted = 0;
  cudaDriverGetVersion(&driver);
  cudaRuntimeGetVersion(&wanted);
  if (driver == 0)
    return {ErrorKind::device,
            "no NVIDIA driver is installed: install one to use the GPU, or choose the device cpu"};
  const auto version = [](int number) {
    return std::to_string(number / 1000) + "." + std::to_string(number % 1000 / 10);
  };
  return {ErrorKind::device, "the NVIDIA driver is too old: it knows CUDA up to " +
                                 version(driver) + ", Cria needs " + version(wanted) +
                                 ": update the driver, or choose the device cpu"};
}

}  // namespace

Status check(cudaError_t error, const char* what) {
  switch (error) {
    case cudaSuccess:
      return {};
    case cudaErrorInsufficientDriver:
    case cudaErrorSystemDriverMismatch:
      return no_driver();
    case cudaErrorNoDevice:
    case cudaErrorInvalidDevice:
      return Error{ErrorKind::device, "no NVIDIA GPU is found: choose the device cpu"};
    case cudaErrorDevicesUnavailable:
      return Error{ErrorKind::device,
                   "the GPU is used by another program alone: close it, or choose the device cpu"};
    case cudaErrorMemoryAllocation:
      return Error{ErrorKind::device, std::string("the GPU is out of memory while ") + what +
                                          ": close other programs, choose a smaller precision "
                                          "or the device cpu"};
    case cudaErrorNoKernelImageForDevice:
    case cudaErrorUnsupportedPtxVersion:
      return Error{ErrorKind::device,
                   "this build of Cria's CUDA engine was not made for this GPU: choose the device "
                   "cpu"};
    default:
      return Error{ErrorKind::device, std::string("the GPU failed while ") + what + " (" +
                                          cudaGetErrorString(error) +
                                          "): choose the device cpu, or start Cria again"};
  }
}

Result<int> count_cards() {
  int count = 0;
  if (Status counted = check(cudaGetDeviceCount(&count), "looking for GPUs"); !counted) {
    cudaGetLastError();  // said; not to be found again by the next call
    return counted.error();
  }
  if (count == 0) return check(cudaErrorNoDevice, "").error();
  return count;
}

Result<Card> find_card(int index) {
  const Result<int> count = count_cards();
  if (!count) return count.error();
  if (index < 0 || index >= *count)
    return Error{ErrorKind::device, "there is no GPU " + std::to_string(index) + ": the first of " +
                                        std::to_string(*count) + " is cuda:0"};
  cudaDeviceProp properties{};
  if (Status read = check(cudaGetDeviceProperties(&properties, index), "looking at a GPU"); !read)
    return read.error();
  Card card{index, properties.name, properties.major * 10 + properties.minor,
            properties.multiProcessorCount, properties.totalGlobalMem};
  if (card.capability < oldest_capability)
    return Error{ErrorKind::device, card.name + " has compute capability " +
                                        std::to_string(properties.major) + "." +
                                        std::to_string(properties.minor) +
                                        ", Cria needs 7.5 or newer: choose the device cpu"};
  if (Status used = check(cudaSetDevice(index), "opening the GPU"); !used) return used.error();
  return card;
}

std::uint64_t Card::memory_available() const {
  use();
  std::size_t free = 0;
  std::size_t total = 0;
  if (cudaMemGetInfo(&free, &total) != cudaSuccess) return 0;
  return free - std::min<std::uint64_t>(free, left_alone);
}

Result<CardMemory> CardMemory::allocate(const char* what, std::uint64_t bytes) {
  void* data = nullptr;
  bytes = std::max<std::uint64_t>(bytes, 1);
  if (const cudaError_t error = cudaMalloc(&data, bytes); error != cudaSuccess) {
    cudaGetLastError();
    if (error == cudaErrorMemoryAllocation) return out_of_memory(what, bytes);
    return check(error, "making room on it").error();
  }
  CardMemory memory;
  memory.data_ = static_cast<std::byte*>(data);
  memory.bytes_ = bytes;
  return memory;
}

Status CardMemory::grow(const char* what, std::uint64_t bytes) {
  if (bytes <= bytes_ && data_ != nullptr) return {};
  *this = CardMemory();
  Result<CardMemory> larger = allocate(what, bytes);
  if (!larger) return larger.error();
  *this = std::move(*larger);
  return {};
}

Status PinnedMemory::grow(const char* what, std::uint64_t bytes) {
  if (bytes <= bytes_ && data_ != nullptr) return {};
  *this = PinnedMemory();
  void* data = nullptr;
  if (const cudaError_t error =
          cudaHostAlloc(&data, std::max<std::uint64_t>(bytes, 1), cudaHostAllocDefault);
      error != cudaSuccess) {
    cudaGetLastError();
    if (error == cudaErrorMemoryAllocation) return out_of_memory(what, bytes);
    return check(error, "making room for it");
  }
  data_ = static_cast<std::byte*>(data);
  bytes_ = bytes;
  return {};
}

Status Stream::create() {
  return check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "opening the GPU");
}

Status Event::create(bool timed) {
  return check(cudaEventCreateWithFlags(&event_, timed ? cudaEventDefault : cudaEventDisableTiming),
               "opening the GPU");
}

Status Event::record(cudaStream_t stream) {
  recorded_ = true;
  return check(cudaEventRecord(event_, stream), "computing");
}

Status Event::wait() {
  if (!recorded_) return {};
  return check(cudaEventSynchronize(event_), "computing");
}

float Event::since(const Event& earlier) const {
  float milliseconds = 0;
  cudaEventElapsedTime(&milliseconds, earlier.event_, event_);
  return milliseconds;
}

}  // namespace cria::kernels::cuda
