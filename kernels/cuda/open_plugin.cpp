#include "kernels/cuda/open_plugin.h"

#include <dlfcn.h>
#include <filesystem>

namespace cria::kernels::cuda {

std::string find_plugin() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return "";
  const std::filesystem::path folder = program.parent_path();
  for (const auto& candidate :
       {folder / plugin_file, folder.parent_path() / CRIA_LIBRARY_FOLDER / plugin_file})
    if (std::filesystem::exists(candidate, error)) return candidate.string();
  return "";
}

bool has_driver() {
  void* const driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (driver != nullptr) dlclose(driver);
  return driver != nullptr;
}

Result<const Plugin*> open_plugin(const std::string& path) {
  if (path.empty())
    return Error{ErrorKind::device,
                 "this build has no CUDA engine: choose the device cpu (or auto) instead"};
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* why = dlerror();
    return Error{ErrorKind::device, std::string("the CUDA engine cannot be opened (") +
                                        (why != nullptr ? why : path) +
                                        "): install what is missing, or choose the device cpu"};
  }
  const auto function = reinterpret_cast<PluginFunction>(dlsym(library, plugin_function));
  const Plugin* plugin = function != nullptr ? function() : nullptr;
  if (plugin == nullptr || plugin->version != plugin_version)
    return Error{ErrorKind::device, path + " belongs to another version of Cria: install both " +
                                        "anew, or choose the device cpu"};
  return plugin;
}

}  // namespace cria::kernels::cuda
