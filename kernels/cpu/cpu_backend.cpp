#include "kernels/cpu/cpu_backend.h"

#include <algorithm>
#include <new>
#include <vector>

#include "kernels/cpu/attention.h"
#include "kernels/cpu/kernel_table.h"
#include "kernels/cpu/matmul.h"
#include "kernels/cpu/processor.h"
#include "kernels/cpu/storage.h"
#include "kernels/cpu/tensor.h"
#include "kernels/cpu/thread_team.h"
#include "kernels/cpu/view_values.h"
#include "kernels/memory_available.h"
#include "kernels/step_check.h"

namespace cria::kernels {
namespace cpu {
namespace {

constexpr int most_threads = 512;
// Up to here a stage reads one weight matrix after the other, which memory gives fastest; more rows
// are multiplied by both where they meet in the caches.
constexpr int rows_matrix_by_matrix = 4;

const CpuTensor& own(const Tensor& tensor) { return static_cast<const CpuTensor&>(tensor); }
const CpuBuffer& own(const Buffer& buffer) { return static_cast<const CpuBuffer&>(buffer); }
CpuBuffer& own(Buffer& buffer) { return static_cast<CpuBuffer&>(buffer); }
const CpuKvCache& own(const KvCache& cache) { return static_cast<const CpuKvCache&>(cache); }
CpuKvCache& own(KvCache& cache) { return static_cast<CpuKvCache&>(cache); }

/// Rotates the pairs (i, i + half) of `heads` heads that stand one after another.
void rotate(float* values, std::int32_t heads, std::int32_t head_dim, const float* cosine,
            const float* sine, std::int32_t half) {
  for (std::int32_t h = 0; h < heads; ++h) {
    float* head = values + static_cast<std::int64_t>(h) * head_dim;
    for (std::int32_t i = 0; i < half; ++i) {
      const float a = head[i];
      const float b = head[i + half];
      head[i] = a * cosine[i] - b * sine[i];
      head[i + half] = b * cosine[i] + a * sine[i];
    }
  }
}

class CpuBackend final : public Backend {
 public:
  CpuBackend(const KernelTable& kernels, int threads) : kernels_(kernels), team_(threads) {}

  BackendInfo info() const override {
    return {"cpu",
            processor_name(),
            kernels_.instruction_set,
            team_.size(),
            every_number_of_rows,
            {all_weight_formats.begin(), all_weight_formats.end()},
            kernels::memory_available()};
  }

  Result<std::unique_ptr<Tensor>> make_tensor(const TensorView& source,
                                              WeightFormat precision) override {
    return make_cpu_tensor(source, precision, kernels_, team_, weights_);
  }
  Result<std::unique_ptr<Buffer>> make_buffer(std::int64_t rows, std::int64_t cols) override;
  Result<std::unique_ptr<KvCache>> make_kv_cache(const LlamaShape& shape, std::int32_t cells,
                                                 DType type) override;
  void copy_cells(KvCache& cache, std::int32_t from, std::int32_t to, std::int32_t count) override;
  void read_cell(const KvCache& cache, std::int32_t layer, std::int32_t cell, std::span<float> k,
                 std::span<float> v) const override;
  void write(Buffer& buffer, std::span<const float> values) override;
  void read(const Buffer& buffer, std::span<float> values) const override;

  Status run(const Step& step, const std::function<void()>& stages) override;
  void embed(const Tensor& table, const Step& step, Buffer& x) override;
  void attention_in(const AttentionInWeights& weights, const Step& step, const Buffer& x, Buffer& q,
                    KvCache& cache, std::int32_t layer) override;
  void attend(const Step& step, const Buffer& q, const KvCache& cache, std::int32_t layer,
              Buffer& a) override;
  void attention_out(const Projection& o, const Step& step, const Buffer& a, Buffer& x) override;
  void ffn_in(const FfnInWeights& weights, const Step& step, const Buffer& x, Buffer& h) override;
  void ffn_out(const Projection& down, const Step& step, const Buffer& h, Buffer& x) override;
  void logits(const Tensor& norm, const Tensor& head, const Step& step, const Buffer& x,
              Buffer& logits) override;

 private:
  /// Rotates row t's query and key and writes key and value to its cell.
  void finish_row(const Step& step, int t, CpuBuffer& q, CpuKvCache& cache, std::int32_t layer);
  void add_product(const Projection& projection, const Step& step, const CpuBuffer& in,
                   CpuBuffer& x);

  const KernelTable& kernels_;
  ThreadTeam team_;
  MatMul matmul_{kernels_, team_};
  Attention attention_{kernels_, team_};
  WeightMemory weights_;
  Memory keys_values_;  // [T][2][kv_heads * head_dim]
  Memory ups_;          // [T][row_stride(intermediate_size)], of few rows
};

Result<std::unique_ptr<Buffer>> CpuBackend::make_buffer(std::int64_t rows, std::int64_t cols) {
  Result<Memory> memory = Memory::allocate("activations", rows, row_stride(cols), sizeof(float));
  if (!memory) return memory.error();
  return std::unique_ptr<Buffer>(std::make_unique<CpuBuffer>(rows, cols, std::move(*memory)));
}

Result<std::unique_ptr<KvCache>> CpuBackend::make_kv_cache(const LlamaShape& shape,
                                                           std::int32_t cells, DType type) {
  const std::int64_t rows =
      static_cast<std::int64_t>(shape.num_hidden_layers) * shape.num_key_value_heads;
  const std::int64_t columns = cells * padded(shape.head_dim);
  Result<Memory> k =
      Memory::allocate("the KV cache", rows, padded(cells) * padded(shape.head_dim), size_of(type));
  if (!k) return k.error();
  Result<Memory> v = Memory::allocate("the KV cache", rows, columns, size_of(type));
  if (!v) return v.error();
  return std::unique_ptr<KvCache>(
      std::make_unique<CpuKvCache>(shape, cells, type, std::move(*k), std::move(*v)));
}

void CpuBackend::copy_cells(KvCache& cache, std::int32_t from, std::int32_t to,
                            std::int32_t count) {
  CpuKvCache& kv = own(cache);
  const std::size_t bytes = static_cast<std::size_t>(count) * kv.cell_bytes();
  for (std::int32_t layer = 0; layer < kv.layers(); ++layer)
    for (std::int32_t head = 0; head < kv.heads(); ++head) {
      for (std::int32_t i = 0; i < count; ++i)
        copy_elements(kv.k(layer, head, from + i), kv.key_stride(), kv.k(layer, head, to + i),
                      kv.key_stride(), size_of(kv.type()), kv.head_dim());
      std::memcpy(kv.v(layer, head, to), kv.v(layer, head, from), bytes);
    }
}

void CpuBackend::read_cell(const KvCache& cache, std::int32_t layer, std::int32_t cell,
                           std::span<float> k, std::span<float> v) const {
  const CpuKvCache& kv = own(cache);
  const auto promote = kernels_.convert[index_of(kv.type())][index_of(DType::f32)];
  for (std::int32_t head = 0; head < kv.heads(); ++head) {
    const std::int64_t at = static_cast<std::int64_t>(head) * kv.head_dim();
    for (std::int64_t i = 0; i < kv.head_dim(); ++i)
      promote(kv.k(layer, head, cell) + i * static_cast<std::int64_t>(kv.key_stride()),
              k.data() + at + i, 1);
    promote(kv.v(layer, head, cell), v.data() + at, kv.head_dim());
  }
}

void CpuBackend::write(Buffer& buffer, std::span<const float> values) {
  CpuBuffer& to = own(buffer);
  const auto cols = static_cast<std::size_t>(to.cols());
  for (std::size_t row = 0; row * cols < values.size(); ++row)
    std::copy_n(values.data() + row * cols, cols, to.row(static_cast<std::int64_t>(row)));
}

void CpuBackend::read(const Buffer& buffer, std::span<float> values) const {
  const CpuBuffer& from = own(buffer);
  const auto cols = static_cast<std::size_t>(from.cols());
  for (std::size_t row = 0; row * cols < values.size(); ++row)
    std::copy_n(from.row(static_cast<std::int64_t>(row)), cols, values.data() + row * cols);
}

Status CpuBackend::run(const Step& step, const std::function<void()>& stages) {
  if (Status checked = check_step(step); !checked) return checked;
  const LlamaShape& shape = *step.shape;
  const int rows = static_cast<int>(step.rows.size());
  const std::int64_t k = std::max({shape.hidden_size, shape.intermediate_size, shape.query_size()});
  if (Status status = matmul_.reserve(rows, k); !status) return status;
  if (Status status = attention_.reserve(step); !status) return status;
  const std::int64_t keys_values = static_cast<std::int64_t>(rows) * 2 * shape.key_value_size();
  if (Status status = grow(keys_values_, "activations", keys_values); !status) return status;
  const std::int64_t ups =
      std::min(rows, rows_matrix_by_matrix) * row_stride(shape.intermediate_size);
  if (Status status = grow(ups_, "activations", ups); !status) return status;
  stages();
  return {};
}

void CpuBackend::embed(const Tensor& table, const Step& step, Buffer& x) {
  const CpuTensor& from = own(table);
  for (std::size_t t = 0; t < step.rows.size(); ++t) {
    const std::int64_t token = step.rows[t].token;
    float* to = own(x).row(static_cast<std::int64_t>(t));
    if (is_quantised(from.format()))
      for (std::int64_t i = 0; i < from.cols(); ++i) to[i] = from.dequantised(token, i);
    else
      kernels_.convert[static_cast<int>(from.format())][index_of(DType::f32)](from.row(token), to,
                                                                              from.cols());
  }
}

void CpuBackend::attention_in(const AttentionInWeights& weights, const Step& step, const Buffer& x,
                              Buffer& q, KvCache& cache, std::int32_t layer) {
  const LlamaShape& shape = *step.shape;
  const int rows = static_cast<int>(step.rows.size());
  const std::int64_t width = shape.key_value_size();
  float* keys = keys_values_.floats();
  const Product products[] = {
      {&weights.q, nullptr, Then::store, own(q).row(0), own(q).stride()},
      {&weights.k, nullptr, Then::store, keys, 2 * width},
      {&weights.v, nullptr, Then::store, keys + width, 2 * width},
  };
  matmul_.run({own(x).row(0), own(x).stride(), rows, shape.hidden_size, nullptr,
               own(*weights.norm).floats(), shape.rms_norm_eps},
              products);
  constexpr int rows_a_chunk = 8;
  team_.run((rows + rows_a_chunk - 1) / rows_a_chunk, [&](int chunk, int) {
    const int end = std::min(rows, (chunk + 1) * rows_a_chunk);
    for (int t = chunk * rows_a_chunk; t < end; ++t) finish_row(step, t, own(q), own(cache), layer);
  });
}

void CpuBackend::finish_row(const Step& step, int t, CpuBuffer& q, CpuKvCache& cache,
                            std::int32_t layer) {
  const LlamaShape& shape = *step.shape;
  const Row& row = step.rows[static_cast<std::size_t>(t)];
  const std::int32_t half = shape.rotary_dim / 2;
  const float* cosine = step.rope_cos.data() + static_cast<std::int64_t>(t) * half;
  const float* sine = step.rope_sin.data() + static_cast<std::int64_t>(t) * half;
  const std::int64_t width = shape.key_value_size();
  float* keys = keys_values_.floats() + 2 * width * t;
  const float* values = keys + width;
  rotate(q.row(t), shape.num_attention_heads, shape.head_dim, cosine, sine, half);
  rotate(keys, shape.num_key_value_heads, shape.head_dim, cosine, sine, half);
  const std::int32_t cell =
      step.sequences[static_cast<std::size_t>(row.sequence)].cell_of(row.position);
  const auto narrow = kernels_.convert[index_of(DType::f32)][index_of(cache.type())];
  for (std::int32_t head = 0; head < shape.num_key_value_heads; ++head) {
    const std::int64_t at = static_cast<std::int64_t>(head) * shape.head_dim;
    std::byte* key = cache.k(layer, head, cell);
    for (std::int64_t i = 0; i < shape.head_dim; i += lanes) {
      std::byte some[lanes * sizeof(float)];
      const std::int64_t count = std::min<std::int64_t>(lanes, shape.head_dim - i);
      const std::size_t size = size_of(cache.type());
      narrow(keys + at + i, some, count);
      copy_elements(some, size, key + i * static_cast<std::int64_t>(cache.key_stride()),
                    cache.key_stride(), size, count);
    }
    narrow(values + at, cache.v(layer, head, cell), shape.head_dim);
  }
}

void CpuBackend::attend(const Step& step, const Buffer& q, const KvCache& cache, std::int32_t layer,
                        Buffer& a) {
  attention_.run(step, own(q), own(cache), layer, own(a));
}

void CpuBackend::attention_out(const Projection& o, const Step& step, const Buffer& a, Buffer& x) {
  add_product(o, step, own(a), own(x));
}

void CpuBackend::ffn_in(const FfnInWeights& weights, const Step& step, const Buffer& x, Buffer& h) {
  const int rows = static_cast<int>(step.rows.size());
  const Input input{own(x).row(0),           own(x).stride(), rows,
                    step.shape->hidden_size, nullptr,         own(*weights.norm).floats(),
                    step.shape->rms_norm_eps};
  float* const out = own(h).row(0);
  const std::int64_t stride = own(h).stride();
  if (rows > rows_matrix_by_matrix) {
    const Product products[] = {{&weights.gate, &weights.up, Then::silu_times, out, stride}};
    matmul_.run(input, products);
    return;
  }
  float* const ups = ups_.floats();
  const Product products[] = {{&weights.gate, nullptr, Then::store, out, stride},
                              {&weights.up, nullptr, Then::store, ups, stride}};
  matmul_.run(input, products);
  team_.run(rows, [&](int t, int) {
    kernels_.silu_times(out + t * stride, ups + t * stride, own(h).cols(), out + t * stride);
  });
}

void CpuBackend::ffn_out(const Projection& down, const Step& step, const Buffer& h, Buffer& x) {
  add_product(down, step, own(h), own(x));
}

void CpuBackend::add_product(const Projection& projection, const Step& step, const CpuBuffer& in,
                             CpuBuffer& x) {
  const Product products[] = {{&projection, nullptr, Then::add, x.row(0), x.stride()}};
  matmul_.run({in.row(0), in.stride(), static_cast<int>(step.rows.size()),
               projection.weight->cols(), nullptr, nullptr, 0},
              products);
}

void CpuBackend::logits(const Tensor& norm, const Tensor& head, const Step& step, const Buffer& x,
                        Buffer& logits) {
  const Projection projection{&head, nullptr};
  const Product products[] = {
      {&projection, nullptr, Then::store, own(logits).row(0), own(logits).stride()}};
  matmul_.run({own(x).row(0), own(x).stride(), static_cast<int>(step.logit_rows.size()),
               step.shape->hidden_size, step.logit_rows.data(), own(norm).floats(),
               step.shape->rms_norm_eps},
              products);
}

}  // namespace
}  // namespace cpu

Result<std::unique_ptr<Backend>> make_cpu_backend(int threads, const std::string& instruction_set) {
  const auto tables = cpu::runnable_kernels();
  if (tables.empty())
    return Error{ErrorKind::device, std::string("this processor has no ") +
                                        cpu::needed_instructions() +
                                        ", which Cria's cpu engine needs"};
  if (threads < 0 || threads > cpu::most_threads)
    return Error{ErrorKind::usage,
                 std::to_string(threads) + " threads were asked for: choose 1 to " +
                     std::to_string(cpu::most_threads) + ", or 0 for one a physical core"};
  const cpu::KernelTable* chosen = nullptr;
  std::string known;
  for (const cpu::KernelTable* table : tables) {
    if (instruction_set.empty() || instruction_set == table->instruction_set) chosen = table;
    known += std::string(known.empty() ? "" : ", ") + table->instruction_set;
  }
  if (chosen == nullptr)
    return Error{ErrorKind::usage, "the instruction set \"" + instruction_set +
                                       "\" is not one this processor can run (" + known + ")"};
  return std::unique_ptr<Backend>(
      std::make_unique<cpu::CpuBackend>(*chosen, threads == 0 ? cpu::physical_cores() : threads));
}

}  // namespace cria::kernels
