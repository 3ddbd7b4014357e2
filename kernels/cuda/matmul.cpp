#include "kernels/cuda/matmul.h"

#include <algorithm>
#include <string>

#include "kernels/cuda/convert.h"

namespace cria::kernels::cuda {
namespace {

constexpr std::size_t workspace_bytes = 32 << 20;  // what Hopper's kernels ask for
constexpr std::int64_t widened_bytes = 32 << 20;

Status check(cublasStatus_t status) {
  if (status == CUBLAS_STATUS_SUCCESS) return {};
  if (status == CUBLAS_STATUS_ALLOC_FAILED)
    return cuda::check(cudaErrorMemoryAllocation, "multiplying matrices");
  return Error{ErrorKind::device, "the GPU failed while multiplying matrices (cuBLAS status " +
                                      std::to_string(static_cast<int>(status)) +
                                      "): choose the device cpu, or start Cria again"};
}

cudaDataType_t data_type(DType type) {
  return type == DType::f32 ? CUDA_R_32F : type == DType::f16 ? CUDA_R_16F : CUDA_R_16BF;
}

/// What describes one product to cuBLASLt. In its column-major eyes: y^T [N, T] = weight [K, N]
/// transposed, times terms [K, T].
class Description {
 public:
  Description(const Matrix& weight, const Terms& terms, std::int64_t y_stride) {
    const auto type = data_type(dtype_of(weight.format));
    const auto k = static_cast<std::uint64_t>(padded(weight.cols, 8));  // the padding is zero
    const auto n = static_cast<std::uint64_t>(weight.rows);
    const auto t = static_cast<std::uint64_t>(terms.rows);
    const cublasOperation_t transposed = CUBLAS_OP_T;
    const auto good = [this](cublasStatus_t status) {
      if (status_ == CUBLAS_STATUS_SUCCESS) status_ = status;
    };
    good(cublasLtMatmulDescCreate(&product, CUBLAS_COMPUTE_32F, CUDA_R_32F));
    good(cublasLtMatmulDescSetAttribute(product, CUBLASLT_MATMUL_DESC_TRANSA, &transposed,
                                        sizeof transposed));
    const auto weight_stride =
        weight.row_bytes / static_cast<std::int64_t>(size_of(dtype_of(weight.format)));
    good(cublasLtMatrixLayoutCreate(&a, type, k, n, weight_stride));
    good(cublasLtMatrixLayoutCreate(&b, type, k, t, terms.stride));
    good(cublasLtMatrixLayoutCreate(&y, CUDA_R_32F, n, t, y_stride));
  }
  ~Description() {
    if (product != nullptr) cublasLtMatmulDescDestroy(product);
    for (const cublasLtMatrixLayout_t layout : {a, b, y})
      if (layout != nullptr) cublasLtMatrixLayoutDestroy(layout);
  }
  Description(const Description&) = delete;
  Description& operator=(const Description&) = delete;

  cublasStatus_t status() const { return status_; }

  cublasLtMatmulDesc_t product = nullptr;
  cublasLtMatrixLayout_t a = nullptr;
  cublasLtMatrixLayout_t b = nullptr;
  cublasLtMatrixLayout_t y = nullptr;

 private:
  cublasStatus_t status_ = CUBLAS_STATUS_SUCCESS;
};

cublasStatus_t find_algorithm(cublasLtHandle_t handle, const Description& description,
                              cublasLtMatmulAlgo_t& algorithm) {
  cublasLtMatmulPreference_t preference = nullptr;
  cublasStatus_t status = cublasLtMatmulPreferenceCreate(&preference);
  if (status != CUBLAS_STATUS_SUCCESS) return status;
  const std::size_t workspace = workspace_bytes;
  cublasLtMatmulPreferenceSetAttribute(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES,
                                       &workspace, sizeof workspace);
  cublasLtMatmulHeuristicResult_t found{};
  int count = 0;
  status =
      cublasLtMatmulAlgoGetHeuristic(handle, description.product, description.a, description.b,
                                     description.y, description.y, preference, 1, &found, &count);
  cublasLtMatmulPreferenceDestroy(preference);
  if (status == CUBLAS_STATUS_SUCCESS && count == 0) status = CUBLAS_STATUS_NOT_SUPPORTED;
  algorithm = found.algo;
  return status;
}

int bucket_of(int rows) {
  int bucket = 16;
  while (bucket < rows) bucket *= 2;
  return bucket;
}

}  // namespace

MatMul::~MatMul() {
  if (handle_ != nullptr) cublasLtDestroy(handle_);
}

Status MatMul::prepare() {
  if (handle_ == nullptr)
    if (Status made = check(cublasLtCreate(&handle_)); !made) return made;
  return workspace_.grow("multiplying matrices", workspace_bytes);
}

DType MatMul::term_type(WeightFormat weight) const {
  const bool widens =
      is_quantised(weight) || (weight == WeightFormat::bf16 && !card_.has_bf16_products());
  return widens ? DType::f32 : dtype_of(weight);
}

Status MatMul::run(cudaStream_t stream, const Matrix& weight, const Terms& terms, float* y,
                   std::int64_t stride) {
  if (format_of(terms.type) == weight.format) return multiply(stream, weight, terms, y, stride);
  return widen_and_multiply(stream, weight, terms, y, stride);
}

Status MatMul::multiply(cudaStream_t stream, const Matrix& weight, const Terms& terms, float* y,
                        std::int64_t stride) {
  const Description description(weight, terms, stride);
  if (Status described = check(description.status()); !described) return described;
  const Key key{weight.format, weight.rows, terms.stride, bucket_of(terms.rows)};
  auto known = algorithms_.find(key);
  if (known == algorithms_.end()) {
    cublasLtMatmulAlgo_t algorithm{};
    if (Status found = check(find_algorithm(handle_, description, algorithm)); !found) return found;
    known = algorithms_.emplace(key, algorithm).first;
  }
  const std::size_t term_bytes =
      static_cast<std::size_t>(terms.stride * terms.rows) * size_of(terms.type);
  // The smallest first, so that the large sum is rounded once.
  for (int i = terms_of(terms.type); i-- > 0;) {
    const float factor = terms.type == DType::f16 && i == 1 ? f16_second_term : 1.0F;
    const float kept = i == terms_of(terms.type) - 1 ? 0.0F : 1.0F;
    const auto multiplied = [&](const cublasLtMatmulAlgo_t& algorithm) {
      return cublasLtMatmul(handle_, description.product, &factor, weight.data, description.a,
                            terms.data + term_bytes * static_cast<std::size_t>(i), description.b,
                            &kept, y, description.y, y, description.y, &algorithm,
                            workspace_.data(), workspace_bytes, stream);
    };
    cublasStatus_t status = multiplied(known->second);
    if (status == CUBLAS_STATUS_NOT_SUPPORTED || status == CUBLAS_STATUS_INVALID_VALUE) {
      // What serves one T of a bucket need not serve all.
      cublasLtMatmulAlgo_t algorithm{};
      status = find_algorithm(handle_, description, algorithm);
      if (status == CUBLAS_STATUS_SUCCESS) status = multiplied(algorithm);
    }
    if (Status good = check(status); !good) return good;
  }
  return {};
}

Status MatMul::widen_and_multiply(cudaStream_t stream, const Matrix& weight, const Terms& terms,
                                  float* y, std::int64_t stride) {
  const std::int64_t width = padded(weight.cols, 64);
  // A multiple of 64 rows, so that each piece of y begins where cuBLASLt likes it.
  const std::int64_t most = std::max<std::int64_t>(64, widened_bytes / (width * 4) / 64 * 64);
  const std::int64_t rows = std::min<std::int64_t>(most, weight.rows);
  if (Status grown =
          widened_.grow("multiplying matrices", static_cast<std::uint64_t>(rows * width * 4));
      !grown)
    return grown;
  for (std::int64_t first = 0; first < weight.rows; first += rows) {
    const auto count = static_cast<int>(std::min<std::int64_t>(rows, weight.rows - first));
    if (Status good = cuda::check(
            widen_rows(stream, weight, static_cast<int>(first), count, widened_.floats(), width),
            "multiplying matrices");
        !good)
      return good;
    const Matrix piece{.data = widened_.data(),
                       .row_bytes = width * 4,
                       .rows = count,
                       .cols = weight.cols,
                       .format = WeightFormat::f32};
    if (Status good = multiply(stream, piece, terms, y + first, stride); !good) return good;
  }
  return {};
}

}  // namespace cria::kernels::cuda
