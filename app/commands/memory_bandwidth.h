// How fast this machine reads memory: the roof over a token's speed.
#pragma once

namespace cria::app {

/// Bytes per second that `threads` threads together read from a block far larger than the caches:
/// the best of a few passes. 0 when there is no memory for the block.
double measure_read_bandwidth(int threads);

}  // namespace cria::app
