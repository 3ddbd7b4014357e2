// Ends a reply at a stop string, in text that streams.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace cria::engine {

/// Holds back what may be the beginning of a stop string, so that no part of one is ever shown.
/// Where several could match, the one that is complete first counts, and of those that end
/// together the longest; so the result does not depend on how the text was cut into tokens. One
/// matcher a reply; one thread.
class StopStringMatcher {
 public:
  struct Step {
    std::string text;      ///< certain not to belong to a stop string
    bool stopped = false;  ///< a stop string has come; push() gives nothing more
  };

  /// `text` is UTF-8 in whole characters. The stop strings may differ from call to call: the
  /// present ones are looked for in what was held back and what is new; text that was given out is
  /// not taken back. Empty ones are ignored.
  Step push(std::string_view text, std::span<const std::string> stop_strings);

  /// The reply has ended otherwise: what was held back is text after all.
  std::string finish();

  bool stopped() const { return stopped_; }
  /// The stop string that ended the reply, or "".
  const std::string& stopped_by() const { return stopped_by_; }

 private:
  std::string held_;
  std::string stopped_by_;
  bool stopped_ = false;
};

}  // namespace cria::engine
