#include "kernels/cpu/tensor.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <new>

#include "kernels/half.h"
#include "kernels/step_check.h"

namespace cria::kernels::cpu {
namespace {

constexpr std::int64_t chunk_elements = 64 * 1024;
// Rows gathered side by side from a view whose columns lie apart, so that a transposed matrix is
// read along its own rows.
constexpr std::int64_t gathered_rows = 16;

int index_of(DType type) { return static_cast<int>(type); }

const std::byte* address(const TensorView& view, std::int64_t row, std::int64_t column) {
  const std::int64_t index = row * view.row_stride + column * view.col_stride;
  return view.data + index * static_cast<std::int64_t>(size_of(view.type));
}

float value_at(const TensorView& view, std::int64_t row, std::int64_t column) {
  const std::byte* at = address(view, row, column);
  if (view.type == DType::f32) {
    float value = 0;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
  std::uint16_t bits = 0;
  std::memcpy(&bits, at, sizeof bits);
  return view.type == DType::f16 ? f32_from_f16(bits) : f32_from_bf16(bits);
}

bool columns_adjoin(const TensorView& view) { return view.col_stride == 1 || view.cols == 1; }

bool is_contiguous(const TensorView& view) {
  return columns_adjoin(view) && (view.row_stride == view.cols || view.rows == 1);
}

bool is_aligned(const TensorView& view) {
  return reinterpret_cast<std::uintptr_t>(view.data) % size_of(view.type) == 0;
}

bool fits(float value, DType precision) {
  if (precision == DType::f16) value = f32_from_f16(f16_from_f32(value));
  if (precision == DType::bf16) value = f32_from_bf16(bf16_from_f32(value));
  return std::isfinite(value);
}

/// Cuts the view's elements, in row-major order, into chunks for the whole team. convert(from, to,
/// member) -> whether all were finite. Errors: the first value of all that was not.
template <typename Convert>
Status convert_all(const TensorView& view, DType precision, std::int64_t elements_a_chunk,
                   ThreadTeam& team, const Convert& convert) {
  const std::int64_t elements = view.rows * view.cols;
  std::atomic<std::int64_t> refused{elements};
  const std::int64_t chunks = (elements + elements_a_chunk - 1) / elements_a_chunk;
  team.run(static_cast<int>(chunks), [&](int chunk, int member) {
    const std::int64_t from = chunk * elements_a_chunk;
    const std::int64_t to = std::min(elements, from + elements_a_chunk);
    if (convert(from, to, member)) return;
    for (std::int64_t i = from; i < to; ++i) {
      if (fits(value_at(view, i / view.cols, i % view.cols), precision)) continue;
      std::int64_t known = refused.load();
      while (i < known && !refused.compare_exchange_weak(known, i)) {
      }
      return;
    }
  });
  const std::int64_t i = refused.load();
  if (i == elements) return {};
  const std::int64_t row = i / view.cols;
  const std::int64_t column = i % view.cols;
  return refused_weight(value_at(view, row, column), row, column, format_of(precision));
}

/// Rows [from, to) of a view whose columns lie apart, as float32.
void gather(const TensorView& view, std::int64_t from, std::int64_t to, float* rows) {
  for (std::int64_t c = 0; c < view.cols; ++c)
    for (std::int64_t r = from; r < to; ++r)
      rows[(r - from) * view.cols + c] = value_at(view, r, c);
}

Status convert_into(std::byte* out, const TensorView& view, DType precision,
                    const KernelTable& kernels, ThreadTeam& team) {
  const auto size = static_cast<std::int64_t>(size_of(precision));
  const auto from_source = kernels.convert[index_of(view.type)][index_of(precision)];
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
  const auto from_float = kernels.convert[index_of(DType::f32)][index_of(precision)];
  return convert_all(view, precision, gathered_rows * view.cols, team,
                     [&](std::int64_t from, std::int64_t to, int member) {
                       float* rows = gathered->floats() + member * gathered_rows * view.cols;
                       gather(view, from / view.cols, to / view.cols, rows);
                       return from_float(rows, out + from * size, to - from);
                     });
}

}  // namespace

Result<std::unique_ptr<Tensor>> make_cpu_tensor(const TensorView& source, WeightFormat precision,
                                                const KernelTable& kernels, ThreadTeam& team) {
  if (source.rows <= 0 || source.cols <= 0)
    return Error{ErrorKind::checkpoint, "a weight has no values"};
  const DType type = dtype_of(precision);
  // A vector is copied: small as it is, it alone should not keep a file mapped.
  if (source.rows > 1 && source.type == type && is_contiguous(source) && is_aligned(source)) {
    const auto finite = kernels.finite[index_of(type)];
    Status checked = convert_all(source, type, chunk_elements, team,
                                 [&](std::int64_t from, std::int64_t to, int) {
                                   return finite(address(source, 0, from), to - from);
                                 });
    if (!checked) return checked.error();
    return std::unique_ptr<Tensor>(new (std::nothrow)
                                       CpuTensor(source.rows, source.cols, precision, source.data));
  }
  Result<Memory> memory = Memory::allocate("a weight", source.rows, source.cols, size_of(type));
  if (!memory) return memory.error();
  Status converted = convert_into(memory->data(), source, type, kernels, team);
  if (!converted) return converted.error();
  return std::unique_ptr<Tensor>(
      new (std::nothrow) CpuTensor(source.rows, source.cols, precision, std::move(*memory)));
}

}  // namespace cria::kernels::cpu
