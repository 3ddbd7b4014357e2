// A file's bytes, borrowed from the page cache.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "engine/base/mapping_guard.h"
#include "kernels/result.h"

namespace cria::engine {

/// A regular file mapped read-only. Thread-safe; the bytes live as long as the object.
/// Bytes that someone cut off the file after it was mapped, or that the disk does not give, read as
/// zeros: ask still_whole() after reading.
class MappedFile {
 public:
  /// Errors: checkpoint - missing, a dangling link, a folder, no regular file, empty, not readable.
  static Result<std::shared_ptr<const MappedFile>> open(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }
  const std::filesystem::path& path() const { return path_; }

  /// Errors: checkpoint - the file has become shorter than it was when it was mapped, or a part of
  /// it could not be read.
  Status still_whole() const;
  /// Hint: what follows will be read from front to back, once.
  void expect_sequential_reads() const;
  /// Hint: it will be read again and again; after the other hint, it would leave memory first.
  void expect_repeated_reads() const;
  /// The whole pages inside `part` may leave memory; they come back from the file when read again.
  void release(std::span<const std::byte> part) const;

 private:
  MappedFile(std::filesystem::path path, int descriptor, std::span<const std::byte> bytes);

  std::filesystem::path path_;
  int descriptor_;
  std::span<const std::byte> bytes_;
  MappingGuard guard_;
};

}  // namespace cria::engine
