#include <array>

#include "engine/checkpoint/limits.h"
#include "engine/checkpoint/tensor_source.h"

namespace cria::engine {
namespace {

struct TypeRow {
  std::string_view name;
  std::size_t size;
};

/// In the order of ElementType.
constexpr std::array<TypeRow, 16> types{{{"F64", 8},
                                         {"F32", 4},
                                         {"F16", 2},
                                         {"BF16", 2},
                                         {"F8_E5M2", 1},
                                         {"F8_E4M3", 1},
                                         {"I64", 8},
                                         {"I32", 4},
                                         {"I16", 2},
                                         {"I8", 1},
                                         {"U64", 8},
                                         {"U32", 4},
                                         {"U16", 2},
                                         {"U8", 1},
                                         {"BOOL", 1},
                                         {"C64", 8}}};
static_assert(types.size() == static_cast<std::size_t>(ElementType::c64) + 1);

}  // namespace

std::size_t size_of(ElementType type) { return types.at(static_cast<std::size_t>(type)).size; }

std::string_view name_of(ElementType type) { return types.at(static_cast<std::size_t>(type)).name; }

std::optional<ElementType> element_type_named(std::string_view name) {
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (types[i].name == name) return static_cast<ElementType>(i);
  }
  return std::nullopt;
}

}  // namespace cria::engine
