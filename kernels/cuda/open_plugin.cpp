#include "kernels/cuda/open_plugin.h"

#include <dlfcn.h>
#include <filesystem>
#include <optional>

namespace cria::kernels::cuda {
namespace {

std::optional<std::string> find_plugin() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return std::nullopt;
  const std::filesystem::path folder = program.parent_path();
  for (const auto& candidate :
       {folder / plugin_file, folder.parent_path() / CRIA_LIBRARY_FOLDER / plugin_file})
    if (std::filesystem::exists(candidate, error)) return candidate.string();
  return std::nullopt;
}

}  // namespace

bool has_plugin() { return find_plugin().has_value(); }

Result<const Plugin*> open_plugin(const std::string& path) {
  const auto found = path.empty() ? find_plugin() : std::optional(path);
  if (!found)
    return Error{ErrorKind::device,
                 "this build has no CUDA engine: choose the device cpu (or auto) instead"};
  void* library = dlopen(found->c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* why = dlerror();
    return Error{ErrorKind::device, std::string("the CUDA engine cannot be opened (") +
                                        (why != nullptr ? why : *found) +
                                        "): install what is missing, or choose the device cpu"};
  }
  const auto function = reinterpret_cast<PluginFunction>(dlsym(library, plugin_function));
  const Plugin* plugin = function != nullptr ? function() : nullptr;
  if (plugin == nullptr || plugin->version != plugin_version)
    return Error{ErrorKind::device, *found + " belongs to another version of Cria: install both " +
                                        "anew, or choose the device cpu"};
  return plugin;
}

}  // namespace cria::kernels::cuda
