#include "kernels/cuda/upload.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>

#include "kernels/cuda/convert.h"
#include "kernels/step_check.h"
#include "kernels/tensor_value.h"

namespace cria::kernels::cuda {
namespace {

constexpr std::int64_t piece_bytes = 8 << 20;

/// Rows [first, first + rows) of `source`, in its own type, without gaps.
void read_rows(const TensorView& source, std::int64_t first, std::int64_t rows, std::byte* to) {
  const auto size = static_cast<std::int64_t>(size_of(source.type));
  const std::byte* from = source.data + first * source.row_stride * size;
  if (source.col_stride == 1) {
    for (std::int64_t r = 0; r < rows; ++r)
      std::memcpy(to + r * source.cols * size, from + r * source.row_stride * size,
                  static_cast<std::size_t>(source.cols * size));
    return;
  }
  // Column by column, along the bytes of a transposed matrix.
  for (std::int64_t c = 0; c < source.cols; ++c)
    for (std::int64_t r = 0; r < rows; ++r)
      std::memcpy(to + (r * source.cols + c) * size,
                  from + (r * source.row_stride + c * source.col_stride) * size,
                  static_cast<std::size_t>(size));
}

/// The least magnitude, as bits of `type`, that `precision` cannot hold.
std::uint32_t limit_of(DType type, WeightFormat precision) {
  if (type == DType::f16) return 0x7C00;  // its infinity; both others hold all of f16
  const bool to_half = precision != WeightFormat::bf16 && precision != WeightFormat::f32;
  if (type == DType::bf16) return to_half ? 0x4780 : 0x7F80;  // 65536: all below round to f16
  if (precision == WeightFormat::bf16) return 0x7F7F8000;     // rounds to infinity
  return to_half ? 0x477FF000 : 0x7F800000;                   // 65520
}

/// Index of the first value that `precision` does not hold.
template <typename Bits>
std::optional<std::size_t> find_refused(const std::byte* data, std::size_t count, Bits limit) {
  const Bits magnitude = static_cast<Bits>(~(Bits{1} << (8 * sizeof(Bits) - 1)));
  const auto* values = reinterpret_cast<const Bits*>(data);
  Bits largest = 0;
  for (std::size_t i = 0; i < count; ++i) largest = std::max<Bits>(largest, values[i] & magnitude);
  if (largest < limit) return std::nullopt;
  std::size_t i = 0;
  while ((values[i] & magnitude) < limit) ++i;
  return i;
}

std::optional<std::size_t> find_refused(const std::byte* data, std::size_t count, DType type,
                                        WeightFormat precision) {
  const std::uint32_t limit = limit_of(type, precision);
  if (type == DType::f32) return find_refused<std::uint32_t>(data, count, limit);
  return find_refused<std::uint16_t>(data, count, static_cast<std::uint16_t>(limit));
}

}  // namespace

Result<Uploader::Slot*> Uploader::next_slot(std::uint64_t bytes, bool converts) {
  Slot& slot = slots_[turn_++ % slots_.size()];
  if (!slot.ready) {
    if (Status made = slot.taken.create(); !made) return made.error();
    slot.ready = true;
  }
  if (Status taken = slot.taken.wait(); !taken) return taken.error();
  if (Status grown = slot.pinned.grow("reading weights", bytes); !grown) return grown.error();
  if (converts)
    if (Status grown = slot.raw.grow("converting weights", bytes); !grown) return grown.error();
  return &slot;
}

Status Uploader::send(const TensorView& source, std::int64_t first, std::int64_t rows,
                      const Matrix& to) {
  const auto count = static_cast<std::size_t>(rows * source.cols);
  const std::size_t row_bytes = static_cast<std::size_t>(source.cols) * size_of(source.type);
  const bool converts = format_of(source.type) != to.format;
  const auto found = next_slot(static_cast<std::uint64_t>(rows) * row_bytes, converts);
  if (!found) return found.error();
  Slot& slot = **found;
  read_rows(source, first, rows, slot.pinned.data());
  if (const auto refused = find_refused(slot.pinned.data(), count, source.type, to.format)) {
    const auto at = static_cast<std::int64_t>(*refused);
    return refused_weight(
        value_of(slot.pinned.data() + *refused * size_of(source.type), source.type),
        first + at / source.cols, at % source.cols, to.format);
  }
  cudaError_t sent = cudaSuccess;
  if (converts) {
    sent = cudaMemcpyAsync(slot.raw.data(), slot.pinned.data(),
                           static_cast<std::size_t>(rows) * row_bytes, cudaMemcpyHostToDevice,
                           stream_);
    if (sent == cudaSuccess)
      sent = convert_rows(stream_, slot.raw.data(), source.type, static_cast<int>(rows), to,
                          static_cast<int>(first));
  } else {
    sent = cudaMemcpy2DAsync(const_cast<std::byte*>(to.data) + first * to.row_bytes,
                             static_cast<std::size_t>(to.row_bytes), slot.pinned.data(), row_bytes,
                             row_bytes, static_cast<std::size_t>(rows), cudaMemcpyHostToDevice,
                             stream_);
  }
  if (Status good = check(sent, "copying a weight"); !good) return good;
  return slot.taken.record(stream_);
}

Result<std::unique_ptr<Tensor>> Uploader::upload(const TensorView& source, WeightFormat precision) {
  constexpr std::int64_t most = std::numeric_limits<int>::max();
  if (source.rows <= 0 || source.cols <= 0)
    return Error{ErrorKind::checkpoint, "a weight has no values"};
  if (source.rows > most || source.cols > most / 8)
    return Error{ErrorKind::checkpoint, "a weight is too large"};
  const std::int64_t blocks =
      is_quantised(precision) ? (source.cols + block_size - 1) / block_size : 0;
  const std::int64_t used =
      is_quantised(precision)
          ? blocks * (precision == WeightFormat::q8 ? block_size : block_size / 2)
          : source.cols * static_cast<std::int64_t>(size_of(dtype_of(precision)));
  Matrix matrix{.row_bytes = padded(used, weight_padding),
                .rows = static_cast<int>(source.rows),
                .cols = static_cast<int>(source.cols),
                .format = precision};
  const std::int64_t scale_bytes = blocks > 0 ? source.rows * scales_bytes(precision, blocks) : 0;
  auto memory = CardMemory::allocate(
      "a weight", static_cast<std::uint64_t>(matrix.row_bytes * source.rows + scale_bytes));
  if (!memory) return memory.error();
  matrix.data = memory->data();
  if (blocks > 0)
    matrix.scales = matrix.data + matrix.row_bytes * source.rows;
  else if (matrix.row_bytes != used)
    if (Status zeroed =
            check(cudaMemsetAsync(memory->data(), 0, memory->bytes(), stream_), "copying a weight");
        !zeroed)
      return zeroed.error();
  const std::int64_t rows = std::max<std::int64_t>(
      1, piece_bytes / (source.cols * static_cast<std::int64_t>(size_of(source.type))));
  for (std::int64_t first = 0; first < source.rows; first += rows) {
    const Status sent = send(source, first, std::min(rows, source.rows - first), matrix);
    if (sent) continue;
    if (Status waited = stream_.wait(); !waited) return waited.error();
    return sent.error();
  }
  return std::unique_ptr<Tensor>(std::make_unique<CudaTensor>(matrix, std::move(*memory)));
}

}  // namespace cria::kernels::cuda
