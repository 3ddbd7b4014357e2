// What a device itself measures of a token's step, for whoever reports speed.
#pragma once

#include "engine/engine.h"
#include "kernels/step_profile.h"

namespace cria::engine {

using kernels::stage_names;
using kernels::StepProfile;

/// Measures the step of one token at `position`, in a cache of its own: the model's sessions do not
/// notice. Errors: usage (a position past the context), device (out of memory; also: it does not
/// measure, as the cpu).
Result<StepProfile> profile_step(Model& model, std::int32_t position);

}  // namespace cria::engine
