// The JSON header of a safetensors file, as it stands: nothing is checked against the file yet.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cria::engine {

struct SafetensorsEntry {
  std::string name;
  std::string dtype;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct SafetensorsHeader {
  std::vector<SafetensorsEntry> entries;
  std::string problem;  ///< empty, or what is wrong, to follow "PATH: "
};

SafetensorsHeader parse_safetensors_header(std::string_view json);

}  // namespace cria::engine
