// Where a command reads and writes. An interface, so that tests can listen.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace cria::app {

/// Used by the one thread that runs the command.
class Console {
 public:
  virtual ~Console() = default;
  /// Standard output, at once. When nobody can read it any more, stop() is requested and
  /// output_lost() turns true; what follows is dropped.
  virtual void write(std::string_view text) = 0;
  virtual bool output_lost() const = 0;
  /// Standard error: a sentence for the person, on a line of its own.
  virtual void note(std::string_view sentence) = 0;
  /// A line of standard input without its end, asked for with `prompt`; none at the end of the
  /// input and after an interrupt.
  virtual std::optional<std::string> read_line(std::string_view prompt) = 0;
  /// Requested when the person interrupts (Ctrl+C).
  virtual std::stop_token stop() = 0;
  /// The interrupt has been acted on: stop() is a new token. False: the program itself was told to
  /// end (SIGTERM), and stop() stays requested.
  virtual bool rearm() = 0;
};

}  // namespace cria::app
