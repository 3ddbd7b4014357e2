// A main() for tests of time.
#pragma once

#include <cstdio>
#include <sys/wait.h>
#include <unistd.h>

namespace cria::app::testing {

/// Runs `once`, again in a process of its own where it fails, and fails where it failed three
/// times. What a host takes from a virtual machine, or how late a disk is, cannot be told from
/// inside; what the program itself takes too long for, it takes too long for every time.
inline int runTimed(int argc, char** argv, int (*once)(int, char**)) {
  for (int attempt = 1; attempt < 3; ++attempt) {
    const pid_t child = fork();
    if (child <= 0) break;
    int status = 0;
    if (waitpid(child, &status, 0) == child && status == 0) return 0;
    std::fprintf(stderr, "attempt %d failed; once more\n", attempt);
  }
  return once(argc, argv);
}

}  // namespace cria::app::testing
