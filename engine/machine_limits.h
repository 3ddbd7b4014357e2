// What this machine could do at best, for whoever reports speed.
#pragma once

#include "kernels/machine_limits.h"

namespace cria::engine {

using kernels::ComputePeaks;
using kernels::measure_compute_peaks;
using kernels::measure_read_bandwidth;

}  // namespace cria::engine
