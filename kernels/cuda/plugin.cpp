#include "kernels/cuda/plugin.h"

#include "kernels/cuda/card.h"
#include "kernels/cuda/cuda_backend.h"

namespace cria::kernels::cuda {
namespace {

void open(int index, Result<std::unique_ptr<Backend>>& backend) {
  backend = make_cuda_backend(index);
}

void list(Result<std::vector<BackendInfo>>& cards) {
  const Result<int> count = count_cards();
  if (!count) {
    cards = count.error();
    return;
  }
  std::vector<BackendInfo> found;
  for (int i = 0; i < *count; ++i)
    if (const Result<Card> card = find_card(i)) found.push_back(describe(*card));
  cards = std::move(found);
}

bool has_card() {
  int driver = 0;
  if (cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0) return false;
  int count = 0;
  const cudaError_t counted = cudaGetDeviceCount(&count);
  if (counted != cudaSuccess) cudaGetLastError();  // not to be found again by the next call
  return counted != cudaErrorNoDevice && (counted != cudaSuccess || count > 0);
}

constexpr Plugin plugin{plugin_version, open, list, has_card};

}  // namespace
}  // namespace cria::kernels::cuda

extern "C" __attribute__((visibility("default"))) const cria::kernels::cuda::Plugin*
cria_cuda_plugin() {
  return &cria::kernels::cuda::plugin;
}
