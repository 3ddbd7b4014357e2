// Zip archives as PyTorch writes them: stored records, Zip64, data descriptors.
// Source: PKWARE APPNOTE.TXT 6.3 (4.3 and 4.5.3), pytorch caffe2/serialize/inline_container.cc.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "kernels/result.h"

namespace cria::engine {

struct ZipRecord {
  std::string_view name;            ///< borrowed from the archive
  std::span<const std::byte> data;  ///< borrowed from the archive
};

class ZipArchive {
 public:
  /// Sizes are the central directory's (a local header may say 0 and leave them to a data
  /// descriptor); where the data starts is the local header's to say. Errors: checkpoint - a record
  /// that is compressed, encrypted, outside the file, there twice; a directory that disagrees.
  static Result<ZipArchive> read(std::span<const std::byte> bytes,
                                 const std::filesystem::path& file);

  /// The name of the archive's first record.
  std::string_view first_name() const { return first_name_; }
  const ZipRecord* find(std::string_view name) const;

 private:
  std::vector<ZipRecord> records_;  ///< sorted by name
  std::string_view first_name_;
};

}  // namespace cria::engine
