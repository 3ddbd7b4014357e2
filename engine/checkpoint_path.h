// Where the files of a checkpoint lie.
#pragma once

#include <filesystem>

namespace cria::engine {

/// `path` itself when it is a folder, else the folder of the weight file that it is.
inline std::filesystem::path checkpoint_folder(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return path;
  }
  const std::filesystem::path folder = path.parent_path();
  return folder.empty() ? std::filesystem::path(".") : folder;
}

}  // namespace cria::engine
