#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <utility>

#include "engine/base/byte_reader.h"
#include "engine/base/file_error.h"
#include "engine/checkpoint/limits.h"
#include "engine/checkpoint/shard_index.h"
#include "engine/checkpoint/tensor_layout.h"
#include "engine/checkpoint/weight_file.h"

namespace cria::engine {
namespace {

namespace fs = std::filesystem;

class MappedTensors : public TensorSource {
 public:
  /// `files` are not empty, and no two of them hold a tensor of one name.
  explicit MappedTensors(std::vector<WeightFile> files) {
    format_ = files.front().format == WeightFormat::safetensors ? "safetensors" : "pytorch";
    if (files.size() > 1) format_ += " (" + std::to_string(files.size()) + " shards)";
    for (WeightFile& file : files) {
      std::move(file.tensors.begin(), file.tensors.end(), std::back_inserter(tensors_));
      mappings_.push_back(std::move(file.mapping));
    }
    std::sort(tensors_.begin(), tensors_.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
  }

  const std::vector<StoredTensor>& tensors() const override { return tensors_; }

  const StoredTensor* find(std::string_view name) const override {
    const auto place = std::lower_bound(
        tensors_.begin(), tensors_.end(), name,
        [](const auto& tensor, std::string_view key) { return tensor.name < key; });
    return place != tensors_.end() && place->name == name ? &*place : nullptr;
  }

  std::string format() const override { return format_; }

  std::uint64_t total_bytes() const override {
    std::uint64_t total = 0;
    for (const auto& mapping : mappings_) total += mapping->bytes().size();
    return total;
  }

  void release(const StoredTensor& tensor) const override {
    const MappedFile* mapping = mapping_of(tensor);
    const auto elements = reach(tensor.shape, tensor.strides, tensor.type);
    if (mapping == nullptr || !elements) return;
    mapping->release({tensor.data, static_cast<std::size_t>(*elements * size_of(tensor.type))});
  }

  void keep() const override {
    for (const auto& mapping : mappings_) mapping->expect_repeated_reads();
  }

  Status still_whole() const override {
    for (const auto& mapping : mappings_)
      if (Status whole = mapping->still_whole(); !whole) return whole;
    return {};
  }

 private:
  const MappedFile* mapping_of(const StoredTensor& tensor) const {
    for (const auto& mapping : mappings_) {
      const auto bytes = mapping->bytes();
      const std::less_equal<> not_after;
      if (not_after(bytes.data(), tensor.data) &&
          not_after(tensor.data, bytes.data() + bytes.size()) && tensor.file == mapping->path()) {
        return mapping.get();
      }
    }
    return nullptr;
  }

  std::string format_;
  std::vector<std::shared_ptr<const MappedFile>> mappings_;
  std::vector<StoredTensor> tensors_;
};

Result<std::unique_ptr<TensorSource>> open_single(const fs::path& path) {
  std::vector<WeightFile> files;
  auto file = open_weight_file(path);
  if (!file) return file.error();
  files.push_back(*std::move(file));
  return std::unique_ptr<TensorSource>(std::make_unique<MappedTensors>(std::move(files)));
}

Result<ShardIndex> open_index(const fs::path& path) {
  const auto mapping = MappedFile::open(path);
  if (!mapping) return mapping.error();
  const auto bytes = (*mapping)->bytes();
  if (bytes.size() > max_index_file) {
    return file_error(path, "has " + std::to_string(bytes.size()) + " bytes, more than the " +
                                std::to_string(max_index_file) + " an index may have");
  }
  return parse_shard_index(as_text(bytes), path);
}

Result<std::unique_ptr<TensorSource>> open_sharded(const fs::path& path) {
  const auto index = open_index(path);
  if (!index) return index.error();
  std::vector<WeightFile> files;
  for (const std::string& name : index->files) {
    const fs::path shard = path.parent_path() / name;
    std::error_code ignored;
    if (!fs::exists(fs::symlink_status(shard, ignored))) {
      return file_error(shard, "this shard is missing, though " + path.string() + " names it");
    }
    auto file = open_weight_file(shard);
    if (!file) return file.error();
    files.push_back(*std::move(file));
  }
  std::vector<std::span<const StoredTensor>> shards;
  shards.reserve(files.size());
  for (const WeightFile& file : files) shards.emplace_back(file.tensors);
  const Status agreed = check_shards(*index, shards, path);
  if (!agreed) return agreed.error();
  return std::unique_ptr<TensorSource>(std::make_unique<MappedTensors>(std::move(files)));
}

bool is_index(const fs::path& path) { return path.filename().string().ends_with(".index.json"); }

Result<std::unique_ptr<TensorSource>> open_path(const fs::path& path) {
  return is_index(path) ? open_sharded(path) : open_single(path);
}

/// What else lies in the folder that a person may have meant.
std::string others_found(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code problem;
  for (fs::directory_iterator entry(folder, problem), end; !problem && entry != end;
       entry.increment(problem)) {
    const std::string extension = entry->path().extension().string();
    for (const char* known : {".safetensors", ".bin", ".pt", ".pth", ".gguf", ".ckpt", ".h5"}) {
      if (extension == known) names.push_back(entry->path().filename().string());
    }
  }
  if (problem) return "the folder cannot be listed (" + problem.message() + ")";
  if (names.empty()) return "found no weights";
  std::sort(names.begin(), names.end());
  std::string text = "found only " + in_quotes(names.front());
  if (names.size() > 1) text += " and " + std::to_string(names.size() - 1) + " more like it";
  return text;
}

}  // namespace

Result<std::unique_ptr<TensorSource>> open_tensors(const fs::path& folder) {
  std::error_code problem;
  const fs::file_status status = fs::status(folder, problem);
  if (!fs::exists(status)) {
    return file_error(folder, problem && status.type() == fs::file_type::none
                                  ? "cannot be read (" + problem.message() + ")"
                                  : "no such file or folder");
  }
  if (!fs::is_directory(status)) return open_path(folder);
  // The order in which transformers looks.
  for (const char* name : {"model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
                           "pytorch_model.bin.index.json"}) {
    const fs::path candidate = folder / name;
    // A dangling link counts: it is an unfinished download, and is said so.
    if (fs::exists(fs::symlink_status(candidate, problem))) return open_path(candidate);
  }
  return file_error(folder,
                    "expected model.safetensors, pytorch_model.bin or the index of either, " +
                        others_found(folder));
}

}  // namespace cria::engine
