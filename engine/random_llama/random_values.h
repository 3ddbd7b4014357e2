// Repeatable random weights, fast enough for a billion.
#pragma once

#include <cstdint>

namespace cria::engine {

/// Close to a normal distribution: four 16-bit uniforms from one splitmix64 step, summed.
class RandomValues {
 public:
  explicit RandomValues(std::uint64_t seed) : state_(seed) {}

  /// Mean 0, standard deviation `scale`.
  float next(float scale) {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    z ^= z >> 31U;
    const auto sum = static_cast<std::int32_t>((z & 0xFFFFU) + ((z >> 16U) & 0xFFFFU) +
                                               ((z >> 32U) & 0xFFFFU) + (z >> 48U));
    // Each uniform has mean 32767.5 and variance 65536^2 / 12; four have deviation 65536 / sqrt(3).
    return static_cast<float>(sum - 131070) * (1.7320508F / 65536.0F) * scale;
  }

 private:
  std::uint64_t state_;
};

}  // namespace cria::engine
