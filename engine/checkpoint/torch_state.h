// A PyTorch pickle's tensors by name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/checkpoint/torch_objects.h"

namespace cria::engine {

/// A tensor whose bytes have not been found yet.
struct TorchTensor {
  std::string name;
  ElementType type = ElementType::f32;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;
  std::uint64_t offset = 0;  ///< in elements, from the storage's beginning
  std::size_t storage = 0;   ///< which of the storages
};

struct TorchState {
  std::vector<TorchStorage> storages;
  std::vector<TorchTensor> tensors;
};

/// Names are the keys on the way to a tensor, joined by dots; a number is a key, too, and so is a
/// place in a list. A file that is one bare tensor gives it the name "tensor". Values other than
/// tensors are ignored. Errors: checkpoint, with the file.
Result<TorchState> name_tensors(const PickleHeap& heap, PickleRef root, const TorchObjects& objects,
                                const std::filesystem::path& file);

/// The state in one pickle: data.pkl of a zip archive. Errors: checkpoint, with the file.
Result<TorchState> read_torch_state(std::span<const std::byte> pickle,
                                    const std::filesystem::path& file);

/// The bytes that the file has of a storage, by its key; nullopt where it has none.
using FindStorage = std::function<std::optional<std::span<const std::byte>>(const std::string&)>;

/// All tensors, borrowed from their storages. Errors: checkpoint - a storage is not there, or shape
/// and strides reach outside it.
Result<std::vector<StoredTensor>> place_tensors(TorchState state, const FindStorage& find,
                                                const std::filesystem::path& file);

}  // namespace cria::engine
