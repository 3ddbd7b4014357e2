// What the checks found. A fault ends the launch it is found in, and the card is lost from then on.
#pragma once

#include <string>

namespace simt {

enum class FaultKind {
  none,
  out_of_bounds,  ///< outside of what was allocated, or freed
  misaligned,     ///< a wide access off its boundary
  unwritten,      ///< a read of bytes that nothing wrote
  barrier,        ///< not all threads came to a barrier or to a warp's exchange
  race,           ///< two threads, one of them writing, between two barriers
  host_memory,    ///< a kernel at the host's memory, or the host at the card's
  bad_launch,     ///< a grid, a block or a shared memory that no card takes
  bad_call,       ///< a call of the runtime that a real card would not serve as it stands
};

struct Fault {
  FaultKind kind = FaultKind::none;
  std::string text;
};

/// Keeps the first fault until take_fault, and prints every one on stderr (seeded ones, too).
/// Within a kernel it does not return.
void report(FaultKind kind, const std::string& text);
/// The first fault since the last call; kind none: there was none.
Fault take_fault();
/// The text of the last fault; "": there was none.
const std::string& last_fault_text();

}  // namespace simt
