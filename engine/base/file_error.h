// How errors about files are worded.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "kernels/result.h"

namespace cria::engine {

/// `text` in quotes, fit for one line of a message: control characters and broken UTF-8 become
/// \xNN, and what is longer than about 120 bytes is cut.
std::string in_quotes(std::string_view text);

/// A checkpoint error: "PATH: WHAT".
Error file_error(const std::filesystem::path& path, const std::string& what);

/// A checkpoint error about one tensor: "PATH: tensor "NAME" WHAT".
Error tensor_error(const std::filesystem::path& path, std::string_view tensor,
                   const std::string& what);

}  // namespace cria::engine
