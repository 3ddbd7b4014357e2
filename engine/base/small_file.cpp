#include "engine/base/small_file.h"

#include <fstream>
#include <system_error>

#include "engine/base/file_error.h"

namespace cria::engine {

Result<std::string> read_small_file(const std::filesystem::path& file, std::size_t max_bytes) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) {
    return file_error(file,
                      "cannot be read: " + (error ? error.message() : "it is no ordinary file"));
  }
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error) return file_error(file, "cannot be read: " + error.message());
  if (size > max_bytes) {
    return file_error(file, "cannot be read: it has " + std::to_string(size) +
                                " bytes, and at most " + std::to_string(max_bytes >> 20U) +
                                " MiB are expected");
  }
  std::string bytes(static_cast<std::size_t>(size), '\0');
  std::ifstream stream(file, std::ios::binary);
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
    return file_error(file, "cannot be read: reading it failed");
  }
  return bytes;
}

}  // namespace cria::engine
