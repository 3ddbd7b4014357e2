#include "engine/checkpoint/torch_objects.h"

#include "engine/base/checked.h"
#include "engine/base/file_error.h"
#include "engine/checkpoint/limits.h"
#include "engine/checkpoint/torch_globals.h"

namespace cria::engine {
namespace {

using Items = std::span<const PickleRef>;

constexpr int max_wrappers = 8;          // of _rebuild_from_type_v2 around one tensor
constexpr std::size_t longest_key = 64;  // a number, of at most 20 digits in practice

Error problem(std::string what) { return {ErrorKind::checkpoint, std::move(what)}; }

}  // namespace

Result<PickleRef> TorchObjects::global(std::string_view module, std::string_view name) {
  const auto known = find_torch_name(module, name);
  if (known) return heap_.add(PickleKind::global, known->number());
  return problem("names " + in_quotes(module) + " " + in_quotes(name) +
                 ", which is not on the list of what a file of plain tensors needs; nothing of it "
                 "was run");
}

Result<PickleRef> TorchObjects::reduce(PickleRef callable, PickleRef arguments) {
  return call(callable, arguments, 0);
}

Result<PickleRef> TorchObjects::call(PickleRef callable, PickleRef arguments, int depth) {
  if (!is(callable, PickleKind::global)) return problem("calls what is no function");
  if (!is(arguments, PickleKind::tuple)) return problem("calls a function without a tuple");
  const Items items = heap_.items(arguments);
  const TorchGlobal function = TorchName::of(heap_.number(callable)).global;
  switch (function) {
    case TorchGlobal::ordered_dict:
      return ordered_dict(items);
    case TorchGlobal::rebuild_tensor:
    case TorchGlobal::rebuild_tensor_v2:
    case TorchGlobal::rebuild_tensor_v3:
      return rebuild_tensor(function, items);
    case TorchGlobal::rebuild_parameter:  // (tensor, requires_grad, hooks[, state])
      if (!items.empty() && is(items[0], PickleKind::tensor)) return items[0];
      return problem("makes a parameter of what is no tensor");
    case TorchGlobal::rebuild_from_type:  // (function, class, arguments, state)
      if (items.size() != 4) return problem("wraps a tensor in an unknown way");
      if (depth == max_wrappers) return problem("wraps a tensor too many times");
      return call(items[0], items[2], depth + 1);
    case TorchGlobal::size:  // ((2, 3),)
      if (items.size() == 1 && is(items[0], PickleKind::tuple)) return items[0];
      return problem("makes a size of what is no tuple");
    case TorchGlobal::ignored_call:
      return heap_.add(PickleKind::opaque);
    default:
      return problem("calls a type as if it were a function");
  }
}

/// OrderedDict(), OrderedDict([(key, value), ..]) as Python 2 wrote it, Counter({..}).
Result<PickleRef> TorchObjects::ordered_dict(Items arguments) {
  if (arguments.empty()) return heap_.add(PickleKind::dict);
  if (arguments.size() == 1 && is(arguments[0], PickleKind::dict)) return arguments[0];
  if (arguments.size() == 1 && is(arguments[0], PickleKind::list)) {
    const PickleRef list = arguments[0];
    const PickleRef dict = heap_.add(PickleKind::dict);
    if (heap_.append_pairs(dict, list)) return dict;
  }
  return problem("makes a dict of what is no list of pairs");
}

/// (storage, offset, size, stride, requires_grad, hooks, dtype or metadata, ..)
Result<PickleRef> TorchObjects::rebuild_tensor(TorchGlobal how, Items arguments) {
  const bool has_type = how == TorchGlobal::rebuild_tensor_v3;
  if (arguments.size() < (has_type ? 7u : 4u)) return problem("makes a tensor of too few parts");
  if (!is(arguments[0], PickleKind::storage)) {
    return problem("makes a tensor without a storage");
  }
  TorchView view;
  view.storage = static_cast<std::size_t>(heap_.number(arguments[0]));
  view.type = storages_[view.storage].type;
  const auto offset = size_value(arguments[1]);
  if (!offset) return problem("makes a tensor at an offset that is no size");
  view.offset = *offset;
  view.shape = arguments[2];
  view.strides = arguments[3];
  if (!is(view.shape, PickleKind::tuple) || !is(view.strides, PickleKind::tuple)) {
    return problem("makes a tensor whose shape or stride is no tuple");
  }
  if (has_type) {
    const PickleRef type = arguments[6];
    const bool known = is(type, PickleKind::global) &&
                       TorchName::of(heap_.number(type)).global == TorchGlobal::element_type;
    if (!known) return problem("makes a tensor of an unknown number format");
    view.type = TorchName::of(heap_.number(type)).type;
  }
  views_.push_back(view);
  return heap_.add(PickleKind::tensor, static_cast<std::int64_t>(views_.size() - 1));
}

/// ('storage', type, key, location, elements[, None or (view key, begin, elements)])
Result<PickleRef> TorchObjects::persistent(PickleRef id) {
  if (!is(id, PickleKind::tuple)) return problem("has a persistent id that is no tuple");
  const Items items = heap_.items(id);
  if (items.empty() || !is(items[0], PickleKind::text) || heap_.text(items[0]) != "storage") {
    return problem("refers to an object that is no storage (a whole module?): save a state_dict");
  }
  if (items.size() != 5 && items.size() != 6) return problem("describes a storage unclearly");
  if (!is(items[1], PickleKind::global) ||
      TorchName::of(heap_.number(items[1])).global != TorchGlobal::storage_type) {
    return problem("describes a storage of an unknown type");
  }
  TorchStorage storage;
  storage.type = TorchName::of(heap_.number(items[1])).type;
  // torch.save writes the key as text; lit-gpt's incremental_save as a number.
  const auto number = size_value(items[2]);
  if (number) {
    storage.key = std::to_string(*number);
  } else if (is(items[2], PickleKind::text) && heap_.text(items[2]).size() <= longest_key) {
    storage.key = heap_.text(items[2]);
  } else {
    return problem("describes a storage whose key is neither a number nor a short text");
  }
  const auto elements = size_value(items[4]);
  if (!elements || !checked_mul(*elements, size_of(storage.type))) {
    return problem("describes storage " + in_quotes(storage.key) + " with an impossible size");
  }
  storage.elements = storage.view_elements = *elements;
  if (items.size() == 6 && !is(items[5], PickleKind::none)) {
    const Items view = is(items[5], PickleKind::tuple) ? heap_.items(items[5]) : Items();
    const auto begin = view.size() == 3 ? size_value(view[1]) : std::nullopt;
    const auto length = view.size() == 3 ? size_value(view[2]) : std::nullopt;
    if (!begin || !length || !fits(*begin, *length, *elements)) {
      return problem("describes a view that reaches outside storage " + in_quotes(storage.key));
    }
    storage.view_begin = *begin;
    storage.view_elements = *length;
  }
  storages_.push_back(std::move(storage));
  return heap_.add(PickleKind::storage, static_cast<std::int64_t>(storages_.size() - 1));
}

std::optional<std::uint64_t> TorchObjects::size_value(PickleRef value) const {
  if (!is(value, PickleKind::integer) || heap_.number(value) < 0) return std::nullopt;
  return static_cast<std::uint64_t>(heap_.number(value));
}

}  // namespace cria::engine
