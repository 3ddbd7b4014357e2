#include <cmath>
#include <cstring>
#include <cublasLt.h>
#include <string>

#include "kernels/half.h"
#include "tests/simt/machine/cards.h"
#include "tests/simt/machine/fault.h"
#include "tests/simt/machine/memory.h"
#include "tests/simt/machine/stream.h"

struct SimtLtHandle {};
struct SimtPreference {
  std::size_t workspace = 0;
};
struct SimtMatmulDesc {
  bool transposes_a = false;
};
struct SimtMatrixLayout {
  cudaDataType_t type = CUDA_R_32F;
  std::uint64_t rows = 0;
  std::uint64_t cols = 0;
  std::uint64_t ld = 0;
  std::size_t element() const { return type == CUDA_R_32F ? 4 : 2; }
  std::size_t bytes() const { return ((cols - 1) * ld + rows) * element(); }
};

namespace {

using simt::FaultKind;
using simt::report;

double value_at(const SimtMatrixLayout& layout, const void* data, std::uint64_t row,
                std::uint64_t col) {
  const std::uint64_t index = col * layout.ld + row;
  if (layout.type == CUDA_R_32F) return static_cast<double>(static_cast<const float*>(data)[index]);
  const std::uint16_t bits = static_cast<const std::uint16_t*>(data)[index];
  return static_cast<double>(layout.type == CUDA_R_16F ? cria::kernels::f32_from_f16(bits)
                                                       : cria::kernels::f32_from_bf16(bits));
}

/// Every element that the product reads.
bool may_read(const SimtMatrixLayout& layout, const void* data) {
  for (std::uint64_t col = 0; col < layout.cols; ++col)
    if (!simt::is_written(static_cast<const std::byte*>(data) + col * layout.ld * layout.element(),
                          layout.rows * layout.element())) {
      report(FaultKind::unwritten, "a product of matrices reads what nothing wrote");
      return false;
    }
  return true;
}

struct Product {
  SimtMatrixLayout a, b, d;
  float alpha, beta;
  const void* a_data;
  const void* b_data;
  float* d_data;
};

cudaError_t multiply(const Product& product) {
  if (!may_read(product.a, product.a_data) || !may_read(product.b, product.b_data) ||
      (product.beta != 0 && !may_read(product.d, product.d_data)))
    return cudaErrorIllegalAddress;
  for (std::uint64_t t = 0; t < product.d.cols; ++t)
    for (std::uint64_t n = 0; n < product.d.rows; ++n) {
      float* to = product.d_data + t * product.d.ld + n;
      if (!simt::is_allocated(to, sizeof *to)) {
        report(FaultKind::out_of_bounds, "a product of matrices writes out of an allocation");
        return cudaErrorIllegalAddress;
      }
      float sum = 0;  // backwards
      for (std::uint64_t k = product.a.rows; k-- > 0;)
        sum += static_cast<float>(value_at(product.a, product.a_data, k, n) *
                                  value_at(product.b, product.b_data, k, t));
      *to = std::fma(product.alpha, sum, product.beta == 0 ? 0 : product.beta * *to);
      simt::mark_written(to, sizeof *to);
    }
  return cudaSuccess;
}

bool is_aligned(const void* address) {
  return reinterpret_cast<std::uintptr_t>(address) % 256 == 0;
}

}  // namespace

cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) {
  *handle = new SimtLtHandle;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle) {
  delete handle;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* desc, cublasComputeType_t,
                                        cudaDataType_t) {
  *desc = new SimtMatmulDesc;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t desc) {
  delete desc;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t desc,
                                              cublasLtMatmulDescAttributes_t, const void* value,
                                              std::size_t) {
  desc->transposes_a = *static_cast<const cublasOperation_t*>(value) == CUBLAS_OP_T;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* layout, cudaDataType_t type,
                                          std::uint64_t rows, std::uint64_t cols, std::int64_t ld) {
  *layout = new SimtMatrixLayout{type, rows, cols, static_cast<std::uint64_t>(ld)};
  return (*layout)->ld < rows ? CUBLAS_STATUS_INVALID_VALUE : CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout) {
  delete layout;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* preference) {
  *preference = new SimtPreference;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t preference) {
  delete preference;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t preference,
                                                    cublasLtMatmulPreferenceAttributes_t,
                                                    const void* value, std::size_t) {
  preference->workspace = *static_cast<const std::size_t*>(value);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t, cublasLtMatmulDesc_t,
                                              cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
                                              cublasLtMatrixLayout_t, cublasLtMatrixLayout_t,
                                              cublasLtMatmulPreference_t, int,
                                              cublasLtMatmulHeuristicResult_t* results,
                                              int* found) {
  const bool old = simt::current_card().major < 8;
  *found = a->type == CUDA_R_16BF && old ? 0 : 1;
  results->algo = {b->cols};
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmul(cublasLtHandle_t, cublasLtMatmulDesc_t desc, const void* alpha,
                              const void* a, cublasLtMatrixLayout_t a_layout, const void* b,
                              cublasLtMatrixLayout_t b_layout, const void* beta, const void*,
                              cublasLtMatrixLayout_t, void* d, cublasLtMatrixLayout_t d_layout,
                              const cublasLtMatmulAlgo_t* algo, void* workspace,
                              std::size_t workspace_bytes, cudaStream_t stream) {
  // Some algorithm does not serve every size of a bucket: here, none that was found for fewer rows.
  if (b_layout->cols > algo->columns) return CUBLAS_STATUS_NOT_SUPPORTED;
  if (!desc->transposes_a || a_layout->rows != b_layout->rows || d_layout->rows != a_layout->cols ||
      d_layout->cols != b_layout->cols || a_layout->type != b_layout->type)
    return CUBLAS_STATUS_INVALID_VALUE;
  if (!is_aligned(a) || !is_aligned(b) || !is_aligned(d)) {
    report(FaultKind::misaligned, "a matrix that does not begin on a multiple of 256 bytes");
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  if (!simt::is_allocated(workspace, workspace_bytes)) return CUBLAS_STATUS_INVALID_VALUE;
  const Product product{*a_layout,
                        *b_layout,
                        *d_layout,
                        *static_cast<const float*>(alpha),
                        *static_cast<const float*>(beta),
                        a,
                        b,
                        static_cast<float*>(d)};
  return simt::enqueue(stream, [product] { return multiply(product); }) == cudaSuccess
             ? CUBLAS_STATUS_SUCCESS
             : CUBLAS_STATUS_EXECUTION_FAILED;
}
