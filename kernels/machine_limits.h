// What this machine could do at best: the roofs over reading a prompt and writing a token.
#pragma once

#include <cstdint>
#include <string_view>

namespace cria::kernels {

/// Operations a second, a multiply-add counted as two, by all threads together; 0 where the
/// processor has no instruction of that kind.
struct ComputePeaks {
  double f32 = 0;
  double bf16 = 0;
  double int8 = 0;

  /// The peak that a prompt in `precision` could reach on this processor.
  double of(std::string_view precision) const;
};

/// The best of a few passes of some milliseconds each.
ComputePeaks measure_compute_peaks(int threads);

/// Bytes a second that `threads` threads together read from a block far larger than the caches,
/// asking for it ahead and in huge pages as the kernels do: the best of a few passes. 0 when there
/// is no memory for the block.
double measure_read_bandwidth(int threads);

}  // namespace cria::kernels
