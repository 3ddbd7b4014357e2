// Engine of engine.h: the door's own side.
#include <new>
#include <utility>

#include "engine/engine.h"
#include "engine/inspect.h"
#include "engine/llama_model.h"
#include "kernels/factory.h"

namespace cria::engine {

namespace {

class LlamaEngine final : public Engine {
 public:
  Result<std::unique_ptr<Model>> open(const std::filesystem::path& path, const LoadOptions& options,
                                      const std::function<void(const LoadProgress&)>& progress,
                                      const std::stop_token& stop) override {
    try {
      return LlamaModel::open(path, options, progress, stop);
    } catch (const std::bad_alloc&) {
      return Error{ErrorKind::device, "Out of memory while opening " + path.string() + "."};
    }
  }

  Result<Inspection> inspect(const std::filesystem::path& path) override {
    try {
      return inspect_checkpoint(path);
    } catch (const std::bad_alloc&) {
      return Error{ErrorKind::device, "Out of memory while reading " + path.string() + "."};
    }
  }

  std::vector<DeviceInfo> devices() override {
    std::vector<DeviceInfo> found;
    for (kernels::BackendInfo& device : kernels::list_devices()) {
      found.push_back({std::move(device.device), std::move(device.name),
                       std::move(device.instruction_set), device.threads, device.memory_available});
    }
    return found;
  }
};

}  // namespace

std::unique_ptr<Engine> make_engine() { return std::make_unique<LlamaEngine>(); }

}  // namespace cria::engine
