// The scores of tests/golden/make_processors.py, bit for bit.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cria::engine::test {

inline std::vector<std::uint64_t> splitmix(std::uint64_t seed, std::size_t count) {
  std::vector<std::uint64_t> out;
  for (std::uint64_t i = 1; i <= count; ++i) {
    std::uint64_t z = i * 0x9E3779B97F4A7C15U + seed;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    out.push_back(z ^ (z >> 31U));
  }
  return out;
}

inline std::vector<float> make_scores(const std::string& kind, std::uint64_t seed,
                                      std::size_t vocab) {
  std::vector<float> out;
  for (const std::uint64_t bits : splitmix(seed, vocab)) {
    const float unit = static_cast<float>(bits >> 40U) * 0x1p-23F - 1.0F;  // exact
    if (kind == "flat") {
      out.push_back(unit * 2.0F);
    } else if (kind == "peaked") {
      out.push_back(unit * unit * unit * 14.0F);
    } else if (kind == "tied") {
      out.push_back(std::floor(unit * 20.0F) * 0.25F);
    } else {
      out.push_back(1.5F);
    }
  }
  return out;
}

inline std::vector<std::int32_t> make_ids(std::uint64_t seed, std::size_t count,
                                          std::uint64_t below) {
  std::vector<std::int32_t> out;
  for (const std::uint64_t bits : splitmix(seed ^ 0xABCDEFU, count)) {
    out.push_back(static_cast<std::int32_t>(bits % below));
  }
  return out;
}

inline std::uint64_t fnv(std::span<const float> values) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const float value : values) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (unsigned shift = 0; shift < 32; shift += 8) {
      hash = (hash ^ ((bits >> shift) & 0xFFU)) * 0x100000001B3U;
    }
  }
  return hash;
}

}  // namespace cria::engine::test
