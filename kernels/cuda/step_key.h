// A step's launches as numbers: two steps with the same key put the same work on the stream.
#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "kernels/cuda/stages.h"

namespace cria::kernels::cuda {

class StepKey {
 public:
  void clear() { numbers_.clear(); }
  template <typename... Values>
  void add(const Values&... values) {
    (add_one(values), ...);
  }
  bool operator<(const StepKey& other) const { return numbers_ < other.numbers_; }

 private:
  template <typename Value>
  void add_one(const Value& value) {
    if constexpr (std::is_pointer_v<Value>)
      numbers_.push_back(reinterpret_cast<std::uintptr_t>(value));
    else if constexpr (std::is_same_v<Value, float>)
      numbers_.push_back(std::bit_cast<std::uint32_t>(value));
    else
      numbers_.push_back(static_cast<std::uint64_t>(value));
  }
  void add_one(const Matrix& m) { add(m.data, m.scales, m.row_bytes, m.rows, m.cols, m.format); }
  void add_one(const Product& product) { add(product.weight, product.bias); }
  void add_one(const Activations& x) { add(x.data, x.stride, x.cols); }
  void add_one(const Norm& norm) { add(norm.weight, norm.eps); }
  void add_one(const CacheView& cache) {
    add(cache.k, cache.v, cache.cells, cache.width, cache.type);
  }
  void add_one(const Heads& heads) { add(heads.query, heads.key_value, heads.dim, heads.scale); }
  void add_one(const StepView& step) {
    add(step.rows, step.rope_cos, step.rope_sin, step.logit_rows, step.count, step.logit_count,
        step.half_rotary);
  }
  void add_one(const AttentionIn& in) {
    add(in.q, in.k, in.v, in.heads, in.x, in.norm, in.queries, in.query_stride, in.cache);
  }
  void add_one(const Attend& in) { add(in.heads, in.queries, in.cache, in.out, in.out_stride); }
  void add_one(const AttendScratch& scratch) {
    add(scratch.partials, scratch.arrived, scratch.splits);
  }
  void add_one(const FfnIn& in) { add(in.gate, in.up, in.x, in.norm, in.rows, in.h, in.h_stride); }

  std::vector<std::uint64_t> numbers_;
};

}  // namespace cria::kernels::cuda
