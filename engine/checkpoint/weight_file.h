// One file of weights, whatever its format.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "engine/base/mapped_file.h"
#include "engine/checkpoint/tensor_source.h"

namespace cria::engine {

enum class WeightFormat { safetensors, pytorch };

struct WeightFile {
  std::shared_ptr<const MappedFile> mapping;
  WeightFormat format = WeightFormat::safetensors;
  std::vector<StoredTensor> tensors;  ///< sorted by name, names unique; they borrow from `mapping`
};

/// Maps and reads it. Errors: checkpoint; what is not weights at all (a Git LFS pointer, a web
/// page, an archive) is named.
Result<WeightFile> open_weight_file(const std::filesystem::path& path);

}  // namespace cria::engine
