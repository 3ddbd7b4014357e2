#include "app/inference/carried_on.h"

#include <algorithm>
#include <utility>

namespace cria::app {

engine::GenerationRequest requestForRest(engine::GenerationRequest request,
                                         const WrittenReply& written) {
  engine::Prompt& prompt = request.prompt;
  if (written.ids.empty()) return request;
  if (!prompt.ids.empty()) {
    prompt.ids.insert(prompt.ids.end(), written.ids.begin(), written.ids.end());
  } else if (prompt.mode == engine::PromptMode::complete) {
    prompt.text += written.text;
  } else if (!prompt.messages.empty() && prompt.messages.back().role == engine::Role::assistant) {
    prompt.messages.back().text += written.text;
  } else {
    prompt.messages.push_back({engine::Role::assistant, written.text});
  }
  return request;
}

engine::GenerationSettings settingsForRest(engine::GenerationSettings settings,
                                           const WrittenReply& written) {
  if (settings.max_new_tokens) {
    settings.max_new_tokens = std::max(1, *settings.max_new_tokens - written.tokens());
  }
  settings.min_new_tokens = std::max(0, settings.min_new_tokens - written.tokens());
  return settings;
}

engine::GenerationResult withRest(const WrittenReply& written, engine::GenerationResult rest) {
  if (written.ids.empty() || rest.sequences.empty()) return rest;
  engine::GeneratedSequence& sequence = rest.sequences.front();
  sequence.ids.insert(sequence.ids.begin(), written.ids.begin(), written.ids.end());
  sequence.text.insert(0, written.text);
  if (written.prompt) rest.prompt = *written.prompt;
  return rest;
}

}  // namespace cria::app
