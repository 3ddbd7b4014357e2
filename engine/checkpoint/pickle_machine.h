// Python's pickle as a symbolic machine: it builds plain values and can run nothing.
// Source: CPython Lib/pickletools.py (the opcodes), PEP 307, PEP 3154, PEP 574.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "engine/checkpoint/pickle_heap.h"
#include "kernels/result.h"

namespace cria::engine {

/// Gives meaning to what a pickle would call. Errors carry a sentence to follow "PATH: its pickle
/// ".
class PickleHooks {
 public:
  virtual ~PickleHooks() = default;
  /// A name it wants: refused unless allowed.
  virtual Result<PickleRef> global(std::string_view module, std::string_view name) = 0;
  /// callable(*arguments)
  virtual Result<PickleRef> reduce(PickleRef callable, PickleRef arguments) = 0;
  /// The object that the archive keeps outside the pickle under this id.
  virtual Result<PickleRef> persistent(PickleRef id) = 0;
};

struct PickleResult {
  PickleRef root = 0;
  std::size_t length = 0;  ///< bytes up to and including STOP
};

/// Runs the pickle at the front of `bytes`, which lie in the heap's source. Knows the opcodes of
/// protocols 0 to 5 that PyTorch writes and refuses every other; each opcode costs constant time
/// but for the items it moves. Errors: checkpoint, a sentence to follow "PATH: its pickle ".
Result<PickleResult> run_pickle(std::span<const std::byte> bytes, PickleHeap& heap,
                                PickleHooks& hooks);

}  // namespace cria::engine
