#include "engine/checkpoint/torch_globals.h"

namespace cria::engine {
namespace {

struct NamedGlobal {
  std::string_view module, name;
  TorchGlobal global;
};

constexpr NamedGlobal globals[] = {
    {"collections", "OrderedDict", TorchGlobal::ordered_dict},
    {"collections", "Counter", TorchGlobal::ordered_dict},
    {"torch._utils", "_rebuild_tensor", TorchGlobal::rebuild_tensor},
    {"torch._utils", "_rebuild_tensor_v2", TorchGlobal::rebuild_tensor_v2},
    {"torch._utils", "_rebuild_tensor_v3", TorchGlobal::rebuild_tensor_v3},
    {"torch._utils", "_rebuild_parameter", TorchGlobal::rebuild_parameter},
    {"torch._utils", "_rebuild_parameter_with_state", TorchGlobal::rebuild_parameter},
    {"torch._tensor", "_rebuild_from_type_v2", TorchGlobal::rebuild_from_type},
    {"torch", "Tensor", TorchGlobal::tensor_class},
    {"torch.nn.parameter", "Parameter", TorchGlobal::tensor_class},
    {"torch", "Size", TorchGlobal::size},
    {"torch", "device", TorchGlobal::ignored_call},
    {"_codecs", "encode", TorchGlobal::ignored_call},
};

struct NamedType {
  std::string_view name;
  ElementType type;
};

constexpr NamedType storage_types[] = {
    {"DoubleStorage", ElementType::f64},       {"FloatStorage", ElementType::f32},
    {"HalfStorage", ElementType::f16},         {"BFloat16Storage", ElementType::bf16},
    {"LongStorage", ElementType::i64},         {"IntStorage", ElementType::i32},
    {"ShortStorage", ElementType::i16},        {"CharStorage", ElementType::i8},
    {"ByteStorage", ElementType::u8},          {"BoolStorage", ElementType::boolean},
    {"ComplexFloatStorage", ElementType::c64}, {"UntypedStorage", ElementType::u8},
};

constexpr NamedType dtypes[] = {
    {"float64", ElementType::f64},
    {"double", ElementType::f64},
    {"float32", ElementType::f32},
    {"float", ElementType::f32},
    {"float16", ElementType::f16},
    {"half", ElementType::f16},
    {"bfloat16", ElementType::bf16},
    {"float8_e5m2", ElementType::f8_e5m2},
    {"float8_e4m3fn", ElementType::f8_e4m3},
    {"int64", ElementType::i64},
    {"long", ElementType::i64},
    {"int32", ElementType::i32},
    {"int", ElementType::i32},
    {"int16", ElementType::i16},
    {"short", ElementType::i16},
    {"int8", ElementType::i8},
    {"uint64", ElementType::u64},
    {"uint32", ElementType::u32},
    {"uint16", ElementType::u16},
    {"uint8", ElementType::u8},
    {"bool", ElementType::boolean},
    {"complex64", ElementType::c64},
};

bool holds_storage_types(std::string_view module) {
  return module == "torch" || module == "torch.cuda" || module == "torch.storage";
}

}  // namespace

std::optional<TorchName> find_torch_name(std::string_view module, std::string_view name) {
  for (const NamedGlobal& known : globals) {
    if (known.module == module && known.name == name) return TorchName{known.global};
  }
  if (holds_storage_types(module)) {
    for (const NamedType& known : storage_types) {
      if (known.name == name) return TorchName{TorchGlobal::storage_type, known.type};
    }
  }
  if (module == "torch") {
    for (const NamedType& known : dtypes) {
      if (known.name == name) return TorchName{TorchGlobal::element_type, known.type};
    }
  }
  return std::nullopt;
}

}  // namespace cria::engine
