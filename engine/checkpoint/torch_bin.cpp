#include "engine/checkpoint/torch_bin.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/byte_reader.h"
#include "engine/base/file_error.h"
#include "engine/checkpoint/torch_legacy.h"
#include "engine/checkpoint/torch_state.h"
#include "engine/checkpoint/zip.h"

namespace cria::engine {
namespace {

using Bytes = std::span<const std::byte>;

/// "PREFIX/": all records of an archive lie in one folder, named as the file was when it was saved.
std::string prefix_of(const ZipArchive& archive) {
  const auto slash = archive.first_name().find('/');
  return slash == std::string_view::npos ? std::string()
                                         : std::string(archive.first_name().substr(0, slash + 1));
}

Status check_byte_order(const ZipArchive& archive, const std::string& prefix,
                        const std::filesystem::path& file) {
  const ZipRecord* record = archive.find(prefix + "byteorder");
  if (record == nullptr || as_text(record->data) == "little") return {};
  return file_error(file, "its numbers have the byte order " + in_quotes(as_text(record->data)) +
                              ", expected \"little\"");
}

Result<std::vector<StoredTensor>> read_zip(Bytes bytes, const std::filesystem::path& file) {
  const auto archive = ZipArchive::read(bytes, file);
  if (!archive) return archive.error();
  const std::string prefix = prefix_of(*archive);
  if (archive->find(prefix + "constants.pkl") != nullptr) {
    return file_error(file, "is a TorchScript program, expected a state_dict saved by torch.save");
  }
  const ZipRecord* pickle = archive->find(prefix + "data.pkl");
  if (pickle == nullptr) {
    return file_error(file, "is a zip archive without " + in_quotes(prefix + "data.pkl") +
                                ": not saved by PyTorch");
  }
  const Status order = check_byte_order(*archive, prefix, file);
  if (!order) return order.error();
  auto state = read_torch_state(pickle->data, file);
  if (!state) return state.error();
  const auto find = [&](const std::string& key) -> std::optional<Bytes> {
    const ZipRecord* record = archive->find(prefix + "data/" + key);
    if (record == nullptr) return std::nullopt;
    return record->data;
  };
  return place_tensors(*std::move(state), find, file);
}

}  // namespace

Result<std::vector<StoredTensor>> read_torch_bin(Bytes bytes, const std::filesystem::path& file) {
  const std::string_view start = as_text(bytes.first(std::min<std::size_t>(bytes.size(), 4)));
  if (start.starts_with("PK")) return read_zip(bytes, file);
  if (!start.empty() && start[0] == '\x80') return read_torch_legacy(bytes, file);
  return file_error(file,
                    "begins like no file of weights: expected safetensors, a zip archive or a "
                    "pickle of PyTorch");
}

}  // namespace cria::engine
