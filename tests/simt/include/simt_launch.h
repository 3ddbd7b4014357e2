// Launches and shared memory on the simulated card, as kernels/cuda/launch.cuh spells them.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <tuple>

#include "tests/simt/include/vector_types.h"
#include "tests/simt/machine/shared.h"
#include "tests/simt/machine/stream.h"

namespace simt {

template <auto kernel>
std::string kernel_name() {
  std::string name = __PRETTY_FUNCTION__;
  const auto from = name.find("kernel = ");
  const auto to = name.find_first_of(";]", from);
  return from == std::string::npos ? name : name.substr(from + 9, to - from - 9);
}

template <auto kernel, typename... Arguments>
cudaError_t launch(cudaStream_t stream, dim3 grid, dim3 block, std::size_t shared_bytes,
                   Arguments... arguments) {
  using All = std::tuple<Arguments...>;
  const auto call = [](const void* all) {
    // Each thread copies the arguments to its own stack.
    std::apply([](Arguments... own) { kernel(own...); }, *static_cast<const All*>(all));
  };
  return launch(
      stream, grid, block, shared_bytes,
      Kernel{kernel_name<kernel>(), std::make_shared<All>(arguments...), sizeof(All), call});
}

}  // namespace simt

#define SIMT_SHARED_ARRAY(Type, name, count)                \
  Type* const name = static_cast<Type*>(simt::shared_array( \
      []() -> const void* {                                 \
        static const char site = 0;                         \
        return &site;                                       \
      }(),                                                  \
      sizeof(Type) * (count)))
#define SIMT_DYNAMIC_SHARED(Type, name) \
  Type* const name = static_cast<Type*>(simt::dynamic_shared())
