// The allow-list of names in a PyTorch pickle.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/checkpoint/torch_objects.h"

namespace cria::engine {

/// A global's meaning, and the element type where it is a dtype or a storage type. As one number it
/// is a PickleKind::global's number().
struct TorchName {
  TorchGlobal global;
  ElementType type = ElementType::u8;

  std::int64_t number() const {
    return static_cast<std::int64_t>(global) << 8 | static_cast<std::int64_t>(type);
  }
  static TorchName of(std::int64_t number) {
    return {static_cast<TorchGlobal>(number >> 8), static_cast<ElementType>(number & 0xff)};
  }
};

/// Nothing for every name that is not on the list.
std::optional<TorchName> find_torch_name(std::string_view module, std::string_view name);

}  // namespace cria::engine
