// How kernels are launched and how they get shared memory, the two things that are not spelled the
// same when a .cu file is compiled for a card and for the simulated one (tests/simt).
#pragma once

#include <cstddef>
#include <cuda_runtime.h>

#ifdef __CUDACC__

namespace cria::kernels::cuda {

/// `kernel` on `stream` with `shared_bytes` of dynamic shared memory; whether it could be launched.
template <auto kernel, typename... Arguments>
cudaError_t launch(cudaStream_t stream, dim3 grid, dim3 block, std::size_t shared_bytes,
                   Arguments... arguments) {
  kernel<<<grid, block, shared_bytes, stream>>>(arguments...);
  return cudaGetLastError();
}

}  // namespace cria::kernels::cuda

/// An array that the threads of a block share.
#define CRIA_SHARED_ARRAY(Type, name, count) __shared__ Type name[count]
/// The block's dynamic shared memory, on a boundary of 16 bytes.
#define CRIA_DYNAMIC_SHARED(Type, name)          \
  extern __shared__ uint4 cria_dynamic_shared[]; \
  Type* const name = reinterpret_cast<Type*>(cria_dynamic_shared)

#else

#include <simt_launch.h>  // on the include path of the simulated card only

namespace cria::kernels::cuda {
using simt::launch;
}

#define CRIA_SHARED_ARRAY(Type, name, count) SIMT_SHARED_ARRAY(Type, name, count)
#define CRIA_DYNAMIC_SHARED(Type, name) SIMT_DYNAMIC_SHARED(Type, name)

#endif
