// From one number format to another, rounding to nearest even, looking for what is not finite.
#include "kernels/cpu/simd/lanes.h"
#include "kernels/cpu/simd/parts.h"

namespace cria::kernels::cpu::CRIA_ISA {
namespace {

template <DType from, DType to>
bool convert(const void* src, void* dst, std::int64_t n) {
  bool finite = true;
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const Lanes value = load_as<from>(at<from>(src, i));
    store_as<to>(at<to>(dst, i), value);
    finite &= all_finite(value);
    if constexpr (to != from && to != DType::f32) finite &= all_finite(load_as<to>(at<to>(dst, i)));
  }
  if (i < n) {
    const Lanes value = load_part<from>(at<from>(src, i), n - i);
    store_part<to>(at<to>(dst, i), n - i, value);
    finite &= all_finite(value) && all_finite(load_part<to>(at<to>(dst, i), n - i));
  }
  return finite;
}

template <DType type>
bool finite(const void* src, std::int64_t n) {
  bool all = true;
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) all &= all_finite(load_as<type>(at<type>(src, i)));
  if (i < n) all &= all_finite(load_part<type>(at<type>(src, i), n - i));
  return all;
}

constexpr DType f32 = DType::f32;
constexpr DType f16 = DType::f16;
constexpr DType bf16 = DType::bf16;

}  // namespace

constinit const KernelTable::Convert converts[3][3] = {
    {convert<f32, f32>, convert<f32, f16>, convert<f32, bf16>},
    {convert<f16, f32>, convert<f16, f16>, convert<f16, bf16>},
    {convert<bf16, f32>, convert<bf16, f16>, convert<bf16, bf16>}};

constinit const KernelTable::Finite finites[3] = {finite<f32>, finite<f16>, finite<bf16>};

}  // namespace cria::kernels::cpu::CRIA_ISA
