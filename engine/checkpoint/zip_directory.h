// The central directory of a zip archive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "kernels/result.h"

namespace cria::engine {

struct ZipEntry {
  std::string_view name;
  std::uint32_t flags = 0;
  std::uint32_t method = 0;  ///< 0: stored
  std::uint64_t packed_size = 0;
  std::uint64_t size = 0;
  std::uint64_t header_offset = 0;  ///< of the local header
};

struct ZipDirectory {
  std::vector<ZipEntry> entries;
  std::uint64_t offset = 0;  ///< where the directory begins; records lie before it
};

/// Zip64 fields taken in. Errors: checkpoint - no directory at the file's end (it is cut short),
/// several disks, counts or offsets that disagree or lie outside the file.
Result<ZipDirectory> read_zip_directory(std::span<const std::byte> bytes,
                                        const std::filesystem::path& file);

}  // namespace cria::engine
