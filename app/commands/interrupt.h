// Turns Ctrl+C (SIGINT) and SIGTERM into a stop token.
#pragma once

#include <csignal>
#include <mutex>
#include <stop_token>
#include <thread>

namespace cria::app {

/// While it lives, the first signal requests a stop and the second one ends the process. At most
/// one exists at a time, made and destroyed by the same thread.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  std::stop_token token() const;
  void request();  ///< as if a signal had come
  /// The next signal is a first one again. False after SIGTERM, which is not taken back.
  bool rearm();

 private:
  void watch();

  mutable std::mutex mutex_;
  std::stop_source source_;
  bool terminated_ = false;
  int pipe_[2] = {-1, -1};
  struct sigaction old_interrupt_ = {};
  struct sigaction old_terminate_ = {};
  std::thread watcher_;
};

}  // namespace cria::app
