// Keeps a file that is cut short by another program, or a disk that fails, from ending ours.
#pragma once

#include <cstddef>
#include <span>

namespace cria::engine {

/// While it lives, a page of `bytes` that its file or disk no longer gives (SIGBUS) reads as zeros
/// instead of ending the program, and has_gaps() tells of it. What was computed from zeros is
/// worthless: ask after reading. Thread-safe.
///
/// The signal has one handler a process, so a table of all guards lies behind this class. A signal
/// for memory that nobody guards goes to the handler before ours. With more guards than the table
/// holds (256), the rest are as if they were not there.
class MappingGuard {
 public:
  /// `bytes` is a mapping of a file: it begins on a page and outlives the guard.
  explicit MappingGuard(std::span<const std::byte> bytes);
  ~MappingGuard();
  MappingGuard(const MappingGuard&) = delete;
  MappingGuard& operator=(const MappingGuard&) = delete;

  bool has_gaps() const;

 private:
  int place_;  ///< in the table, or -1
};

}  // namespace cria::engine
