// The small JSON files of a checkpoint.
#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "kernels/result.h"

namespace cria::engine {

/// The whole of a regular file. Errors: checkpoint, when it cannot be read or has more than
/// `max_bytes`.
Result<std::string> read_small_file(const std::filesystem::path& file, std::size_t max_bytes);

/// A JSON object, or nothing when there is no such file. Errors: checkpoint, when it is there and
/// is no JSON object.
Result<std::optional<nlohmann::json>> read_json_object(const std::filesystem::path& file);

}  // namespace cria::engine
