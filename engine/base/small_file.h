// A file that is read as a whole.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "kernels/result.h"

namespace cria::engine {

/// The whole of a regular file. Errors: checkpoint, when it cannot be read or has more than
/// `max_bytes`, a number of MiB.
Result<std::string> read_small_file(const std::filesystem::path& file, std::size_t max_bytes);

}  // namespace cria::engine
