#include "engine/model/load_weights.h"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/model/tensor_map.h"

namespace cria::engine {
namespace {

using kernels::DType;
using kernels::WeightFormat;

bool computes_in(const kernels::BackendInfo& device, WeightFormat precision) {
  return std::find(device.precisions.begin(), device.precisions.end(), precision) !=
         device.precisions.end();
}

std::uint64_t stored_bytes(const StoredTensor& tensor) {
  std::uint64_t bytes = size_of(tensor.type);
  for (const std::int64_t size : tensor.shape) bytes *= static_cast<std::uint64_t>(size);
  return bytes;
}

/// A backend knows no names: it says row and column.
Error with_name(const Error& error, const StoredTensor& tensor) {
  if (error.kind != ErrorKind::checkpoint) return error;
  return {error.kind, tensor.file.string() + ": tensor " + tensor.name + ": " + error.message};
}

enum class Attempt { loaded, too_large_for_f16 };

/// Converts every tensor of `map` to `precision`; vectors stay f32. With `may_retry` a matrix that
/// overflows f16 ends the attempt instead of being an error.
Result<Attempt> convert(const TensorMap& map, const TensorSource& source, kernels::Backend& backend,
                        WeightFormat precision, bool may_retry, const WeightsProgress& progress,
                        const std::stop_token& stop) {
  std::uint64_t total = 0;
  for (const MappedTensor& mapped : map.tensors) total += stored_bytes(*mapped.stored);
  std::uint64_t done = 0;
  if (progress) progress(done, total);
  for (const MappedTensor& mapped : map.tensors) {
    if (stop.stop_requested()) return Error{ErrorKind::cancelled, "Loading was stopped."};
    const StoredTensor& stored = *mapped.stored;
    const kernels::TensorView view = view_of(stored);
    const WeightFormat format = mapped.is_vector() ? WeightFormat::f32
                                : mapped.is_head   ? head_format(precision)
                                                   : precision;
    Result<TensorPtr> made = backend.make_tensor(view, format);
    if (const Status whole = source.still_whole(); !whole) return whole.error();
    if (!made) {
      if (may_retry && format == WeightFormat::f16 && made.error().kind == ErrorKind::checkpoint &&
          backend.make_tensor(view, WeightFormat::bf16))
        return Attempt::too_large_for_f16;
      return with_name(made.error(), stored);
    }
    *mapped.member = *std::move(made);
    if (!(*mapped.member)->borrows()) source.release(stored);
    done += stored_bytes(stored);
    if (progress) progress(done, total);
  }
  return Attempt::loaded;
}

/// Drops the source unless a tensor borrows from it.
void settle(const TensorMap& map, const std::shared_ptr<const TensorSource>& source,
            LlamaWeights& weights) {
  bool borrowed = false;
  for (const MappedTensor& mapped : map.tensors) {
    weights.bytes += (*mapped.member)->bytes();
    borrowed = borrowed || (*mapped.member)->borrows();
  }
  if (!borrowed) return;
  source->keep();
  weights.source = source;
}

}  // namespace

Result<std::optional<WeightFormat>> parse_precision(std::string_view name) {
  if (name == "auto") return std::optional<WeightFormat>();
  for (const WeightFormat type : kernels::all_weight_formats)
    if (name == kernels::name_of(type)) return std::optional(type);
  return Error{ErrorKind::usage, "Unknown precision \"" + std::string(name) +
                                     "\", expected auto, f32, f16, bf16, q8 or q4."};
}

Result<WeightFormat> choose_precision(const TensorSource& source, std::optional<WeightFormat> asked,
                                      const kernels::BackendInfo& device) {
  if (asked) {
    if (computes_in(device, *asked)) return *asked;
    return Error{ErrorKind::device, "The device " + device.device + " does not compute in " +
                                        std::string(kernels::name_of(*asked)) + "."};
  }
  // By bytes, so that one odd tensor does not decide.
  std::uint64_t bf16 = 0;
  std::uint64_t others = 0;
  for (const StoredTensor& tensor : source.tensors())
    if (tensor.shape.size() == 2)
      (tensor.type == ElementType::bf16 ? bf16 : others) += stored_bytes(tensor);
  const WeightFormat first = bf16 > others ? WeightFormat::bf16 : WeightFormat::f16;
  const WeightFormat second = first == WeightFormat::f16 ? WeightFormat::bf16 : WeightFormat::f16;
  for (const WeightFormat type : {first, second, WeightFormat::f32})
    if (computes_in(device, type)) return type;
  return Error{ErrorKind::device,
               "The device " + device.device + " computes in no known precision."};
}

DType kv_cache_type(WeightFormat precision) {
  return precision == WeightFormat::f32 ? DType::f32 : DType::f16;
}

std::vector<std::string> find_tensor_problems(const TensorSource& source,
                                              const LlamaConfig& config) {
  LlamaWeights unused;
  return map_tensors(source, config, unused).problems;
}

Result<LlamaWeights> load_weights(const std::shared_ptr<const TensorSource>& source,
                                  const LlamaConfig& config, kernels::Backend& backend,
                                  std::optional<WeightFormat> asked,
                                  const WeightsProgress& progress, const std::stop_token& stop) {
  LlamaWeights weights;
  TensorMap map = map_tensors(*source, config, weights);
  if (!map.problems.empty()) return Error{ErrorKind::checkpoint, map.problems.front()};
  const kernels::BackendInfo device = backend.info();
  const Result<WeightFormat> chosen = choose_precision(*source, asked, device);
  if (!chosen) return chosen.error();

  weights.precision = *chosen;
  weights.notes = std::move(map.notes);
  const bool may_retry = !asked && computes_in(device, WeightFormat::bf16);
  Result<Attempt> attempt =
      convert(map, *source, backend, weights.precision, may_retry, progress, stop);
  if (attempt && *attempt == Attempt::too_large_for_f16) {
    for (const MappedTensor& mapped : map.tensors) mapped.member->reset();
    weights.precision = WeightFormat::bf16;
    weights.notes.emplace_back("Some weights are too large for f16, so bf16 is used.");
    attempt = convert(map, *source, backend, weights.precision, false, progress, stop);
  }
  if (!attempt) return attempt.error();
  settle(map, source, weights);
  return weights;
}

}  // namespace cria::engine
