// RMSNorm, SiLU and exp over rows.
#include "kernels/cpu/simd/lanes.h"
#include "kernels/cpu/simd/parts.h"

namespace cria::kernels::cpu::CRIA_ISA {

void rms_norm(const float* x, const float* weight, std::int64_t n, float eps, float* y) {
  Lanes squares = zero();
  for (std::int64_t i = 0; i < n; i += lanes) {
    const Lanes a = load(x + i);
    squares = fused(a, a, squares);
  }
  const float mean = sum_of(squares) / static_cast<float>(n);
  const Lanes scale = spread(1.0F / root_of(mean + eps));
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes)
    store(y + i, multiply(multiply(load(x + i), scale), load(weight + i)));
  if (i < n)
    store(y + i, multiply(multiply(load(x + i), scale), load_part<DType::f32>(weight + i, n - i)));
}

void silu_times(const float* gate, const float* up, std::int64_t n, float* out) {
  const auto one = [](Lanes g, Lanes u) {
    const Lanes e = exp_of(multiply(g, spread(-1.0F)));
    return multiply(divide(g, add(spread(1.0F), e)), u);
  };
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) store(out + i, one(load(gate + i), load(up + i)));
  if (i < n) {
    const Lanes g = load_part<DType::f32>(gate + i, n - i);
    store_part<DType::f32>(out + i, n - i, one(g, load_part<DType::f32>(up + i, n - i)));
  }
}

void exponential(const float* x, std::int64_t n, float* out) {
  for (std::int64_t i = 0; i < n; i += lanes) {
    const std::int64_t count = n - i < lanes ? n - i : lanes;
    store_part<DType::f32>(out + i, count, exp_of(load_part<DType::f32>(x + i, count)));
  }
}

}  // namespace cria::kernels::cpu::CRIA_ISA
