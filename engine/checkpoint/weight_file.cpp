#include "engine/checkpoint/weight_file.h"

#include <algorithm>
#include <utility>

#include "engine/base/file_error.h"
#include "engine/checkpoint/impostor.h"
#include "engine/checkpoint/safetensors.h"
#include "engine/checkpoint/torch_bin.h"

namespace cria::engine {
namespace {

using Bytes = std::span<const std::byte>;

bool looks_like_pytorch(Bytes bytes) {
  const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(bytes[i]); };
  if (bytes.size() < 4) return false;
  return (at(0) == 'P' && at(1) == 'K') || (at(0) == 0x80 && at(1) >= 1 && at(1) <= 5);
}

bool looks_like_safetensors(Bytes bytes) { return bytes.size() > 8 && bytes[8] == std::byte{'{'}; }

/// The name decides where it is telling, else the content.
WeightFormat format_of(Bytes bytes, const std::filesystem::path& path) {
  if (path.extension() == ".safetensors") return WeightFormat::safetensors;
  if (looks_like_pytorch(bytes)) return WeightFormat::pytorch;
  return looks_like_safetensors(bytes) ? WeightFormat::safetensors : WeightFormat::pytorch;
}

Result<std::vector<StoredTensor>> read(Bytes bytes, WeightFormat format,
                                       const std::filesystem::path& path) {
  auto tensors = format == WeightFormat::safetensors ? read_safetensors(bytes, path)
                                                     : read_torch_bin(bytes, path);
  if (tensors) return tensors;
  // Only what could not be read is suspected: a header's length may begin like any other file.
  const std::string impostor = recognise_impostor(bytes);
  if (!impostor.empty()) return file_error(path, impostor);
  if (format == WeightFormat::safetensors && looks_like_pytorch(bytes) &&
      !looks_like_safetensors(bytes)) {
    return file_error(path, "is named .safetensors but begins like a PyTorch file: rename it");
  }
  return tensors;
}

}  // namespace

Result<WeightFile> open_weight_file(const std::filesystem::path& path) {
  auto mapping = MappedFile::open(path);
  if (!mapping) return mapping.error();
  WeightFile file;
  file.mapping = *std::move(mapping);
  const Bytes bytes = file.mapping->bytes();
  file.format = format_of(bytes, path);
  auto tensors = read(bytes, file.format, path);
  if (Status whole = file.mapping->still_whole(); !whole) return whole.error();
  if (!tensors) return tensors.error();
  file.tensors = *std::move(tensors);

  std::sort(file.tensors.begin(), file.tensors.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  const auto twice =
      std::adjacent_find(file.tensors.begin(), file.tensors.end(),
                         [](const auto& a, const auto& b) { return a.name == b.name; });
  if (twice != file.tensors.end()) return tensor_error(path, twice->name, "is there twice");
  if (file.tensors.empty()) return file_error(path, "holds no tensors");
  file.mapping->expect_sequential_reads();
  return file;
}

}  // namespace cria::engine
