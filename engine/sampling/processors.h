// The steps between the model's scores and the choice of a token: one for each of transformers'
// logits processors, with its name, its formula and its place in the order.
//
// Formulas: transformers 5.23, generation/logits_process.py; order: generation/utils.py
// _get_logits_processor. Every step keeps at least one candidate (min_tokens_to_keep = 1).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "engine/sampling/candidates.h"
#include "engine/sampling/settings.h"

namespace cria::engine {

/// What a step may look at.
struct ProcessorContext {
  const GenerationSettings& settings;
  std::span<const std::int32_t> ids;  ///< prompt and reply so far
  std::int32_t prompt_length = 0;     ///< how many of them are the prompt
};

/// Called after each step that was in force, with its name.
using ProcessorTrace = std::function<void(std::string_view name, const CandidateList&)>;

/// Runs every step that the settings put in force, in order. The settings are valid
/// (engine/sampling/settings.h).
void process(const ProcessorContext& context, CandidateList& candidates,
             const ProcessorTrace& trace = nullptr);

// --- the steps, in order. Each does its work whatever its value; process() knows when it is off.

/// s < 0 ? s * penalty : s / penalty, once for each distinct id. penalty > 0
void repetition_penalty(CandidateList& candidates, std::span<const std::int32_t> ids,
                        float penalty);

/// Bans every token that would complete an n-gram which `ids` has already. ngram_size >= 1
void no_repeat_ngram(CandidateList& candidates, std::span<const std::int32_t> ids,
                     std::int32_t ngram_size);

/// Bans the end tokens. In force while the text is shorter than min_length, or the reply than
/// min_new_tokens (which wins).
void ban_eos(CandidateList& candidates, std::span<const std::int32_t> eos_token_id);

/// s / temperature. temperature > 0
void temperature(CandidateList& candidates, float temperature);

/// Keeps s >= the k-th largest; so ties with the k-th are kept. top_k >= 1
void top_k(CandidateList& candidates, std::int32_t top_k);

/// In ascending order, takes out those whose cumulative probability is <= 1 - top_p. Where that
/// parts equal scores, the same ones stay as with torch on a CPU. 0 <= top_p < 1
void top_p(CandidateList& candidates, float top_p);

/// Takes out p < min_p * the largest p. 0 <= min_p <= 1
void min_p(CandidateList& candidates, float min_p);

/// Locally typical: in order of |-log p - entropy|, keeps the first whose probabilities reach
/// `mass`, and those as typical as the last of them. 0 < mass < 1
void typical_p(CandidateList& candidates, float mass);

/// Takes out p < epsilon. 0 < epsilon < 1
void epsilon_cutoff(CandidateList& candidates, float epsilon);

/// Takes out p < min(eta, sqrt(eta) * exp(-entropy)). 0 < eta < 1
void eta_cutoff(CandidateList& candidates, float eta);

}  // namespace cria::engine
