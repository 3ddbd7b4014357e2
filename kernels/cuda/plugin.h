// What libcria_cuda.so gives to the factory: one C function, and behind it the backend's own
// interfaces. Both sides are of one build; the version says when they are not.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/backend.h"
#include "kernels/result.h"

namespace cria::kernels::cuda {

/// To be raised with every change of what both sides see: this file, backend.h, what they include.
constexpr std::uint32_t plugin_version = 3;

struct Plugin {
  std::uint32_t version = plugin_version;
  /// Opens card `index`. Errors: device (no driver, too old a one, no such card, ..).
  void (*open)(int index, Result<std::unique_ptr<Backend>>& backend) = nullptr;
  /// Every card that can be used. Errors: device (why there is none).
  void (*list)(Result<std::vector<BackendInfo>>& cards) = nullptr;
  /// Whether this machine has an NVIDIA driver and a card, usable or not: without them nobody who
  /// left the choice of a device to Cria wants to hear why there is no GPU.
  bool (*has_card)() = nullptr;
};

constexpr const char* plugin_file = "libcria_cuda.so";
constexpr const char* plugin_function = "cria_cuda_plugin";
using PluginFunction = const Plugin* (*)();

}  // namespace cria::kernels::cuda
