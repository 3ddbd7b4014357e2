#include "engine/sampling/sampler.h"

#include <algorithm>
#include <limits>

namespace cria::engine {

namespace {

constexpr float banned = -std::numeric_limits<float>::infinity();

// SplitMix64 (Steele, Lea, Flood 2014): neighbouring seeds become unrelated ones.
std::uint64_t mix(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15U;
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31U);
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::int32_t sequence)
    : bits_(mix(mix(seed) + static_cast<std::uint64_t>(sequence))) {}

double RandomStream::next() { return static_cast<double>(bits_() >> 11U) * 0x1p-53; }

Result<std::int32_t> Sampler::next(std::span<const float> logits, const ProcessorContext& context,
                                   CandidateList& scratch, const ProcessorTrace& trace) {
  if (Status assigned = scratch.assign(logits); !assigned) {
    return assigned.error();
  }
  process(context, scratch, trace);
  return choose(scratch, samples(context.settings));
}

Result<std::int32_t> Sampler::choose(const CandidateList& candidates, bool sample) {
  const auto scores = candidates.scores();
  const auto best = std::max_element(scores.begin(), scores.end());
  if (best == scores.end() || *best == banned) {
    return Error{ErrorKind::usage,
                 "The settings ban every token of the vocabulary (no_repeat_ngram_size, "
                 "min_length or min_new_tokens leave nothing to choose)."};
  }
  const auto first_best = static_cast<std::size_t>(best - scores.begin());
  if (!sample) {
    return candidates.id(first_best);
  }
  double total = 0;
  for (const float score : scores) {
    total += static_cast<double>(relative_probability(score, *best));
  }
  const double target = random_.next() * total;
  double sum = 0;
  std::size_t chosen = first_best;  // should rounding keep the sum below the target
  for (std::size_t i = 0; i < scores.size(); ++i) {
    sum += static_cast<double>(relative_probability(scores[i], *best));
    if (sum > target) {
      chosen = i;
      break;
    }
  }
  return candidates.id(chosen);
}

}  // namespace cria::engine
