// A reply whose device failed, to be carried on with on another: what was written becomes part of
// the prompt, and what comes behind it part of the reply.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace cria::app {

/// What has been heard of a reply so far.
struct WrittenReply {
  std::optional<engine::PromptReport> prompt;
  std::vector<std::int32_t> ids;
  std::string text;  ///< UTF-8, whole characters

  std::int32_t tokens() const { return static_cast<std::int32_t>(ids.size()); }
};

/// Asks for the rest. Precondition: `request` is for one sequence, or nothing was written.
engine::GenerationRequest requestForRest(engine::GenerationRequest request,
                                         const WrittenReply& written);
/// The limits that count new tokens, less what was written.
engine::GenerationSettings settingsForRest(engine::GenerationSettings settings,
                                           const WrittenReply& written);
/// The whole reply.
engine::GenerationResult withRest(const WrittenReply& written, engine::GenerationResult rest);

}  // namespace cria::app
