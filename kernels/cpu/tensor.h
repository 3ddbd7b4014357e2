// Weights of the cpu backend: numbers row-major, in place in the file where that serves, else
// converted; q8 and q4 as block_layout.h says.
#pragma once

#include <memory>

#include "kernels/backend.h"
#include "kernels/cpu/block_layout.h"
#include "kernels/cpu/kernel_table.h"
#include "kernels/cpu/memory.h"
#include "kernels/cpu/thread_team.h"
#include "kernels/cpu/weight_memory.h"

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
  std::size_t bytes() const override {
    if (is_quantised(format_)) return static_cast<std::size_t>(layout().bytes());
    return weight_bytes(format_, rows_, cols_);
  }
  bool borrows() const override { return borrows_; }

  /// Precondition: not quantised.
  const std::byte* row(std::int64_t index) const {
    return data_ + index * cols_ * static_cast<std::int64_t>(size_of(dtype_of(format_)));
  }
  /// Precondition: format() is f32.
  const float* floats() const { return reinterpret_cast<const float*>(data_); }

  /// The groups of `count` rows from `row` on, a multiple of 16. Precondition: quantised.
  BlockWeights groups(std::int64_t row, int count) const {
    return layout().weights(data_, row / lanes, (count + lanes - 1) / lanes);
  }
  /// One value. Precondition: quantised.
  float dequantised(std::int64_t row, std::int64_t col) const {
    return layout().at(data_, row, col);
  }

 private:
  BlockLayout layout() const { return BlockLayout::of(format_, rows_, cols_); }

  std::int64_t rows_;
  std::int64_t cols_;
  WeightFormat format_;
  Memory memory_;
  const std::byte* data_;
  bool borrows_ = false;
};

/// As Backend::make_tensor; in `room` unless it is used in place.
Result<std::unique_ptr<Tensor>> make_cpu_tensor(const TensorView& source, WeightFormat precision,
                                                const KernelTable& kernels, ThreadTeam& team,
                                                WeightMemory& room);

}  // namespace cria::kernels::cpu
