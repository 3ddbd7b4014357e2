// Weights of the cpu backend: row-major, as they are in the file where that serves, else converted.
#pragma once

#include <memory>

#include "kernels/backend.h"
#include "kernels/cpu/kernel_table.h"
#include "kernels/cpu/memory.h"
#include "kernels/cpu/thread_team.h"

namespace cria::kernels::cpu {

class CpuTensor final : public Tensor {
 public:
  CpuTensor(std::int64_t rows, std::int64_t cols, WeightFormat format, const std::byte* borrowed)
      : rows_(rows), cols_(cols), format_(format), data_(borrowed), borrows_(true) {}
  CpuTensor(std::int64_t rows, std::int64_t cols, WeightFormat format, Memory memory)
      : rows_(rows),
        cols_(cols),
        format_(format),
        memory_(std::move(memory)),
        data_(memory_.data()) {}

  std::int64_t rows() const override { return rows_; }
  std::int64_t cols() const override { return cols_; }
  WeightFormat format() const override { return format_; }
  std::size_t bytes() const override { return weight_bytes(format_, rows_, cols_); }
  bool borrows() const override { return borrows_; }

  const std::byte* row(std::int64_t index) const {
    return data_ + index * cols_ * static_cast<std::int64_t>(size_of(dtype_of(format_)));
  }
  /// Precondition: format() is f32.
  const float* floats() const { return reinterpret_cast<const float*>(data_); }

 private:
  std::int64_t rows_;
  std::int64_t cols_;
  WeightFormat format_;
  Memory memory_;
  const std::byte* data_;
  bool borrows_ = false;
};

/// As Backend::make_tensor.
Result<std::unique_ptr<Tensor>> make_cpu_tensor(const TensorView& source, WeightFormat precision,
                                                const KernelTable& kernels, ThreadTeam& team);

}  // namespace cria::kernels::cpu
