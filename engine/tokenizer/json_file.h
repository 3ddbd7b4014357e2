// The small JSON files of a checkpoint.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "kernels/result.h"

namespace cria::engine {

/// A JSON object, or nothing when there is no such file. Errors: checkpoint, when it is there and
/// is no JSON object.
Result<std::optional<nlohmann::json>> read_json_object(const std::filesystem::path& file);

}  // namespace cria::engine
