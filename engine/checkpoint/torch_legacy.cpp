#include "engine/checkpoint/torch_legacy.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/byte_reader.h"
#include "engine/base/file_error.h"
#include "engine/checkpoint/torch_state.h"

namespace cria::engine {
namespace {

using Bytes = std::span<const std::byte>;

// 0x1950a86a20f9469cfc6c, lowest byte first.
constexpr std::string_view magic("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10);
constexpr std::int64_t layout_version = 1001;

class LegacyReader {
 public:
  LegacyReader(Bytes bytes, const std::filesystem::path& file)
      : bytes_(bytes), file_(file), heap_(as_text(bytes)), objects_(heap_) {}

  Result<std::vector<StoredTensor>> read() {
    const Status preamble = read_preamble();
    if (!preamble) return preamble.error();
    const auto root = next_pickle();
    if (!root) return root.error();
    auto state = name_tensors(heap_, *root, objects_, file_);
    if (!state) return state.error();
    const Status found = find_storages(state->storages);
    if (!found) return found.error();
    const auto find = [this](const std::string& key) -> std::optional<Bytes> {
      const auto data = data_.find(key);
      if (data == data_.end()) return std::nullopt;
      return data->second;
    };
    return place_tensors(*std::move(state), find, file_);
  }

 private:
  Result<PickleRef> next_pickle() {
    const auto result = run_pickle(bytes_.subspan(position_), heap_, objects_);
    if (!result) {
      return file_error(file_, "its pickle from byte " + std::to_string(position_) + " on " +
                                   result.error().message);
    }
    position_ += result->length;
    return result->root;
  }

  bool is_number(PickleRef value, std::int64_t number) const {
    return heap_.kind(value) == PickleKind::integer && heap_.number(value) == number;
  }

  /// Magic number, version of the layout, and the machine that wrote it.
  Status read_preamble() {
    const auto first = next_pickle();
    if (!first) return first.error();
    if (heap_.kind(*first) != PickleKind::long_integer || heap_.text(*first) != magic) {
      return file_error(file_, "is a pickle, but was not saved by torch.save");
    }
    const auto version = next_pickle();
    if (!version) return version.error();
    if (!is_number(*version, layout_version)) {
      return file_error(file_, "has an unknown version of PyTorch's old layout, expected " +
                                   std::to_string(layout_version));
    }
    const auto machine = next_pickle();
    if (!machine) return machine.error();
    if (heap_.kind(*machine) != PickleKind::dict) {
      return file_error(file_, "does not say what machine it was saved on");
    }
    return check_byte_order(*machine);
  }

  Status check_byte_order(PickleRef machine) {
    bool little = true;
    heap_.for_each_run(machine, [&](std::span<const PickleRef> run) {
      for (std::size_t i = 0; i + 1 < run.size(); i += 2) {
        if (heap_.kind(run[i]) == PickleKind::text && heap_.text(run[i]) == "little_endian") {
          little = heap_.kind(run[i + 1]) == PickleKind::boolean && heap_.number(run[i + 1]) == 1;
        }
      }
      return true;
    });
    if (little) return {};
    return file_error(file_, "was saved on a big-endian machine, expected little-endian numbers");
  }

  /// The list of keys, and for each a number of elements and the data.
  Status find_storages(const std::vector<TorchStorage>& described) {
    std::map<std::string_view, const TorchStorage*> by_key;
    for (const TorchStorage& storage : described) by_key.emplace(storage.key, &storage);
    const auto keys = next_pickle();
    if (!keys) return keys.error();
    if (heap_.kind(*keys) != PickleKind::list) {
      return file_error(file_, "has no list of its storages");
    }
    std::optional<Error> problem;
    heap_.for_each_run(*keys, [&](std::span<const PickleRef> run) {
      for (const PickleRef key : run) {
        problem = find_storage(key, by_key);
        if (problem) return false;
      }
      return true;
    });
    if (problem) return *problem;
    if (position_ == bytes_.size()) return {};
    return file_error(file_, std::to_string(bytes_.size() - position_) +
                                 " bytes follow its last storage, expected none");
  }

  std::optional<Error> find_storage(
      PickleRef key_value, const std::map<std::string_view, const TorchStorage*>& described) {
    if (heap_.kind(key_value) != PickleKind::text) {
      return file_error(file_, "has a storage key that is no text");
    }
    const std::string_view key = heap_.text(key_value);
    const auto known = described.find(key);
    if (known == described.end()) {
      return file_error(file_, "has a storage " + in_quotes(key) + " that no tensor describes");
    }
    const TorchStorage& storage = *known->second;
    ByteReader reader(bytes_.subspan(position_));
    const auto elements = reader.number(8);
    if (elements && *elements != storage.elements) {
      return file_error(file_, "storage " + in_quotes(key) + " has " + std::to_string(*elements) +
                                   " elements, but its pickle says " +
                                   std::to_string(storage.elements));
    }
    const auto data =
        elements ? reader.take(storage.elements * size_of(storage.type)) : std::nullopt;
    if (!data) {
      return file_error(file_, "is cut short: storage " + in_quotes(key) + " of " +
                                   std::to_string(storage.elements * size_of(storage.type)) +
                                   " bytes is not all there");
    }
    if (!data_.emplace(key, *data).second) {
      return file_error(file_, "has storage " + in_quotes(key) + " twice");
    }
    position_ += reader.position();
    return std::nullopt;
  }

  Bytes bytes_;
  const std::filesystem::path& file_;
  PickleHeap heap_;
  TorchObjects objects_;
  std::size_t position_ = 0;
  std::map<std::string_view, Bytes> data_;  ///< keys borrowed from the file
};

}  // namespace

Result<std::vector<StoredTensor>> read_torch_legacy(Bytes bytes,
                                                    const std::filesystem::path& file) {
  return LegacyReader(bytes, file).read();
}

}  // namespace cria::engine
