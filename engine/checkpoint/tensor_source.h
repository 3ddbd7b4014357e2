// Every checkpoint format ends here: named tensors lying in mapped files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/result.h"

namespace cria::engine {

/// What a file may hold. Only f32, f16 and bf16 can be computed with.
enum class ElementType : std::uint8_t {
  f64,
  f32,
  f16,
  bf16,
  f8_e5m2,
  f8_e4m3,
  i64,
  i32,
  i16,
  i8,
  u64,
  u32,
  u16,
  u8,
  boolean,
  c64,
};

std::size_t size_of(ElementType type);
std::string_view name_of(ElementType type);  ///< safetensors' spelling: "F32", "BF16", "BOOL"

/// A tensor as it lies in a file. `data` is borrowed from the TensorSource and may be unaligned.
/// Every element that shape and strides can reach lies inside the file: the reader has checked
/// that.
struct StoredTensor {
  std::string name;
  ElementType type = ElementType::f32;
  std::vector<std::int64_t> shape;    ///< empty: a scalar
  std::vector<std::int64_t> strides;  ///< in elements, same length as shape
  const std::byte* data = nullptr;    ///< element (0, 0, ..)
  std::filesystem::path file;
};

/// Thread-safe for reading; the mappings live as long as it.
class TensorSource {
 public:
  virtual ~TensorSource() = default;
  virtual const std::vector<StoredTensor>& tensors() const = 0;  ///< sorted by name, names unique
  virtual const StoredTensor* find(std::string_view name) const = 0;
  virtual std::string format() const = 0;         ///< "safetensors", "pytorch (2 shards)"
  virtual std::uint64_t total_bytes() const = 0;  ///< of all weight files
  /// The tensor has been read and will not be again: its pages may leave memory.
  virtual void release(const StoredTensor& tensor) const = 0;
  /// Tensors will be used where they lie, again and again: their pages should stay in memory.
  virtual void keep() const = 0;
  /// What another program cut off a file after it was opened reads as zeros: ask after reading.
  /// Errors: checkpoint, naming the file and both lengths.
  virtual Status still_whole() const = 0;
};

/// Finds the weights in `folder`: model.safetensors, model.safetensors.index.json,
/// pytorch_model.bin, pytorch_model.bin.index.json, in this order. `folder` may also be a file of
/// weights or an index itself. Errors: checkpoint, naming the file, the tensor, what was expected
/// and what was found.
Result<std::unique_ptr<TensorSource>> open_tensors(const std::filesystem::path& folder);

}  // namespace cria::engine
