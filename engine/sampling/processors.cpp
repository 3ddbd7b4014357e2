#include "engine/sampling/processors.h"

#include <array>

namespace cria::engine {

namespace {

struct Step {
  std::string_view name;
  bool sampling_only;  // transformers runs the warpers only if do_sample
  bool (*in_force)(const ProcessorContext&);
  void (*apply)(const ProcessorContext&, CandidateList&);
};

std::int32_t length_of(const ProcessorContext& context) {
  return static_cast<std::int32_t>(context.ids.size());
}

constexpr auto steps = std::to_array<Step>({
    {"repetition_penalty", false,
     [](const ProcessorContext& c) { return c.settings.repetition_penalty != 1.0F; },
     [](const ProcessorContext& c, CandidateList& list) {
       repetition_penalty(list, c.ids, c.settings.repetition_penalty);
     }},
    {"no_repeat_ngram_size", false,
     [](const ProcessorContext& c) { return c.settings.no_repeat_ngram_size > 0; },
     [](const ProcessorContext& c, CandidateList& list) {
       no_repeat_ngram(list, c.ids, c.settings.no_repeat_ngram_size);
     }},
    {"min_length", false,
     [](const ProcessorContext& c) {
       // min_new_tokens, where given, replaces min_length.
       return c.settings.min_new_tokens == 0 && length_of(c) < c.settings.min_length;
     },
     [](const ProcessorContext& c, CandidateList& list) {
       ban_eos(list, c.settings.eos_token_id);
     }},
    {"min_new_tokens", false,
     [](const ProcessorContext& c) {
       return length_of(c) - c.prompt_length < c.settings.min_new_tokens;
     },
     [](const ProcessorContext& c, CandidateList& list) {
       ban_eos(list, c.settings.eos_token_id);
     }},
    {"temperature", true, [](const ProcessorContext& c) { return c.settings.temperature != 1.0F; },
     [](const ProcessorContext& c, CandidateList& list) {
       temperature(list, c.settings.temperature);
     }},
    {"top_k", true, [](const ProcessorContext& c) { return c.settings.top_k > 0; },
     [](const ProcessorContext& c, CandidateList& list) { top_k(list, c.settings.top_k); }},
    {"top_p", true, [](const ProcessorContext& c) { return c.settings.top_p < 1.0F; },
     [](const ProcessorContext& c, CandidateList& list) { top_p(list, c.settings.top_p); }},
    {"min_p", true, [](const ProcessorContext& c) { return c.settings.min_p > 0.0F; },
     [](const ProcessorContext& c, CandidateList& list) { min_p(list, c.settings.min_p); }},
    {"typical_p", true, [](const ProcessorContext& c) { return c.settings.typical_p < 1.0F; },
     [](const ProcessorContext& c, CandidateList& list) { typical_p(list, c.settings.typical_p); }},
    {"epsilon_cutoff", true,
     [](const ProcessorContext& c) { return c.settings.epsilon_cutoff > 0.0F; },
     [](const ProcessorContext& c, CandidateList& list) {
       epsilon_cutoff(list, c.settings.epsilon_cutoff);
     }},
    {"eta_cutoff", true, [](const ProcessorContext& c) { return c.settings.eta_cutoff > 0.0F; },
     [](const ProcessorContext& c, CandidateList& list) {
       eta_cutoff(list, c.settings.eta_cutoff);
     }},
});

}  // namespace

void process(const ProcessorContext& context, CandidateList& candidates,
             const ProcessorTrace& trace) {
  for (const Step& step : steps) {
    if ((step.sampling_only && !samples(context.settings)) || !step.in_force(context)) {
      continue;
    }
    step.apply(context, candidates);
    if (trace) {
      trace(step.name, candidates);
    }
  }
}

}  // namespace cria::engine
