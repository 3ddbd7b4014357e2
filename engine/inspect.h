// A checkpoint looked at without loading its weights.
#pragma once

#include <filesystem>

#include "engine/engine.h"
#include "kernels/result.h"

namespace cria::engine {

/// As Engine::inspect. `path` is a folder or a weight file.
Result<Inspection> inspect_checkpoint(const std::filesystem::path& path);

}  // namespace cria::engine
