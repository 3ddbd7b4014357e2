// Text from a file on its way to a terminal, which would obey what escape sequences are in it.
#pragma once

#include <string>
#include <string_view>

namespace cria::app {

/// Control characters but newline and tab become "\xNN"; also those of UTF-8's second block, which
/// some terminals obey.
std::string printable(std::string_view text);

}  // namespace cria::app
