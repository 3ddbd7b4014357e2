// How fast this machine multiplies, for whoever reports speed.
#pragma once

#include "kernels/compute_peak.h"

namespace cria::engine {

using kernels::ComputePeaks;
using kernels::measure_compute_peaks;

}  // namespace cria::engine
