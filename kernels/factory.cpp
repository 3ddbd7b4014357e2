#include "kernels/factory.h"

#include "kernels/cpu/cpu_backend.h"
#include "kernels/cpu/processor.h"
#include "kernels/reference/reference_backend.h"

namespace cria::kernels {

Result<std::unique_ptr<Backend>> open_backend(const BackendOptions& options) {
  if (options.device == "auto" || options.device == "cpu")
    return make_cpu_backend(options.threads, options.instruction_set);
  if (options.device == "reference") return make_reference_backend();
  if (options.device == "cuda")
    return Error{ErrorKind::device,
                 "this build has no CUDA engine: choose the device cpu (or auto) instead"};
  return Error{ErrorKind::usage,
               "the device \"" + options.device + "\" is not known: choose auto, cpu or cuda"};
}

std::vector<BackendInfo> list_devices() {
  std::vector<BackendInfo> devices;
  if (const auto cpu = make_cpu_backend(0, "")) devices.push_back((*cpu)->info());
  return devices;
}

std::vector<std::string> cpu_instruction_sets() {
  std::vector<std::string> names;
  for (const cpu::KernelTable* table : cpu::runnable_kernels())
    names.emplace_back(table->instruction_set);
  return names;
}

}  // namespace cria::kernels
