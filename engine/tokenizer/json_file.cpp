#include "engine/tokenizer/json_file.h"

#include <system_error>
#include <utility>

#include "engine/base/file_error.h"
#include "engine/base/small_file.h"

namespace cria::engine {
namespace {

constexpr std::size_t kMaxJsonBytes = std::size_t{64} << 20U;
constexpr int kMaxDepth = 100;  // copying and printing a value recurse as deep as it is nested

}  // namespace

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
  if (too_deep) return file_error(file, "cannot be read: its values are nested too deeply");
  if (json.is_discarded()) return file_error(file, "cannot be read: it is not valid JSON");
  if (!json.is_object()) return file_error(file, "cannot be read: a JSON object is expected");
  return std::optional(std::move(json));
}

}  // namespace cria::engine
