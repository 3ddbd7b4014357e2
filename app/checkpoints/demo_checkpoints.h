// Where the demo llama that comes with Cria lies. No Qt: the commands ask too.
#pragma once

#include <filesystem>
#include <vector>

namespace cria::app {

/// Beside this program, as it is installed or as it was built. May be missing.
std::filesystem::path demo_folder();

/// The checkpoints in it, the youngest first; none where Cria came without them. Looks at the disk.
std::vector<std::filesystem::path> demo_checkpoints(
    const std::filesystem::path& folder = demo_folder());

}  // namespace cria::app
