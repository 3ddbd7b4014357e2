#include "kernels/cuda/card_backend.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "kernels/cuda/cuda_backend.h"
#include "kernels/step_check.h"
#include "kernels/tensor_value.h"

namespace cria::kernels::cuda {

BackendInfo CardBackend::info() const { return describe(card_); }

Result<std::unique_ptr<Tensor>> CardBackend::make_tensor(const TensorView& source,
                                                         WeightFormat precision) {
  card_.use();
  return uploader_.upload(source, precision);
}

Result<std::unique_ptr<Buffer>> CardBackend::make_buffer(std::int64_t rows, std::int64_t cols) {
  card_.use();
  std::int64_t bytes = 0;
  if (rows < 0 || cols < 0 || cols > std::numeric_limits<int>::max() ||
      __builtin_mul_overflow(rows, padded(cols, row_padding) * std::int64_t{4}, &bytes))
    return out_of_memory("activations", std::numeric_limits<std::uint64_t>::max());
  auto memory = CardMemory::allocate("activations", static_cast<std::uint64_t>(bytes));
  if (!memory) return memory.error();
  if (Status zeroed = check(cudaMemsetAsync(memory->data(), 0, memory->bytes(), stream_),
                            "making room for activations");
      !zeroed)
    return zeroed.error();
  return std::unique_ptr<Buffer>(std::make_unique<CudaBuffer>(rows, cols, std::move(*memory)));
}

Result<std::unique_ptr<KvCache>> CardBackend::make_kv_cache(const LlamaShape& shape,
                                                            std::int32_t cells, DType type) {
  card_.use();
  if (shape.head_dim > most_head_dim)
    return Error{ErrorKind::device, "the CUDA engine computes with heads of up to " +
                                        std::to_string(most_head_dim) + " numbers, not " +
                                        std::to_string(shape.head_dim) + ": choose the device cpu"};
  std::uint64_t bytes = size_of(type);
  for (const std::int64_t factor :
       {std::int64_t{shape.num_hidden_layers}, std::int64_t{shape.num_key_value_heads},
        std::int64_t{cells}, std::int64_t{CudaKvCache::width_for(shape.head_dim)}})
    if (factor < 0 || __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(factor), &bytes))
      return out_of_memory("the KV cache", std::numeric_limits<std::uint64_t>::max());
  std::array<CardMemory, 2> halves;
  for (CardMemory& half : halves) {
    auto memory = CardMemory::allocate("the KV cache", bytes);
    if (!memory) return memory.error();
    half = std::move(*memory);
    if (Status zeroed = check(cudaMemsetAsync(half.data(), 0, half.bytes(), stream_),
                              "making room for the KV cache");
        !zeroed)
      return zeroed.error();
  }
  return std::unique_ptr<KvCache>(std::make_unique<CudaKvCache>(
      shape, cells, type, std::move(halves[0]), std::move(halves[1])));
}

void CardBackend::copy_cells(KvCache& cache, std::int32_t from, std::int32_t to,
                             std::int32_t count) {
  card_.use();
  const CudaKvCache& kv = own(cache);
  const std::size_t cell = kv.cell_bytes();
  const auto heads = static_cast<std::size_t>(kv.layers()) * static_cast<std::size_t>(kv.heads());
  const CacheView all = kv.layer(0);
  for (std::byte* half : {all.k, all.v})
    put(check(cudaMemcpy2DAsync(half + cell * static_cast<std::size_t>(to), kv.head_bytes(),
                                half + cell * static_cast<std::size_t>(from), kv.head_bytes(),
                                cell * static_cast<std::size_t>(count), heads,
                                cudaMemcpyDeviceToDevice, stream_),
              "copying the KV cache"));
}

void CardBackend::read_cell(const KvCache& cache, std::int32_t layer, std::int32_t cell,
                            std::span<float> k, std::span<float> v) const {
  card_.use();
  const CudaKvCache& kv = own(cache);
  const CacheView view = kv.layer(layer);
  const std::size_t bytes = kv.cell_bytes() * static_cast<std::size_t>(kv.heads());
  put(passage_.grow("reading the KV cache", bytes));
  const std::pair<std::byte*, std::span<float>> halves[] = {{view.k, k}, {view.v, v}};
  for (const auto& [from, to] : halves) {
    std::fill(to.begin(), to.end(), 0.0F);
    if (!failure_) continue;
    put(check(
        cudaMemcpy2DAsync(passage_.data(), kv.cell_bytes(),
                          from + kv.cell_bytes() * static_cast<std::size_t>(cell), kv.head_bytes(),
                          kv.cell_bytes(), static_cast<std::size_t>(kv.heads()),
                          cudaMemcpyDeviceToHost, stream_),
        "reading the KV cache"));
    put(stream_.wait());
    for (std::size_t i = 0; i < to.size() && failure_; ++i) {
      const auto dim = static_cast<std::size_t>(kv.head_dim());
      to[i] = value_of(passage_.data() + i / dim * kv.cell_bytes() + i % dim * size_of(kv.type()),
                       kv.type());
    }
  }
}

void CardBackend::write(Buffer& buffer, std::span<const float> values) {
  card_.use();
  const CudaBuffer& to = target(buffer);
  const std::size_t row = static_cast<std::size_t>(to.cols()) * sizeof(float);
  put(passage_.grow("writing activations", values.size_bytes()));
  if (!failure_ || values.empty()) return;
  std::memcpy(passage_.data(), values.data(), values.size_bytes());
  put(check(cudaMemcpy2DAsync(to.data(), static_cast<std::size_t>(to.stride()) * sizeof(float),
                              passage_.data(), row, row, values.size_bytes() / row,
                              cudaMemcpyHostToDevice, stream_),
            "writing activations"));
  put(stream_.wait());
}

void CardBackend::read(const Buffer& buffer, std::span<float> values) const {
  card_.use();
  const CudaBuffer& from = own(buffer);
  const std::size_t row = static_cast<std::size_t>(from.cols()) * sizeof(float);
  const auto rows = static_cast<std::int64_t>(values.size_bytes() / std::max<std::size_t>(row, 1));
  if (values.empty()) return;
  if (from.fetched >= rows) {  // run() has waited for it
    std::memcpy(values.data(), from.host().data(), values.size_bytes());
    return;
  }
  std::fill(values.begin(), values.end(), 0.0F);
  put(passage_.grow("reading activations", values.size_bytes()));
  if (!failure_) return;
  put(check(cudaMemcpy2DAsync(passage_.data(), row, from.data(),
                              static_cast<std::size_t>(from.stride()) * sizeof(float), row,
                              static_cast<std::size_t>(rows), cudaMemcpyDeviceToHost, stream_),
            "reading activations"));
  put(stream_.wait());
  if (failure_) std::memcpy(values.data(), passage_.data(), values.size_bytes());
}

}  // namespace cria::kernels::cuda
