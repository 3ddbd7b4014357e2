// What `cria bench` says of a GPU, from what the GPU measured itself.
#pragma once

#include "app/commands/json.h"
#include "engine/step_profile.h"

namespace cria::app {

/// Adds the card's bandwidth and how much of it `read_bytes_per_second` is, the kernels launched
/// for a token, and each stage's time in microseconds.
void add_profile(Json& report, const engine::StepProfile& profile, double read_bytes_per_second);

}  // namespace cria::app
