// Small hostile files, written byte by byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cria::engine {

/// A copy of exactly that size on the heap, so that a sanitizer sees any byte read beyond it.
class ExactBytes {
 public:
  explicit ExactBytes(std::string_view text) : size_(text.size()), data_(new std::byte[size_]) {
    if (size_ > 0) std::memcpy(data_.get(), text.data(), size_);
  }
  std::span<const std::byte> span() const { return {data_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<std::byte[]> data_;
};

/// `value` in `width` bytes, lowest first.
inline std::string little(std::uint64_t value, int width) {
  std::string out;
  for (int i = 0; i < width; ++i, value >>= 8) out += static_cast<char>(value & 0xff);
  return out;
}

inline std::string safetensors_file(const std::string& header, std::size_t data_bytes) {
  return little(header.size(), 8) + header + std::string(data_bytes, '\0');
}

/// One record of an archive; the fields can be made to lie.
struct FakeRecord {
  std::string name;
  std::string data;
  std::uint64_t method = 0;
  std::uint64_t flags = 0x0808;
  std::int64_t size_lie = 0;       ///< added to both sizes in the directory
  std::int64_t size_mismatch = 0;  ///< added to one of them
  std::int64_t offset_lie = 0;
  std::string local_name = {};  ///< empty: as name
};

struct FakeZip {
  std::vector<FakeRecord> records;
  bool zip64_fields = false;     ///< every size and offset stands in a Zip64 field
  std::string zip64_extra = {};  ///< instead of the right Zip64 field, if not empty
  std::int64_t count_lie = 0;
  std::int64_t directory_offset_lie = 0;
  std::int64_t directory_size_lie = 0;
  std::string comment = {};

  std::string bytes() const;
};

inline std::string FakeZip::bytes() const {
  const auto plus = [](std::uint64_t value, std::int64_t lie) {
    return value + static_cast<std::uint64_t>(lie);
  };
  std::string out, directory;
  for (const FakeRecord& record : records) {
    const std::string& own_name = record.local_name.empty() ? record.name : record.local_name;
    const std::uint64_t offset = plus(out.size(), record.offset_lie);
    const std::uint64_t size = plus(record.data.size(), record.size_lie);
    const std::uint64_t packed = plus(size, record.size_mismatch);
    out += "PK\3\4" + little(0, 2) + little(record.flags, 2) + little(record.method, 2) +
           std::string(16, '\0') + little(own_name.size(), 2) + little(0, 2) + own_name;
    out += record.data;
    std::string extra;
    if (zip64_fields) {
      extra = zip64_extra.empty() ? little(1, 2) + little(24, 2) + little(size, 8) +
                                        little(packed, 8) + little(offset, 8)
                                  : zip64_extra;
    }
    constexpr std::uint64_t elsewhere = 0xffffffff;
    directory += "PK\1\2" + little(0, 4) + little(record.flags, 2) + little(record.method, 2) +
                 little(0, 8) + little(zip64_fields ? elsewhere : packed, 4) +
                 little(zip64_fields ? elsewhere : size, 4) + little(record.name.size(), 2) +
                 little(extra.size(), 2) + little(0, 10) +
                 little(zip64_fields ? elsewhere : offset, 4) + record.name + extra;
  }
  const std::uint64_t at = plus(out.size(), directory_offset_lie);
  const std::uint64_t count = plus(records.size(), count_lie);
  const std::uint64_t size = plus(directory.size(), directory_size_lie);
  return out + directory + "PK\5\6" + little(0, 4) + little(count, 2) + little(count, 2) +
         little(size, 4) + little(at, 4) + little(comment.size(), 2) + comment;
}

// Pickle, protocol 5. Each function gives opcodes that leave one value on the stack.
namespace pickle {

using namespace std::string_literals;

inline std::string text(const std::string& value) { return "X" + little(value.size(), 4) + value; }
inline std::string integer(std::int64_t value) {
  return "\x8a\x08" + little(static_cast<std::uint64_t>(value), 8);
}
inline std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
inline std::string tuple(const std::vector<std::string>& items) {
  std::string out = "(";
  for (const std::string& item : items) out += item;
  return out + "t";
}
inline std::string call(const std::string& function, const std::string& arguments) {
  return function + arguments + "R";
}
inline std::string storage(const std::string& type, const std::string& key, std::int64_t elements) {
  return tuple(
             {text("storage"), global("torch", type), text(key), text("cpu"), integer(elements)}) +
         "Q";
}
inline std::string sizes(const std::vector<std::int64_t>& values) {
  std::vector<std::string> items;
  items.reserve(values.size());
  for (const std::int64_t value : values) items.push_back(integer(value));
  return tuple(items);
}
inline std::string tensor(const std::string& storage_value, std::int64_t offset,
                          const std::vector<std::int64_t>& shape,
                          const std::vector<std::int64_t>& strides) {
  return call(global("torch._utils", "_rebuild_tensor_v2"),
              tuple({storage_value, integer(offset), sizes(shape), sizes(strides), "\x89",
                     call(global("collections", "OrderedDict"), ")")}));
}
inline std::string dict(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string out = "}(";
  for (const auto& [key, value] : items) out += key + value;
  return out + "u";
}
inline std::string whole(const std::string& value) { return "\x80\x05" + value + "."; }

}  // namespace pickle

/// An archive of one pickle, and of storages named by their keys.
inline std::string torch_file(const std::string& root,
                              const std::vector<std::pair<std::string, std::string>>& storages) {
  FakeZip zip;
  zip.records.push_back({"archive/data.pkl", pickle::whole(root)});
  for (const auto& [key, data] : storages) zip.records.push_back({"archive/data/" + key, data});
  return zip.bytes();
}

}  // namespace cria::engine
