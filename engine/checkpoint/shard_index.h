// model.safetensors.index.json, pytorch_model.bin.index.json: which shard holds which tensor.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/checkpoint/tensor_source.h"

namespace cria::engine {

struct ShardIndex {
  std::vector<std::string> files;  ///< plain names, sorted, each once
  /// (tensor, position in files), sorted by tensor, each tensor once.
  std::vector<std::pair<std::string, std::size_t>> weight_map;
};

/// Errors: checkpoint - no weight_map, a tensor twice, a shard whose name is more than a plain
/// name.
Result<ShardIndex> parse_shard_index(std::string_view json, const std::filesystem::path& file);

/// Does each shard hold exactly the tensors that the index promises? `shards[i]` are the tensors of
/// index.files[i]. Errors: checkpoint, naming the first tensor that is missing or not listed.
Status check_shards(const ShardIndex& index,
                    const std::vector<std::span<const StoredTensor>>& shards,
                    const std::filesystem::path& file);

}  // namespace cria::engine
