#include "engine/checkpoint/torch_state.h"
#include "tests/fuzz/inside.h"

using namespace cria::engine;

/// A pickle whose storages are as large as it says, up to a limit, and hold nothing but zeros.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<std::byte> zeros(1 << 16);
  auto state = read_torch_state(as_bytes(data, size), fuzzed_name);
  if (!state) return 0;
  for (TorchTensor& tensor : state->tensors) {
    const TorchStorage& storage = state->storages[tensor.storage];
    const auto placed = place_tensor(std::move(tensor), storage, zeros, fuzzed_name);
    if (placed) expect_inside(*placed, zeros);
  }
  return 0;
}
