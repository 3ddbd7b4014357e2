// The console that a person or a script sits at: standard input, output and error.
#pragma once

#include <string>

#include "app/commands/console.h"
#include "app/commands/interrupt.h"

namespace cria::app {

class TerminalConsole final : public Console {
 public:
  TerminalConsole();  ///< from now on SIGPIPE is an error code and no longer the end

  void write(std::string_view text) override;
  bool output_lost() const override { return output_lost_; }
  void note(std::string_view sentence) override;
  std::optional<std::string> read_line(std::string_view prompt) override;
  std::stop_token stop() override { return interrupt_.token(); }
  bool rearm() override { return interrupt_.rearm(); }

 private:
  Interrupt interrupt_;
  std::string input_;
  bool output_lost_ = false;
};

}  // namespace cria::app
