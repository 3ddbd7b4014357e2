#include "kernels/cpu/tensor.h"

#include <algorithm>
#include <new>

#include "kernels/cpu/view_values.h"

namespace cria::kernels::cpu {
namespace {

constexpr std::int64_t chunk_elements = 64 * 1024;
// Rows gathered side by side from a view whose columns lie apart, so that a transposed matrix is
// read along its own rows.
constexpr std::int64_t gathered_rows = 16;

/// Row-major, as numbers.
Status convert_into(std::byte* out, const TensorView& view, DType type, const KernelTable& kernels,
                    ThreadTeam& team) {
  const WeightFormat precision = format_of(type);
  const auto size = static_cast<std::int64_t>(size_of(type));
  const auto from_source = kernels.convert[index_of(view.type)][index_of(type)];
  if (is_contiguous(view))
    return convert_all(view, precision, chunk_elements, team,
                       [&](std::int64_t from, std::int64_t to, int) {
                         return from_source(address(view, 0, from), out + from * size, to - from);
                       });
  if (columns_adjoin(view)) {
    const std::int64_t rows = std::max<std::int64_t>(1, chunk_elements / view.cols);
    return convert_all(
        view, precision, rows * view.cols, team, [&](std::int64_t from, std::int64_t to, int) {
          bool finite = true;
          for (std::int64_t i = from; i < to; i += view.cols)
            finite &= from_source(address(view, i / view.cols, 0), out + i * size, view.cols);
          return finite;
        });
  }
  Result<Memory> gathered =
      Memory::allocate("converting a weight", team.size() * gathered_rows, view.cols, 4);
  if (!gathered) return gathered.error();
  const auto from_float = kernels.convert[index_of(DType::f32)][index_of(type)];
  return convert_all(view, precision, gathered_rows * view.cols, team,
                     [&](std::int64_t from, std::int64_t to, int member) {
                       float* rows = gathered->floats() + member * gathered_rows * view.cols;
                       gather(view, from / view.cols, to / view.cols, rows, view.cols);
                       return from_float(rows, out + from * size, to - from);
                     });
}

/// Groups of sixteen rows, as blocks.
Status quantise_into(std::byte* out, const TensorView& view, const BlockLayout& layout,
                     const KernelTable& kernels, ThreadTeam& team) {
  const std::int64_t stride = layout.blocks * block_size;
  Result<Memory> rows = Memory::allocate("quantising a weight", team.size(), lanes * stride, 4);
  if (!rows) return rows.error();
  Result<Memory> narrow = Memory::allocate("quantising a weight", team.size(), stride, 2);
  if (!narrow) return narrow.error();
  const auto widen = kernels.convert[index_of(view.type)][index_of(DType::f32)];
  const auto to_half = kernels.convert[index_of(DType::f32)][index_of(DType::f16)];
  const auto quantise = kernels.quantise_group[BlockLayout::index(layout.format)];
  return convert_all(view, layout.format, lanes * view.cols, team,
                     [&](std::int64_t from, std::int64_t to, int member) {
                       const std::int64_t first = from / view.cols;
                       const std::int64_t count = to / view.cols - first;
                       float* values = rows->floats() + member * lanes * stride;
                       std::byte* half = narrow->data() + member * stride * 2;
                       if (!columns_adjoin(view))
                         gather(view, first, first + count, values, stride);
                       for (std::int64_t r = 0; r < lanes; ++r) {
                         float* row = values + r * stride;
                         if (r >= count) {
                           std::fill_n(row, stride, 0.0F);
                           continue;
                         }
                         if (columns_adjoin(view))
                           widen(address(view, first + r, 0), row, view.cols);
                         if (!to_half(row, half, view.cols)) return false;
                       }
                       std::byte* group = out + first / lanes * layout.group_bytes();
                       quantise(values, stride, layout.blocks,
                                reinterpret_cast<std::uint8_t*>(group));
                       return true;
                     });
}

}  // namespace

Result<std::unique_ptr<Tensor>> make_cpu_tensor(const TensorView& stored, WeightFormat precision,
                                                const KernelTable& kernels, ThreadTeam& team,
                                                WeightMemory& room) {
  if (stored.rows <= 0 || stored.cols <= 0)
    return Error{ErrorKind::checkpoint, "a weight has no values"};
  const TensorView source = stored.with_plain_strides();
  if (is_quantised(precision)) {
    const BlockLayout layout = BlockLayout::of(precision, source.rows, source.cols);
    Result<Memory> memory = room.allocate(1, layout.bytes(), 1);
    if (!memory) return memory.error();
    Status quantised = quantise_into(memory->data(), source, layout, kernels, team);
    if (!quantised) return quantised.error();
    return std::unique_ptr<Tensor>(
        new (std::nothrow) CpuTensor(source.rows, source.cols, precision, std::move(*memory)));
  }
  const DType type = dtype_of(precision);
  // A vector is copied: small as it is, it alone should not keep a file mapped.
  if (source.rows > 1 && source.type == type && is_contiguous(source) && is_aligned(source)) {
    const auto finite = kernels.finite[index_of(type)];
    Status checked = convert_all(source, precision, chunk_elements, team,
                                 [&](std::int64_t from, std::int64_t to, int) {
                                   return finite(address(source, 0, from), to - from);
                                 });
    if (!checked) return checked.error();
    return std::unique_ptr<Tensor>(new (std::nothrow)
                                       CpuTensor(source.rows, source.cols, precision, source.data));
  }
  Result<Memory> memory = room.allocate(source.rows, source.cols, size_of(type));
  if (!memory) return memory.error();
  Status converted = convert_into(memory->data(), source, type, kernels, team);
  if (!converted) return converted.error();
  return std::unique_ptr<Tensor>(
      new (std::nothrow) CpuTensor(source.rows, source.cols, precision, std::move(*memory)));
}

}  // namespace cria::kernels::cpu
