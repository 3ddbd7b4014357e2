// Files that stand where weights should be: said by name, so that the user knows what to do.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace cria::engine {

/// Empty, or what `bytes` (a whole file) is instead of weights, to follow "PATH: ".
std::string recognise_impostor(std::span<const std::byte> bytes);

}  // namespace cria::engine
