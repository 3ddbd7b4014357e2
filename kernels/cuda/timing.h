// How long work takes on a card.
#pragma once

#include <functional>

#include "kernels/cuda/card.h"
#include "kernels/result.h"

namespace cria::kernels::cuda {

/// Milliseconds that `work` keeps the stream busy: several times on end, so that a launch's own
/// delay counts for little, and the best of a few such rounds. Errors: device.
Result<double> time_of(const Stream& stream, const std::function<Status()>& work);

/// Bytes a second that are read and written while a block far larger than the card's caches is
/// copied. Errors: device (also: no room for two such blocks).
Result<double> copy_bandwidth(const Card& card, const Stream& stream);

}  // namespace cria::kernels::cuda
