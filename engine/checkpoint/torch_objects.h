// What PyTorch puts into a pickle: storages, and tensors that are views of them.
// Source: pytorch torch/_utils.py (the _rebuild_ functions), torch/serialization.py
// (persistent_load), torch/_weights_only_unpickler.py (what may be named).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/checkpoint/pickle_machine.h"
#include "engine/checkpoint/tensor_source.h"

namespace cria::engine {

/// A storage as its persistent id describes it; the bytes lie elsewhere in the file.
struct TorchStorage {
  std::string key;
  ElementType type = ElementType::u8;
  std::uint64_t elements = 0;  ///< of the whole storage, in `type`
  /// The legacy layout: this storage is that part of the whole one.
  std::uint64_t view_begin = 0;
  std::uint64_t view_elements = 0;
};

struct TorchView {
  std::size_t storage = 0;  ///< which of the storages
  ElementType type = ElementType::f32;
  std::uint64_t offset = 0;  ///< in elements of `type`
  PickleRef shape = 0;       ///< a tuple
  PickleRef strides = 0;     ///< a tuple
};

/// The names a pickle may use, and nothing else.
enum class TorchGlobal : std::uint8_t {
  ordered_dict,
  rebuild_tensor,
  rebuild_tensor_v2,
  rebuild_tensor_v3,
  rebuild_parameter,
  rebuild_from_type,
  tensor_class,
  size,
  ignored_call,  ///< its result is of no interest: a device, encoded bytes
  storage_type,
  element_type,
};

class TorchObjects : public PickleHooks {
 public:
  explicit TorchObjects(PickleHeap& heap) : heap_(heap) {}

  Result<PickleRef> global(std::string_view module, std::string_view name) override;
  Result<PickleRef> reduce(PickleRef callable, PickleRef arguments) override;
  Result<PickleRef> persistent(PickleRef id) override;

  const std::vector<TorchStorage>& storages() const { return storages_; }
  const std::vector<TorchView>& views() const { return views_; }

 private:
  Result<PickleRef> call(PickleRef callable, PickleRef arguments, int depth);
  Result<PickleRef> rebuild_tensor(TorchGlobal how, std::span<const PickleRef> arguments);
  Result<PickleRef> ordered_dict(std::span<const PickleRef> arguments);
  std::optional<std::uint64_t> size_value(PickleRef value) const;
  bool is(PickleRef value, PickleKind kind) const { return heap_.kind(value) == kind; }

  PickleHeap& heap_;
  std::vector<TorchStorage> storages_;
  std::vector<TorchView> views_;
};

}  // namespace cria::engine
