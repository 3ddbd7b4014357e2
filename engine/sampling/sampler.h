// The choice of a token from what the processors left.
#pragma once

#include <cstdint>
#include <random>

#include "engine/sampling/candidates.h"
#include "engine/sampling/processors.h"
#include "engine/sampling/settings.h"
#include "kernels/result.h"

namespace cria::engine {

/// Numbers in [0, 1) for one sequence of one request. The same on every machine: the 64-bit
/// Mersenne Twister (fixed by the C++ standard) seeded with mix(mix(seed) + sequence), mix being
/// SplitMix64's step; its output's upper 53 bits divided by 2^53. No std distribution, whose output
/// the standard leaves open.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::int32_t sequence);
  double next();

 private:
  std::mt19937_64 bits_;
};

/// Greedy: the first candidate with the largest score. Sampling: softmax of the scores, then the
/// inverse of its cumulative distribution, in id order, at one number of the stream (so a token
/// costs one number, and a greedy one none). Errors: usage, when every token is banned.
class Sampler {
 public:
  Sampler(std::uint64_t seed, std::int32_t sequence) : random_(seed, sequence) {}

  /// Runs the processors on `logits`, then chooses. Errors: as CandidateList::assign, and above.
  Result<std::int32_t> next(std::span<const float> logits, const ProcessorContext& context,
                            CandidateList& scratch, const ProcessorTrace& trace = nullptr);

  Result<std::int32_t> choose(const CandidateList& candidates, bool sample);

 private:
  RandomStream random_;
};

}  // namespace cria::engine
