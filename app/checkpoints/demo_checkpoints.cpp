#include "app/checkpoints/demo_checkpoints.h"

#include <algorithm>
#include <system_error>

namespace cria::app {

namespace fs = std::filesystem;

fs::path demo_folder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  return program.parent_path() / CRIA_DEMO_FROM_PROGRAM;
}

std::vector<fs::path> demo_checkpoints(const fs::path& folder) {
  std::error_code error;
  const fs::path real = fs::canonical(folder, error);
  std::vector<fs::path> found;
  if (error) return found;
  for (fs::directory_iterator entry(real, error), end; !error && entry != end;
       entry.increment(error)) {
    if (fs::exists(entry->path() / "model.safetensors", error)) found.push_back(entry->path());
  }
  // step-000500: as many digits in every name.
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace cria::app
