#include "engine/checkpoint/torch_state.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/base/byte_reader.h"
#include "engine/base/checked.h"
#include "engine/base/file_error.h"
#include "engine/checkpoint/limits.h"
#include "engine/checkpoint/tensor_layout.h"

namespace cria::engine {
namespace {

constexpr std::size_t max_name_bytes = 100'000'000;  // of all names together

/// Walks through dicts and lists. A value may stand in several places, or in itself.
class StateWalker {
 public:
  StateWalker(const PickleHeap& heap, const TorchObjects& objects,
              const std::filesystem::path& file)
      : heap_(heap),
        objects_(objects),
        file_(file),
        work_left_(2 * (heap.size() + heap.item_count()) + 1000) {}

  Result<std::vector<TorchTensor>> walk(PickleRef root) {
    const bool bare = heap_.kind(root) == PickleKind::tensor;
    if (!visit(root, bare ? "tensor" : "")) return file_error(file_, problem_);
    return std::move(tensors_);
  }

 private:
  bool fail(std::string what) {
    problem_ = std::move(what);
    return false;
  }

  /// One value may stand in many places; what looks at it each time costs as much each time.
  bool spend(std::size_t work) {
    if (work > work_left_) return fail("its pickle repeats the same values without end");
    work_left_ -= work;
    return true;
  }

  bool visit(PickleRef value, const std::string& name) {
    if (!spend(1)) return false;
    switch (heap_.kind(value)) {
      case PickleKind::tensor:
        return add_tensor(value, name);
      case PickleKind::dict:
      case PickleKind::list:
      case PickleKind::tuple:
        break;
      default:
        return true;
    }
    if (std::find(path_.begin(), path_.end(), value) != path_.end()) {
      return fail("its pickle holds a value that contains itself, at " + in_quotes(name));
    }
    if (path_.size() == max_nesting) return fail("its pickle is nested too deeply");
    path_.push_back(value);
    const bool done = heap_.kind(value) == PickleKind::dict ? visit_dict(value, name)
                                                            : visit_sequence(value, name);
    path_.pop_back();
    return done;
  }

  bool visit_dict(PickleRef dict, const std::string& name) {
    return heap_.for_each_run(dict, [&](std::span<const PickleRef> run) {
      if (!spend(run.size())) return false;
      for (std::size_t i = 0; i + 1 < run.size(); i += 2) {
        if (!holds_values(run[i + 1])) continue;
        const auto key = key_text(run[i]);
        if (!key)
          return fail("its pickle keeps values of " + in_quotes(name) +
                      " under a key that is neither text nor a number");
        if (!visit_below(run[i + 1], name, *key)) return false;
      }
      return true;
    });
  }

  bool visit_sequence(PickleRef sequence, const std::string& name) {
    std::size_t place = 0;
    const auto visit_run = [&](std::span<const PickleRef> run) {
      if (!spend(run.size())) return false;
      for (const PickleRef item : run) {
        const std::size_t here = place++;
        if (holds_values(item) && !visit_below(item, name, std::to_string(here))) return false;
      }
      return true;
    };
    if (heap_.kind(sequence) == PickleKind::tuple) return visit_run(heap_.items(sequence));
    return heap_.for_each_run(sequence, visit_run);
  }

  bool visit_below(PickleRef value, const std::string& name, std::string_view key) {
    std::string below = name;
    if (path_.size() > 1) below += '.';
    if (below.size() + key.size() > max_tensor_name) {
      return fail("its pickle has a name of more than " + std::to_string(max_tensor_name) +
                  " bytes, " + in_quotes(below + std::string(key.substr(0, max_tensor_name))));
    }
    below += key;
    return visit(value, below);
  }

  bool holds_values(PickleRef value) const {
    switch (heap_.kind(value)) {
      case PickleKind::tensor:
      case PickleKind::dict:
      case PickleKind::list:
      case PickleKind::tuple:
        return true;
      default:
        return false;
    }
  }

  std::optional<std::string> key_text(PickleRef key) const {
    if (heap_.kind(key) == PickleKind::integer) return std::to_string(heap_.number(key));
    if (heap_.kind(key) != PickleKind::text) return std::nullopt;
    return std::string(heap_.text(key).substr(0, max_tensor_name + 1));
  }

  bool add_tensor(PickleRef value, const std::string& name) {
    const TorchView& view = objects_.views()[static_cast<std::size_t>(heap_.number(value))];
    TorchTensor tensor{name, view.type, {}, {}, view.offset, view.storage};
    if (!sizes(view.shape, tensor.shape) || !sizes(view.strides, tensor.strides)) {
      return fail("tensor " + in_quotes(name) + " has a shape or strides that are not at most " +
                  std::to_string(max_dimensions) + " numbers");
    }
    name_bytes_ += name.size();
    if (tensors_.size() == max_tensors || name_bytes_ > max_name_bytes) {
      return fail("holds more tensors than the " + std::to_string(max_tensors) + " allowed");
    }
    tensors_.push_back(std::move(tensor));
    return true;
  }

  bool sizes(PickleRef tuple, std::vector<std::int64_t>& out) const {
    const auto items = heap_.items(tuple);
    if (items.size() > max_dimensions) return false;
    out.reserve(items.size());
    for (const PickleRef item : items) {
      if (heap_.kind(item) != PickleKind::integer) return false;
      out.push_back(heap_.number(item));
    }
    return true;
  }

  const PickleHeap& heap_;
  const TorchObjects& objects_;
  const std::filesystem::path& file_;
  std::size_t work_left_;
  std::size_t name_bytes_ = 0;
  std::vector<PickleRef> path_;  ///< the containers around the value being visited
  std::vector<TorchTensor> tensors_;
  std::string problem_;
};

/// `storage`: all bytes of the tensor's storage that the file has.
Result<StoredTensor> place_tensor(TorchTensor tensor, const TorchStorage& about,
                                  std::span<const std::byte> storage,
                                  const std::filesystem::path& file) {
  const auto refuse = [&](const std::string& what) {
    return tensor_error(file, tensor.name, what);
  };
  if (!element_count(tensor.shape, tensor.type)) {
    return refuse("has the impossible shape " + shape_text(tensor.shape));
  }
  const auto elements = reach(tensor.shape, tensor.strides, tensor.type);
  if (!elements) {
    return refuse("of shape " + shape_text(tensor.shape) + " has the impossible strides " +
                  shape_text(tensor.strides));
  }
  const std::uint64_t stored = about.elements * size_of(about.type);
  if (stored > storage.size()) {
    return refuse("lies in storage " + in_quotes(about.key) + ", which should have " +
                  std::to_string(stored) + " bytes, but the file has " +
                  std::to_string(storage.size()) + " for it");
  }
  const auto view =
      storage.subspan(static_cast<std::size_t>(about.view_begin * size_of(about.type)),
                      static_cast<std::size_t>(about.view_elements * size_of(about.type)));
  const std::uint64_t room = view.size() / size_of(tensor.type);
  if (!fits(tensor.offset, *elements, room)) {
    return refuse("of shape " + shape_text(tensor.shape) + " and strides " +
                  shape_text(tensor.strides) + " needs " + std::to_string(*elements) +
                  " elements from element " + std::to_string(tensor.offset) +
                  " on, but its storage " + in_quotes(about.key) + " has " + std::to_string(room));
  }
  const std::byte* data = view.data() + tensor.offset * size_of(tensor.type);
  return StoredTensor{std::move(tensor.name),    tensor.type, std::move(tensor.shape),
                      std::move(tensor.strides), data,        file};
}

}  // namespace

Result<TorchState> name_tensors(const PickleHeap& heap, PickleRef root, const TorchObjects& objects,
                                const std::filesystem::path& file) {
  auto tensors = StateWalker(heap, objects, file).walk(root);
  if (!tensors) return tensors.error();
  return TorchState{objects.storages(), *std::move(tensors)};
}

Result<TorchState> read_torch_state(std::span<const std::byte> pickle,
                                    const std::filesystem::path& file) {
  if (pickle.size() > max_pickle) {
    return file_error(file, "its pickle has " + std::to_string(pickle.size()) +
                                " bytes, more than the " + std::to_string(max_pickle) + " allowed");
  }
  PickleHeap heap(as_text(pickle));
  TorchObjects objects(heap);
  const auto result = run_pickle(pickle, heap, objects);
  if (!result) return file_error(file, "its pickle " + result.error().message);
  return name_tensors(heap, result->root, objects, file);
}

Result<std::vector<StoredTensor>> place_tensors(TorchState state, const FindStorage& find,
                                                const std::filesystem::path& file) {
  std::vector<StoredTensor> tensors;
  tensors.reserve(state.tensors.size());
  for (TorchTensor& tensor : state.tensors) {
    const TorchStorage& storage = state.storages[tensor.storage];
    const auto bytes = find(storage.key);
    if (!bytes) {
      return tensor_error(
          file, tensor.name,
          "needs storage " + in_quotes(storage.key) + ", which the file does not have");
    }
    auto placed = place_tensor(std::move(tensor), storage, *bytes, file);
    if (!placed) return placed.error();
    tensors.push_back(*std::move(placed));
  }
  return tensors;
}

}  // namespace cria::engine
