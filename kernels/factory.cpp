#include "kernels/factory.h"

#include "kernels/reference/reference_backend.h"

namespace cria::kernels {

Result<std::unique_ptr<Backend>> open_backend(const BackendOptions& options) {
  if (options.device == "auto" || options.device == "cpu" || options.device == "reference")
    return make_reference_backend();
  if (options.device == "cuda")
    return Error{ErrorKind::device,
                 "this build has no CUDA engine: choose the device cpu (or auto) instead"};
  return Error{ErrorKind::usage,
               "the device \"" + options.device + "\" is not known: choose auto, cpu or cuda"};
}

std::vector<BackendInfo> list_devices() { return {make_reference_backend()->info()}; }

std::vector<std::string> cpu_instruction_sets() { return {}; }

}  // namespace cria::kernels
