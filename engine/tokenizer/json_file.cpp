#include "engine/tokenizer/json_file.h"

#include <fstream>
#include <system_error>
#include <utility>

namespace cria::engine {
namespace {

constexpr std::size_t kMaxJsonBytes = std::size_t{64} << 20U;
constexpr int kMaxDepth = 100;  // copying and printing a value recurse as deep as it is nested

Error unreadable(const std::filesystem::path& file, const std::string& why) {
  return {ErrorKind::checkpoint, file.string() + " cannot be read: " + why};
}

}  // namespace

Result<std::string> read_small_file(const std::filesystem::path& file, std::size_t max_bytes) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) {
    return unreadable(file, error ? error.message() : "it is no ordinary file");
  }
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error) return unreadable(file, error.message());
  if (size > max_bytes) {
    return unreadable(file, "it has " + std::to_string(size) + " bytes, and at most " +
                                std::to_string(max_bytes) + " are expected");
  }
  std::string bytes(static_cast<std::size_t>(size), '\0');
  std::ifstream stream(file, std::ios::binary);
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
    return unreadable(file, "reading it failed");
  }
  return bytes;
}

Result<std::optional<nlohmann::json>> read_json_object(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return std::optional<nlohmann::json>();
  auto bytes = read_small_file(file, kMaxJsonBytes);
  if (!bytes) return bytes.error();
  bool too_deep = false;
  const auto watch_depth = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    too_deep = too_deep || depth > kMaxDepth;
    return !too_deep;
  };
  auto json = nlohmann::json::parse(*bytes, watch_depth, false);
  if (too_deep) return unreadable(file, "its values are nested too deeply");
  if (json.is_discarded()) return unreadable(file, "it is not valid JSON");
  if (!json.is_object()) return unreadable(file, "a JSON object is expected");
  return std::optional(std::move(json));
}

}  // namespace cria::engine
