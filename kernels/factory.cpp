#include "kernels/factory.h"

#include <charconv>
#include <optional>

#include "kernels/cpu/cpu_backend.h"
#include "kernels/cpu/processor.h"
#include "kernels/cuda/open_plugin.h"
#include "kernels/reference/reference_backend.h"

namespace cria::kernels {
namespace {

/// "cuda" is the first card, "cuda:2" the third; none: no card's name.
std::optional<int> card_index(const std::string& device) {
  if (device == "cuda") return 0;
  const std::string prefix = "cuda:";
  if (!device.starts_with(prefix)) return std::nullopt;
  int index = 0;
  const char* end = device.data() + device.size();
  const auto read = std::from_chars(device.data() + prefix.size(), end, index);
  if (read.ec != std::errc() || read.ptr != end || index < 0) return std::nullopt;
  return index;
}

Result<std::unique_ptr<Backend>> open_card(const Result<const cuda::Plugin*>& plugin, int index) {
  if (!plugin) return plugin.error();
  Result<std::unique_ptr<Backend>> backend = Error{};
  (*plugin)->open(index, backend);
  return backend;
}

}  // namespace

Result<std::unique_ptr<Backend>> open_backend(const BackendOptions& options, std::string* note) {
  const auto plugin_path = [&options] {
    return options.cuda_plugin.empty() ? cuda::find_plugin() : options.cuda_plugin;
  };
  const auto worth_a_try = [&options] {
    return options.device == "auto" && options.instruction_set.empty() &&
           (!options.cuda_plugin.empty() || cuda::has_driver());
  };
  if (const auto index = card_index(options.device))
    return open_card(cuda::open_plugin(plugin_path()), *index);
  if (options.device == "reference") return make_reference_backend();
  if (const std::string path = worth_a_try() ? plugin_path() : ""; !path.empty()) {
    const auto plugin = cuda::open_plugin(path);
    auto backend = open_card(plugin, 0);
    if (backend) return backend;
    if (note != nullptr && (!plugin || (*plugin)->has_card())) *note = backend.error().message;
  }
  if (options.device == "auto" || options.device == "cpu")
    return make_cpu_backend(options.threads, options.instruction_set);
  return Error{ErrorKind::usage,
               "the device \"" + options.device + "\" is not known: choose auto, cpu or cuda"};
}

std::vector<BackendInfo> list_devices() {
  std::vector<BackendInfo> devices;
  if (const auto cpu = make_cpu_backend(0, "")) devices.push_back((*cpu)->info());
  if (!cuda::has_driver()) return devices;
  if (const auto plugin = cuda::open_plugin(cuda::find_plugin())) {
    Result<std::vector<BackendInfo>> cards = Error{};
    (*plugin)->list(cards);
    if (cards) devices.insert(devices.end(), cards->begin(), cards->end());
  }
  return devices;
}

std::vector<std::string> cpu_instruction_sets() {
  std::vector<std::string> names;
  for (const cpu::KernelTable* table : cpu::runnable_kernels())
    names.emplace_back(table->instruction_set);
  return names;
}

}  // namespace cria::kernels
