#include "app/commands/interrupt.h"

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace cria::app {
namespace {

// A signal handler can reach nothing but globals, and may not touch a stop_source: it writes a byte
// to a pipe, and a thread that reads the pipe requests the stop.
std::atomic<int> wake_fd{-1};
std::atomic<int> pending{0};
static_assert(std::atomic<int>::is_always_lock_free);

constexpr char interrupted = 'i';
constexpr char terminated = 't';
constexpr char quit = 'q';

extern "C" void on_signal(int number) {
  const int saved_errno = errno;
  if (pending.fetch_add(1) > 0) {
    std::signal(number, SIG_DFL);
    std::raise(number);
  }
  const char* byte = number == SIGTERM ? &terminated : &interrupted;
  [[maybe_unused]] const auto written = ::write(wake_fd.load(), byte, 1);
  errno = saved_errno;
}

}  // namespace

Interrupt::Interrupt() {
  if (::pipe2(pipe_, O_CLOEXEC) != 0) {
    return;  // without a pipe Ctrl+C simply ends the process
  }
  wake_fd = pipe_[1];
  pending = 0;
  watcher_ = std::thread([this] { watch(); });
  struct sigaction action = {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &old_interrupt_);
  sigaction(SIGTERM, &action, &old_terminate_);
}

Interrupt::~Interrupt() {
  if (!watcher_.joinable()) {
    return;
  }
  sigaction(SIGINT, &old_interrupt_, nullptr);
  sigaction(SIGTERM, &old_terminate_, nullptr);
  [[maybe_unused]] const auto written = ::write(pipe_[1], &quit, 1);
  watcher_.join();
  wake_fd = -1;
  ::close(pipe_[0]);
  ::close(pipe_[1]);
}

std::stop_token Interrupt::token() const {
  const std::lock_guard lock(mutex_);
  return source_.get_token();
}

void Interrupt::request() {
  const std::lock_guard lock(mutex_);
  source_.request_stop();
}

bool Interrupt::rearm() {
  const std::lock_guard lock(mutex_);
  if (terminated_) {
    return false;
  }
  source_ = std::stop_source();
  pending = 0;
  return true;
}

void Interrupt::watch() {
  char byte = 0;
  for (;;) {
    const auto count = ::read(pipe_[0], &byte, 1);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count != 1 || byte == quit) {
      return;
    }
    const std::lock_guard lock(mutex_);
    terminated_ = terminated_ || byte == terminated;
    source_.request_stop();
  }
}

}  // namespace cria::app
