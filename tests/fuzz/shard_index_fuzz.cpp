#include "engine/checkpoint/shard_index.h"
#include "tests/fuzz/inside.h"

using namespace cria::engine;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto index = parse_shard_index({reinterpret_cast<const char*>(data), size}, fuzzed_name);
  if (!index) return 0;
  // A shard must never lead out of its folder.
  for (const std::string& file : index->files) {
    if (file.empty() || file == ".." || std::filesystem::path(file).filename() != file) {
      __builtin_trap();
    }
  }
  // Shards that hold exactly what the index promises are right; with one tensor less they are not.
  std::vector<std::vector<StoredTensor>> tensors(index->files.size());
  for (const auto& [name, shard] : index->weight_map) {
    tensors[shard].emplace_back().name = name;
  }
  const auto check = [&] {
    const std::vector<std::span<const StoredTensor>> shards(tensors.begin(), tensors.end());
    return static_cast<bool>(check_shards(*index, shards, fuzzed_name));
  };
  if (!check()) __builtin_trap();
  tensors.front().pop_back();
  if (check()) __builtin_trap();
  return 0;
}
