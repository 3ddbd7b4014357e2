// The part of config.json about rotary position embedding.
#pragma once

#include "engine/model/config.h"
#include "engine/model/config_reader.h"

namespace cria::engine {

/// Reads `rope_theta`, `rope_scaling` and `rope_parameters`; errors stay in `reader`.
RopeConfig read_rope(ConfigReader& reader, std::int32_t head_dim,
                     std::int32_t max_position_embeddings);

}  // namespace cria::engine
