#include "engine/base/mapped_file.h"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "engine/base/file_error.h"

namespace cria::engine {
namespace {

std::string system_text(int code) { return std::generic_category().message(code); }

Error open_error(const std::filesystem::path& path, int code) {
  std::error_code ignored;
  if (code == ENOENT && std::filesystem::is_symlink(path, ignored)) {
    const auto target = std::filesystem::read_symlink(path, ignored);
    return file_error(path, "is a link to " + target.string() + ", which is missing");
  }
  if (code == ENOENT) return file_error(path, "no such file");
  return file_error(path, "cannot be read (" + system_text(code) + ")");
}

}  // namespace

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::filesystem::path& path) {
  // O_NONBLOCK: a named pipe must not hang the program before it is refused.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return open_error(path, errno);
  struct stat info {};
  const auto refuse = [&](const std::string& what) {
    ::close(descriptor);
    return file_error(path, what);
  };
  if (::fstat(descriptor, &info) != 0) return refuse("cannot be read (" + system_text(errno) + ")");
  if (S_ISDIR(info.st_mode)) return refuse("expected a file, found a folder");
  if (!S_ISREG(info.st_mode)) return refuse("expected a regular file, found a pipe or a device");
  if (info.st_size <= 0) return refuse("the file is empty");
  const auto size = static_cast<std::size_t>(info.st_size);
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (address == MAP_FAILED) return refuse("cannot be mapped (" + system_text(errno) + ")");
  // Where the file system has large folios, what is not in memory yet is read in huge pages, which
  // was three times as fast as page by page.
  ::madvise(address, size, MADV_HUGEPAGE);
  return std::shared_ptr<const MappedFile>(
      new MappedFile(path, descriptor, {static_cast<const std::byte*>(address), size}));
}

MappedFile::MappedFile(std::filesystem::path path, int descriptor, std::span<const std::byte> bytes)
    : path_(std::move(path)), descriptor_(descriptor), bytes_(bytes), guard_(bytes) {}

MappedFile::~MappedFile() {
  ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
  ::close(descriptor_);
}

Status MappedFile::still_whole() const {
  struct stat info {};
  if (::fstat(descriptor_, &info) != 0) return file_error(path_, "cannot be read any more");
  if (static_cast<std::uint64_t>(info.st_size) < bytes_.size())
    return file_error(path_, "was cut short while it was open: it had " +
                                 std::to_string(bytes_.size()) + " bytes, now it has " +
                                 std::to_string(info.st_size));
  if (guard_.has_gaps())
    return file_error(path_, "a part of it could not be read; is the disk all right?");
  return {};
}

void MappedFile::expect_sequential_reads() const {
  ::madvise(const_cast<std::byte*>(bytes_.data()), bytes_.size(), MADV_SEQUENTIAL);
}

void MappedFile::expect_repeated_reads() const {
  ::madvise(const_cast<std::byte*>(bytes_.data()), bytes_.size(), MADV_NORMAL);
}

void MappedFile::release(std::span<const std::byte> part) const {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  // The mapping begins on a page.
  const auto begin = static_cast<std::size_t>(part.data() - bytes_.data());
  const std::size_t first = (begin + page - 1) / page * page;
  const std::size_t last = (begin + part.size()) / page * page;
  if (first >= last) return;
  ::madvise(const_cast<std::byte*>(bytes_.data()) + first, last - first, MADV_DONTNEED);
}

}  // namespace cria::engine
