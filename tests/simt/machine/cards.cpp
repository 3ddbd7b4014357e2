#include "tests/simt/machine/cards.h"

#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "tests/simt/machine/fault.h"

namespace simt {
namespace {

constexpr std::size_t plenty = std::size_t{4} << 30;

int chosen = 0;
cudaError_t last = cudaSuccess;

/// CRIA_SIMT_FIRST_CARD: the card that is number 0; those before it are not there.
int first_card() {
  const char* value = std::getenv("CRIA_SIMT_FIRST_CARD");
  return value == nullptr ? 0 : std::atoi(value);
}

}  // namespace

std::array<Card, 6>& cards() {
  static std::array<Card, 6> all{{
      {"simulated card, threads in order", Order::forward, 9, 0, 4, plenty, -1},
      {"simulated card, threads in reverse", Order::reverse, 8, 6, 6, plenty, -1},
      {"simulated card, threads shuffled", Order::shuffled, 12, 0, 3, plenty, -1},
      {"simulated card, old", Order::forward, 7, 5, 4, plenty, -1},
      {"simulated card, small", Order::forward, 8, 9, 4, std::size_t{1} << 20, -1},
      {"simulated card, soon lost", Order::forward, 8, 9, 4, plenty, 100},
  }};
  return all;
}

int current_card_index() { return chosen; }
Card& current_card() { return cards()[static_cast<std::size_t>(chosen)]; }

cudaError_t remember(cudaError_t error) {
  if (error != cudaSuccess && error != cudaErrorNotReady) last = error;
  return error;
}

}  // namespace simt

using simt::cards;
using simt::remember;

const char* cudaGetErrorString(cudaError_t error) {
  static std::string text;
  text = simt::last_fault_text();
  if (text.empty()) text = "simulated error " + std::to_string(static_cast<int>(error));
  return text.c_str();
}
cudaError_t cudaGetLastError() { return std::exchange(simt::last, cudaSuccess); }

cudaError_t cudaDriverGetVersion(int* version) {
  *version = 13000;
  return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = 13000;
  return cudaSuccess;
}
cudaError_t cudaGetDeviceCount(int* count) {
  *count = static_cast<int>(cards().size()) - simt::first_card();
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) {
  device += simt::first_card();
  if (device < 0 || device >= static_cast<int>(cards().size()))
    return remember(cudaErrorInvalidDevice);
  simt::chosen = device;
  return remember(simt::current_card().lost);
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  device += simt::first_card();
  if (device < 0 || device >= static_cast<int>(cards().size()))
    return remember(cudaErrorInvalidDevice);
  const simt::Card& card = cards()[static_cast<std::size_t>(device)];
  *properties = {};
  std::strncpy(properties->name, card.name, sizeof properties->name - 1);
  properties->major = card.major;
  properties->minor = card.minor;
  properties->multiProcessorCount = card.multiprocessors;
  properties->totalGlobalMem = card.memory;
  return cudaSuccess;
}
cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  const simt::Card& card = simt::current_card();
  *free = card.memory - card.used;
  *total = card.memory;
  return remember(card.lost);
}
