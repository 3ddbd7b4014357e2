#include "engine/checkpoint/torch_bin.h"
#include "tests/fuzz/inside.h"

using namespace cria::engine;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = as_bytes(data, size);
  const auto tensors = read_torch_bin(file, fuzzed_name);
  if (!tensors) return 0;
  for (const StoredTensor& tensor : *tensors) expect_inside(tensor, file);
  return 0;
}
