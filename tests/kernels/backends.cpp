#include "tests/kernels/backends.h"

#include <cstdlib>
#include <iterator>

namespace cria::kernels::testing {
namespace {

std::string chosen() {
  const char* value = std::getenv("CRIA_TEST_BACKENDS");
  return value == nullptr || *value == '\0' ? "cpu" : value;
}

std::vector<UnderTest> simulated_cards() {
  const char* const orders[] = {"forward", "reverse", "shuffled", "forward, sm_75"};
  std::vector<UnderTest> all;
  all.reserve(std::size(orders));
  for (int card = 0; card < 4; ++card)
    all.push_back({std::string("cuda simulated, ") + orders[card],
                   {"cuda:" + std::to_string(card), 0, "", simulated_cuda()},
                   true});
  return all;
}

std::vector<UnderTest> real_cards() {
  std::vector<UnderTest> all;
  for (const BackendInfo& device : list_devices())
    if (device.device.starts_with("cuda"))
      all.push_back({device.device + " " + device.name, {device.device, 0}});
  return all;
}

}  // namespace

std::vector<UnderTest> backends_under_test(const std::vector<int>& cpu_threads) {
  if (chosen() == "simt") return simulated_cards();
  if (chosen() == "gpu") return real_cards();
  const bool is_slow = chosen() == "emulated";
  std::vector<UnderTest> all;
  for (const std::string& set : cpu_instruction_sets())
    for (const int threads : is_slow ? std::vector<int>{2} : cpu_threads)
      all.push_back(
          {"cpu " + set + " x" + std::to_string(threads), {"cpu", threads, set}, is_slow});
  return all;
}

std::string simulated_cuda() { return CRIA_SIMULATED_CUDA; }

}  // namespace cria::kernels::testing
