// The checkpoint's own generation settings.
#pragma once

#include <filesystem>

#include "engine/sampling/settings.h"
#include "kernels/result.h"

namespace cria::engine {

/// generation_config.json over transformers' defaults. Without that file the same keys are looked
/// for in config.json, and eos is that of LlamaConfig (2) where config.json names none
/// (GenerationConfig.from_model_config). With neither file: transformers' defaults. Unknown keys
/// are ignored, null is the default, and max_length 20 counts as not given, as in transformers.
/// Whether the values make sense together is the sampler's to say. Errors: checkpoint, naming file
/// and key, when a value has the wrong type.
Result<GenerationSettings> read_generation_settings(const std::filesystem::path& folder);

}  // namespace cria::engine
