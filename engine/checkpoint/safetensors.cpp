#include "engine/checkpoint/safetensors.h"

#include <algorithm>
#include <utility>

#include "engine/base/byte_reader.h"
#include "engine/base/file_error.h"
#include "engine/checkpoint/limits.h"
#include "engine/checkpoint/safetensors_header.h"
#include "engine/checkpoint/tensor_layout.h"

namespace cria::engine {
namespace {

constexpr std::uint64_t length_bytes = 8;

/// Turns entries, sorted by offset, into tensors of `data`.
class EntryReader {
 public:
  EntryReader(std::span<const std::byte> data, const std::filesystem::path& file)
      : data_(data), file_(file) {}

  Result<StoredTensor> read(SafetensorsEntry entry) {
    const auto refuse = [&](const std::string& what) {
      return tensor_error(file_, entry.name, what);
    };
    const auto type = element_type_named(entry.dtype);
    if (!type)
      return refuse("has the dtype " + in_quotes(entry.dtype) + ", which Cria does not know");
    const auto count = element_count(entry.shape, *type);
    if (!count) return refuse("has the impossible shape " + shape_text(entry.shape));
    if (entry.begin != next_ || entry.end < entry.begin) {
      return refuse("has data_offsets [" + std::to_string(entry.begin) + ", " +
                    std::to_string(entry.end) + "], expected them to begin at " +
                    std::to_string(next_) + ", where the tensor before it ends");
    }
    const std::uint64_t expected = *count * size_of(*type);
    if (entry.end - entry.begin != expected) {
      return refuse("of shape " + shape_text(entry.shape) + " and dtype " + entry.dtype +
                    " needs " + std::to_string(expected) + " bytes, but its data_offsets give " +
                    std::to_string(entry.end - entry.begin));
    }
    if (entry.end > data_.size()) {
      return refuse("ends at byte " + std::to_string(entry.end) +
                    " of the data, but the file has " + std::to_string(data_.size()) +
                    " bytes of data: it is cut short");
    }
    next_ = entry.end;
    auto strides = contiguous_strides(entry.shape);
    return StoredTensor{std::move(entry.name),      *type,
                        std::move(entry.shape),     std::move(strides),
                        data_.data() + entry.begin, file_};
  }

  std::uint64_t end() const { return next_; }

 private:
  std::span<const std::byte> data_;
  const std::filesystem::path& file_;
  std::uint64_t next_ = 0;
};

Result<std::span<const std::byte>> header_of(std::span<const std::byte> bytes,
                                             const std::filesystem::path& file) {
  if (bytes.size() < length_bytes) {
    return file_error(
        file, "has " + std::to_string(bytes.size()) + " bytes, too few for a safetensors file");
  }
  const std::uint64_t length = little_endian(bytes.first(length_bytes));
  if (length > max_safetensors_header) {
    return file_error(file, "is no safetensors file: its first 8 bytes give a header of " +
                                std::to_string(length) + " bytes, more than the " +
                                std::to_string(max_safetensors_header) + " allowed");
  }
  if (length > bytes.size() - length_bytes) {
    return file_error(file, "is cut short: its header should have " + std::to_string(length) +
                                " bytes, but only " + std::to_string(bytes.size() - length_bytes) +
                                " follow");
  }
  return bytes.subspan(length_bytes, static_cast<std::size_t>(length));
}

}  // namespace

Result<std::vector<StoredTensor>> read_safetensors(std::span<const std::byte> bytes,
                                                   const std::filesystem::path& file) {
  const auto header_bytes = header_of(bytes, file);
  if (!header_bytes) return header_bytes.error();
  auto header = parse_safetensors_header(as_text(*header_bytes));
  if (!header.problem.empty()) return file_error(file, header.problem);

  auto& entries = header.entries;
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  EntryReader reader(bytes.subspan(length_bytes + header_bytes->size()), file);
  std::vector<StoredTensor> tensors;
  tensors.reserve(entries.size());
  for (auto& entry : entries) {
    auto tensor = reader.read(std::move(entry));
    if (!tensor) return tensor.error();
    tensors.push_back(*std::move(tensor));
  }
  const std::uint64_t data_size = bytes.size() - length_bytes - header_bytes->size();
  if (reader.end() != data_size) {
    return file_error(file, "has " + std::to_string(data_size - reader.end()) +
                                " bytes after the last tensor that no tensor claims");
  }
  return tensors;
}

}  // namespace cria::engine
