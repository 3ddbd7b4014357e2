#include "engine/checkpoint/zip_directory.h"

#include <algorithm>
#include <optional>
#include <string>

#include "engine/base/byte_reader.h"
#include "engine/base/checked.h"
#include "engine/base/file_error.h"

namespace cria::engine {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint64_t entry_signature = 0x02014b50;
constexpr std::uint64_t end_signature = 0x06054b50;
constexpr std::uint64_t end64_signature = 0x06064b50;
constexpr std::uint64_t locator_signature = 0x07064b50;
constexpr std::size_t entry_size = 46;
constexpr std::size_t end_size = 22;
constexpr std::size_t end64_size = 56;
constexpr std::size_t locator_size = 20;
constexpr std::uint64_t longest_comment = 0xffff;
constexpr std::uint64_t in_zip64_16 = 0xffff;  // "see the Zip64 field"
constexpr std::uint64_t in_zip64_32 = 0xffffffff;
constexpr std::uint64_t zip64_extra = 1;

/// Precondition: inside `bytes`.
std::uint64_t field(Bytes bytes, std::size_t offset, std::size_t width) {
  return little_endian(bytes.subspan(offset, width));
}

struct Bounds {
  std::uint64_t count = 0;
  std::uint64_t size = 0;
  std::uint64_t offset = 0;
  std::uint64_t limit = 0;  ///< the directory must end at or before here
};

class DirectoryReader {
 public:
  DirectoryReader(Bytes bytes, const std::filesystem::path& file) : bytes_(bytes), file_(file) {}

  Result<ZipDirectory> read() {
    const auto end = find_end();
    if (!end) {
      return file_error(file_,
                        "begins like a zip archive but has no directory at its end: it is cut "
                        "short, or bytes were added");
    }
    auto bounds = read_end(*end);
    if (!bounds) return bounds.error();
    if (*end >= locator_size && field(bytes_, *end - locator_size, 4) == locator_signature) {
      bounds = read_end64(*end - locator_size, *bounds);
      if (!bounds) return bounds.error();
    }
    return read_entries(*bounds);
  }

 private:
  Error damaged(const std::string& what) const {
    return file_error(file_, "its zip directory is damaged: " + what);
  }

  /// The end record is the last thing in the file but for its own comment.
  std::optional<std::size_t> find_end() const {
    if (bytes_.size() < end_size) return std::nullopt;
    const std::size_t last = bytes_.size() - end_size;
    const std::size_t first = last - std::min<std::size_t>(last, longest_comment);
    for (std::size_t at = last + 1; at-- > first;) {
      if (field(bytes_, at, 4) == end_signature && field(bytes_, at + 20, 2) == last - at) {
        return at;
      }
    }
    return std::nullopt;
  }

  Result<Bounds> read_end(std::size_t at) const {
    const std::uint64_t disk = field(bytes_, at + 4, 2);
    const std::uint64_t directory_disk = field(bytes_, at + 6, 2);
    const std::uint64_t count_here = field(bytes_, at + 8, 2);
    const Bounds bounds{field(bytes_, at + 10, 2), field(bytes_, at + 12, 4),
                        field(bytes_, at + 16, 4), at};
    if (disk != directory_disk || (disk != 0 && disk != in_zip64_16) ||
        count_here != bounds.count) {
      return damaged("it belongs to an archive of several parts");
    }
    return bounds;
  }

  /// Zip64: `small` holds the fields of the plain end record, each right or "see here".
  Result<Bounds> read_end64(std::size_t locator, const Bounds& small) const {
    const std::uint64_t at64 = field(bytes_, locator + 8, 8);
    if (!fits(at64, end64_size, locator)) return damaged("its Zip64 record lies outside the file");
    const auto at = static_cast<std::size_t>(at64);
    if (field(bytes_, at, 4) != end64_signature) return damaged("its Zip64 record is missing");
    const Bounds large{field(bytes_, at + 32, 8), field(bytes_, at + 40, 8),
                       field(bytes_, at + 48, 8), at};
    if (field(bytes_, at + 16, 4) != 0 || field(bytes_, at + 20, 4) != 0 ||
        field(bytes_, at + 24, 8) != large.count) {
      return damaged("it belongs to an archive of several parts");
    }
    const auto agrees = [](std::uint64_t plain, std::uint64_t wide, std::uint64_t elsewhere) {
      return plain == wide || plain == elsewhere;
    };
    if (!agrees(small.count, large.count, in_zip64_16) ||
        !agrees(small.size, large.size, in_zip64_32) ||
        !agrees(small.offset, large.offset, in_zip64_32)) {
      return damaged("its Zip64 record disagrees with its end record");
    }
    return large;
  }

  Result<ZipDirectory> read_entries(const Bounds& bounds) const {
    if (!fits(bounds.offset, bounds.size, bounds.limit)) {
      return damaged("it should lie at byte " + std::to_string(bounds.offset) + " and have " +
                     std::to_string(bounds.size) + " bytes, which is outside the file");
    }
    if (bounds.count > bounds.size / entry_size) {
      return damaged("it has " + std::to_string(bounds.size) + " bytes, too few for " +
                     std::to_string(bounds.count) + " records");
    }
    ZipDirectory directory;
    directory.offset = bounds.offset;
    directory.entries.reserve(static_cast<std::size_t>(bounds.count));
    ByteReader reader(bytes_.subspan(static_cast<std::size_t>(bounds.offset),
                                     static_cast<std::size_t>(bounds.size)));
    for (std::uint64_t i = 0; i < bounds.count; ++i) {
      auto entry = read_entry(reader);
      if (!entry) return entry.error();
      directory.entries.push_back(*entry);
    }
    if (reader.left() != 0) return damaged("bytes follow its last record");
    return directory;
  }

  Result<ZipEntry> read_entry(ByteReader& reader) const {
    const auto fixed = reader.take(entry_size);
    if (!fixed || field(*fixed, 0, 4) != entry_signature) {
      return damaged("a record is missing or overwritten");
    }
    const auto name = reader.take(field(*fixed, 28, 2));
    const auto extra = reader.take(field(*fixed, 30, 2));
    const auto comment = reader.take(field(*fixed, 32, 2));
    if (!name || !extra || !comment) return damaged("a record runs past its end");
    ZipEntry entry{as_text(*name),
                   static_cast<std::uint32_t>(field(*fixed, 8, 2)),
                   static_cast<std::uint32_t>(field(*fixed, 10, 2)),
                   field(*fixed, 20, 4),
                   field(*fixed, 24, 4),
                   field(*fixed, 42, 4)};
    if (!widen(entry, *extra)) {
      return damaged("record " + in_quotes(entry.name) + " has no complete Zip64 field");
    }
    return entry;
  }

  /// Takes what does not fit 32 bits from the Zip64 extra field, where only that stands, in the
  /// order size, packed size, offset.
  static bool widen(ZipEntry& entry, Bytes extra) {
    if (entry.size != in_zip64_32 && entry.packed_size != in_zip64_32 &&
        entry.header_offset != in_zip64_32) {
      return true;
    }
    ByteReader fields(extra);
    while (fields.left() >= 4) {
      const std::uint64_t id = *fields.number(2);
      const auto body = fields.take(*fields.number(2));
      if (!body) return false;
      if (id != zip64_extra) continue;
      ByteReader wide(*body);
      for (std::uint64_t* value : {&entry.size, &entry.packed_size, &entry.header_offset}) {
        if (*value != in_zip64_32) continue;
        const auto number = wide.number(8);
        if (!number) return false;
        *value = *number;
      }
      return true;
    }
    return false;
  }

  Bytes bytes_;
  const std::filesystem::path& file_;
};

}  // namespace

Result<ZipDirectory> read_zip_directory(std::span<const std::byte> bytes,
                                        const std::filesystem::path& file) {
  return DirectoryReader(bytes, file).read();
}

}  // namespace cria::engine
