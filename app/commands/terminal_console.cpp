#include "app/commands/terminal_console.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <unistd.h>

#include "app/commands/printable.h"

namespace cria::app {
namespace {

// All of `text` to a file descriptor, or the errno that stopped it.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(fd, text.data(), text.size());
    if (count < 0) {
      if (errno == EINTR) {
        continue;
      }
      return errno;
    }
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

}  // namespace

TerminalConsole::TerminalConsole() { std::signal(SIGPIPE, SIG_IGN); }

void TerminalConsole::write(std::string_view text) {
  if (output_lost_) {
    return;
  }
  const int error = write_all(STDOUT_FILENO, text);
  if (error == 0) {
    return;
  }
  output_lost_ = true;
  interrupt_.request();
  if (error != EPIPE) {  // a reader that has seen enough (head) needs no message
    note(std::string("The output cannot be written: ") + std::strerror(error) + ".");
  }
}

void TerminalConsole::note(std::string_view sentence) {
  std::string line = "cria: ";
  line += printable(sentence);
  line += '\n';
  write_all(STDERR_FILENO, line);
}

std::optional<std::string> TerminalConsole::read_line(std::string_view prompt) {
  write(prompt);
  const std::stop_token interrupted = stop();
  for (;;) {
    if (const auto end = input_.find('\n'); end != std::string::npos) {
      std::string line = input_.substr(0, end);
      input_.erase(0, end + 1);
      return line;
    }
    // A signal may reach another thread than this one, hence the look around five times a second.
    pollfd waiting = {STDIN_FILENO, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, 200);
    if (interrupted.stop_requested()) {
      return std::nullopt;
    }
    if (ready <= 0) {
      continue;
    }
    std::array<char, 4096> bytes{};
    const auto count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) {
      continue;
    }
    if (count <= 0) {
      if (input_.empty()) {
        return std::nullopt;
      }
      std::string line;
      line.swap(input_);
      return line;
    }
    input_.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace cria::app
