// JSON lines on standard output. nlohmann-json and not Qt's, because a seed is a whole 64-bit
// number, and because the commands run without Qt.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace cria::app {

using Json = nlohmann::ordered_json;

/// One line, always valid UTF-8: bytes that are not (of a file name, say) become U+FFFD.
inline std::string to_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cria::app
