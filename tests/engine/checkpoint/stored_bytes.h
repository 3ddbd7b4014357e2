// What a stored tensor's elements are, for comparing with what PyTorch says they are.
#pragma once

#include <QByteArray>
#include <QString>
#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "engine/checkpoint/tensor_source.h"

namespace cria::engine {

/// Calls use(pointer to element) for each element in row-major order.
template <typename Use>
void for_each_element(const StoredTensor& tensor, Use use) {
  if (std::find(tensor.shape.begin(), tensor.shape.end(), 0) != tensor.shape.end()) return;
  std::vector<std::int64_t> at(tensor.shape.size(), 0);
  const auto size = static_cast<std::int64_t>(size_of(tensor.type));
  while (true) {
    std::int64_t offset = 0;
    for (std::size_t i = 0; i < at.size(); ++i) offset += at[i] * tensor.strides[i];
    use(tensor.data + offset * size);
    std::size_t axis = at.size();
    while (axis > 0 && ++at[axis - 1] == tensor.shape[axis - 1]) at[--axis] = 0;
    if (axis == 0) return;
  }
}

/// All elements in row-major order, as they lie in the file.
inline QByteArray contiguous_bytes(const StoredTensor& tensor) {
  QByteArray bytes;
  for_each_element(tensor, [&](const std::byte* element) {
    bytes.append(reinterpret_cast<const char*>(element),
                 static_cast<qsizetype>(size_of(tensor.type)));
  });
  return bytes;
}

/// Reads the first and the last byte that shape and strides can reach: a sanitizer sees an overrun.
inline unsigned touch_ends(const StoredTensor& tensor) {
  if (std::find(tensor.shape.begin(), tensor.shape.end(), 0) != tensor.shape.end()) return 0;
  std::int64_t last = 0;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    last += (tensor.shape[i] - 1) * tensor.strides[i];
  }
  const auto size = static_cast<std::int64_t>(size_of(tensor.type));
  return std::to_integer<unsigned>(tensor.data[0]) +
         std::to_integer<unsigned>(tensor.data[last * size + size - 1]);
}

inline QString text_of(const Error& error) { return QString::fromStdString(error.message); }

}  // namespace cria::engine
