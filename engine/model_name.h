// What a person calls a checkpoint.
#pragma once

#include <filesystem>
#include <string>

namespace cria::engine {

/// The folder's name with its dashes and underscores as spaces: "TinyLlama 1.1B Chat v1.0". In the
/// Hugging Face cache (models--org--name/snapshots/commit) it is the repository's name.
std::string readable_name(const std::filesystem::path& folder);

}  // namespace cria::engine
