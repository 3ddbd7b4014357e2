#include "engine/checkpoint/zip.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "engine/base/byte_reader.h"
#include "engine/base/checked.h"
#include "engine/base/file_error.h"
#include "engine/checkpoint/zip_directory.h"

namespace cria::engine {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint64_t local_signature = 0x04034b50;
constexpr std::size_t local_size = 30;
constexpr std::uint32_t encrypted = 0x2041;  // flag bits 0, 6 and 13

/// The record's bytes; all of it lies before the directory.
Result<ZipRecord> locate(Bytes bytes, const ZipEntry& entry, std::uint64_t limit,
                         const std::filesystem::path& file) {
  const auto refuse = [&](const std::string& what) {
    return file_error(file, "zip record " + in_quotes(entry.name) + " " + what);
  };
  if ((entry.flags & encrypted) != 0) return refuse("is encrypted, expected plain data");
  if (entry.method != 0) {
    return refuse("is compressed (method " + std::to_string(entry.method) +
                  "), expected it stored as it is: PyTorch never compresses, save it again");
  }
  if (entry.packed_size != entry.size) {
    return refuse("is stored, but its two sizes differ: " + std::to_string(entry.packed_size) +
                  " and " + std::to_string(entry.size));
  }
  if (!fits(entry.header_offset, local_size, limit)) {
    return refuse("should begin at byte " + std::to_string(entry.header_offset) +
                  ", which is outside the file");
  }
  ByteReader reader(bytes.subspan(static_cast<std::size_t>(entry.header_offset),
                                  static_cast<std::size_t>(limit - entry.header_offset)));
  const auto header = reader.take(local_size);
  if (!header || little_endian(header->subspan(0, 4)) != local_signature) {
    return refuse("has no header at byte " + std::to_string(entry.header_offset));
  }
  const auto name = reader.take(little_endian(header->subspan(26, 2)));
  const auto extra = reader.take(little_endian(header->subspan(28, 2)));
  if (!name || !extra) return refuse("has a header that runs past the records");
  if (as_text(*name) != entry.name) {
    return refuse("is called " + in_quotes(as_text(*name)) + " by its own header");
  }
  const std::size_t space = reader.left();
  const auto data = reader.take(entry.size);
  if (!data) {
    return refuse("should have " + std::to_string(entry.size) + " bytes, but only " +
                  std::to_string(space) + " lie between it and the directory");
  }
  return ZipRecord{entry.name, *data};
}

}  // namespace

Result<ZipArchive> ZipArchive::read(Bytes bytes, const std::filesystem::path& file) {
  const auto directory = read_zip_directory(bytes, file);
  if (!directory) return directory.error();
  if (directory->entries.empty()) return file_error(file, "is an empty zip archive");
  ZipArchive archive;
  archive.first_name_ = directory->entries.front().name;
  archive.records_.reserve(directory->entries.size());
  for (const ZipEntry& entry : directory->entries) {
    auto record = locate(bytes, entry, directory->offset, file);
    if (!record) return record.error();
    archive.records_.push_back(*record);
  }
  auto& records = archive.records_;
  std::sort(records.begin(), records.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  const auto twice =
      std::adjacent_find(records.begin(), records.end(),
                         [](const auto& a, const auto& b) { return a.name == b.name; });
  if (twice != records.end()) {
    return file_error(file, "zip record " + in_quotes(twice->name) + " is there twice");
  }
  return archive;
}

const ZipRecord* ZipArchive::find(std::string_view name) const {
  const auto place =
      std::lower_bound(records_.begin(), records_.end(), name,
                       [](const auto& record, std::string_view key) { return record.name < key; });
  return place != records_.end() && place->name == name ? &*place : nullptr;
}

}  // namespace cria::engine
