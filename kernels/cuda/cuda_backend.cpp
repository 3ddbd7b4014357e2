#include "kernels/cuda/cuda_backend.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <vector>

#include "kernels/cuda/prefill.h"
#include "kernels/cuda/recorded_steps.h"
#include "kernels/cuda/stages.h"
#include "kernels/cuda/step_upload.h"
#include "kernels/cuda/storage.h"
#include "kernels/cuda/upload.h"
#include "kernels/half.h"
#include "kernels/step_check.h"

namespace cria::kernels::cuda {
namespace {

Heads heads_of(const LlamaShape& shape) {
  return {shape.num_attention_heads, shape.num_key_value_heads, shape.head_dim,
          shape.attention_scale};
}

Product product_of(const Projection& projection) {
  return {own(*projection.weight).matrix(),
          projection.bias != nullptr ? own(*projection.bias).floats() : nullptr};
}

Norm norm_of(const Tensor& weight, const Step& step) {
  return {own(weight).floats(), step.shape->rms_norm_eps};
}

/// So many that the parts of one row fill the card, whatever its length.
int splits_for(const Card& card, const LlamaShape& shape) {
  int splits = 4;
  while (splits < 64 && splits * shape.num_key_value_heads < 2 * card.multiprocessors) splits *= 2;
  return splits;
}

class CudaBackend final : public Backend {
 public:
  explicit CudaBackend(Card card) : card_(std::move(card)) {}
  ~CudaBackend() override { card_.use(); }
  Status open() { return stream_.create(); }

  BackendInfo info() const override { return describe(card_); }

  Result<std::unique_ptr<Tensor>> make_tensor(const TensorView& source,
                                              WeightFormat precision) override {
    card_.use();
    return uploader_.upload(source, precision);
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
  void attention_out(const Projection& o, const Step& step, const Buffer& a, Buffer& x) override {
    add_product(Stage::attention_out, o, step, a, x);
  }
  void ffn_in(const FfnInWeights& weights, const Step& step, const Buffer& x, Buffer& h) override;
  void ffn_out(const Projection& down, const Step& step, const Buffer& h, Buffer& x) override {
    add_product(Stage::ffn_out, down, step, h, x);
  }
  void logits(const Tensor& norm, const Tensor& head, const Step& step, const Buffer& x,
              Buffer& logits) override;

 private:
  enum class Stage { embed, attention_in, attend, attention_out, ffn_in, ffn_out, logits };

  static bool is_decoded(const Step& step) {
    return step.rows.size() <= static_cast<std::size_t>(most_decode_rows);
  }
  Status reserve(const Step& step);
  Status run_recorded(const std::function<void()>& stages);
  Status run_once(const std::function<void()>& stages);
  void add_product(Stage stage, const Projection& projection, const Step& step, const Buffer& in,
                   Buffer& x);

  /// True while the launches of a step are only listed, and then adds this one.
  template <typename... Values>
  bool lists(Stage stage, const Values&... values) {
    if (listing_) key_.add(stage, values...);
    return listing_;
  }
  void put(Status launched) const {
    if (failure_ && !launched) failure_ = std::move(launched);
  }
  void put(cudaError_t launched) const { put(check(launched, "computing")); }
  /// Where a stage writes; what the host has of it is old from now on.
  static CudaBuffer& target(Buffer& buffer) {
    own(buffer).fetched = 0;
    return own(buffer);
  }

  Card card_;
  Stream stream_;
  Uploader uploader_{stream_};
  StepUpload upload_;
  RecordedSteps recorded_;
  StepKey key_;
  Prefill prefill_{card_};
  CardMemory partials_;  // of attention
  CardMemory arrived_;
  AttendScratch scratch_;
  bool listing_ = false;
  mutable Status failure_;  // the first; no step runs after it
  mutable PinnedMemory passage_;
};

Result<std::unique_ptr<Buffer>> CudaBackend::make_buffer(std::int64_t rows, std::int64_t cols) {
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

Result<std::unique_ptr<KvCache>> CudaBackend::make_kv_cache(const LlamaShape& shape,
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

void CudaBackend::copy_cells(KvCache& cache, std::int32_t from, std::int32_t to,
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

void CudaBackend::read_cell(const KvCache& cache, std::int32_t layer, std::int32_t cell,
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
      const std::byte* at =
          passage_.data() + i / dim * kv.cell_bytes() + i % dim * size_of(kv.type());
      std::uint16_t bits = 0;
      std::memcpy(&bits, at, sizeof bits);
      if (kv.type() == DType::f32)
        std::memcpy(&to[i], at, sizeof(float));
      else
        to[i] = kv.type() == DType::f16 ? f32_from_f16(bits) : f32_from_bf16(bits);
    }
  }
}

void CudaBackend::write(Buffer& buffer, std::span<const float> values) {
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

void CudaBackend::read(const Buffer& buffer, std::span<float> values) const {
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

Status CudaBackend::reserve(const Step& step) {
  const LlamaShape& shape = *step.shape;
  if (!is_decoded(step)) return prefill_.reserve(shape, static_cast<int>(step.rows.size()));
  const auto heads = static_cast<std::uint64_t>(shape.num_attention_heads) * most_decode_rows;
  scratch_.splits = splits_for(card_, shape);
  const std::uint64_t record = static_cast<std::uint64_t>(shape.head_dim) + 2;
  const std::byte* before = arrived_.data();
  if (Status grown =
          partials_.grow("attention", heads * static_cast<std::uint64_t>(scratch_.splits) * record *
                                          sizeof(float));
      !grown)
    return grown;
  if (Status grown = arrived_.grow("attention", heads * sizeof(unsigned)); !grown) return grown;
  scratch_.partials = partials_.floats();
  scratch_.arrived = reinterpret_cast<unsigned*>(arrived_.data());
  if (arrived_.data() == before) return {};
  return check(cudaMemsetAsync(arrived_.data(), 0, arrived_.bytes(), stream_), "computing");
}

Status CudaBackend::run(const Step& step, const std::function<void()>& stages) {
  if (Status checked = check_step(step); !checked) return checked;
  if (!failure_) return failure_;
  if (step.rows.empty()) return {};
  card_.use();
  if (Status reserved = reserve(step); !reserved) return reserved;
  const int block_rows = is_decoded(step) ? 0 : query_block_rows(heads_of(*step.shape));
  if (Status ready = upload_.prepare(step, block_rows); !ready) return failure_ = ready;
  put(is_decoded(step) ? run_recorded(stages) : run_once(stages));
  if (failure_) put(upload_.sent(stream_));
  // Whoever asked for logits reads them next.
  if (failure_ && !step.logit_rows.empty()) put(stream_.wait());
  return failure_;
}

Status CudaBackend::run_recorded(const std::function<void()>& stages) {
  key_.clear();
  key_.add(upload_.view());
  listing_ = true;
  stages();
  listing_ = false;
  if (!failure_) return failure_;
  cudaGraphExec_t step = recorded_.find(key_);
  if (step == nullptr) {
    const auto made = recorded_.record(key_, stream_, [&] {
      put(upload_.send(stream_));
      stages();
      return failure_;
    });
    if (!made) return made.error();
    step = *made;
  }
  return check(cudaGraphLaunch(step, stream_), "computing");
}

Status CudaBackend::run_once(const std::function<void()>& stages) {
  put(upload_.send(stream_));
  if (failure_) stages();
  return failure_;
}

void CudaBackend::embed(const Tensor& table, const Step&, Buffer& x) {
  CudaBuffer& to = target(x);
  const Matrix& from = own(table).matrix();
  if (lists(Stage::embed, from, to.view())) return;
  put(cuda::embed(stream_, from, upload_.view(), to.data(), to.stride()));
}

void CudaBackend::attention_in(const AttentionInWeights& weights, const Step& step, const Buffer& x,
                               Buffer& q, KvCache& cache, std::int32_t layer) {
  CudaBuffer& to = target(q);
  const AttentionIn in{product_of(weights.q),
                       product_of(weights.k),
                       product_of(weights.v),
                       heads_of(*step.shape),
                       own(x).view(),
                       norm_of(*weights.norm, step),
                       to.data(),
                       to.stride(),
                       own(cache).layer(layer)};
  if (lists(Stage::attention_in, in)) return;
  if (is_decoded(step))
    put(cuda::attention_in(stream_, in, upload_.view()));
  else
    put(prefill_.attention_in(stream_, in, upload_.view()));
}

void CudaBackend::attend(const Step& step, const Buffer& q, const KvCache& cache,
                         std::int32_t layer, Buffer& a) {
  CudaBuffer& to = target(a);
  const Attend in{heads_of(*step.shape), own(q).view(), own(cache).layer(layer), to.data(),
                  to.stride()};
  if (lists(Stage::attend, in, scratch_)) return;
  if (is_decoded(step))
    put(cuda::attend(stream_, in, scratch_, upload_.view()));
  else
    put(prefill_.attend(stream_, in, upload_.view()));
}

void CudaBackend::add_product(Stage stage, const Projection& projection, const Step& step,
                              const Buffer& in, Buffer& x) {
  CudaBuffer& to = target(x);
  const Product product = product_of(projection);
  const auto rows = static_cast<int>(step.rows.size());
  if (lists(stage, product, own(in).view(), to.view())) return;
  if (is_decoded(step))
    put(cuda::add_product(stream_, product, own(in).view(), rows, to.data(), to.stride()));
  else
    put(prefill_.add_product(stream_, product, own(in).view(), rows, to.data(), to.stride()));
}

void CudaBackend::ffn_in(const FfnInWeights& weights, const Step& step, const Buffer& x,
                         Buffer& h) {
  CudaBuffer& to = target(h);
  const FfnIn in{product_of(weights.gate),
                 product_of(weights.up),
                 own(x).view(),
                 norm_of(*weights.norm, step),
                 static_cast<int>(step.rows.size()),
                 to.data(),
                 to.stride()};
  if (lists(Stage::ffn_in, in)) return;
  if (is_decoded(step))
    put(cuda::ffn_in(stream_, in));
  else
    put(prefill_.ffn_in(stream_, in));
}

void CudaBackend::logits(const Tensor& norm, const Tensor& head, const Step& step, const Buffer& x,
                         Buffer& logits) {
  CudaBuffer& to = own(logits);
  const auto rows = static_cast<std::int64_t>(step.logit_rows.size());
  if (rows == 0) return;
  const std::size_t row = static_cast<std::size_t>(to.cols()) * sizeof(float);
  // Not while a step is recorded: it was listed before.
  put(to.host().grow("logits", row * static_cast<std::size_t>(to.rows())));
  if (!failure_) return;
  to.fetched = rows;
  const Matrix& weight = own(head).matrix();
  const Norm before = norm_of(norm, step);
  if (lists(Stage::logits, before, weight, own(x).view(), to.view(), to.host().data())) return;
  if (rows <= most_decode_rows)
    put(cuda::logits(stream_, weight, own(x).view(), before, upload_.view(), to.data(),
                     to.stride()));
  else
    put(prefill_.logits(stream_, weight, own(x).view(), before, upload_.view(), to.data(),
                        to.stride()));
  put(check(cudaMemcpy2DAsync(to.host().data(), row, to.data(),
                              static_cast<std::size_t>(to.stride()) * sizeof(float), row,
                              static_cast<std::size_t>(rows), cudaMemcpyDeviceToHost, stream_),
            "reading the logits"));
}

}  // namespace

BackendInfo describe(const Card& card) {
  return {"cuda:" + std::to_string(card.index),
          card.name,
          "sm_" + std::to_string(card.capability),
          1,
          most_decode_rows,
          {WeightFormat::f32, WeightFormat::f16, WeightFormat::bf16},
          card.memory_available()};
}

Result<std::unique_ptr<Backend>> make_cuda_backend(int index) {
  Result<Card> card = find_card(index);
  if (!card) return card.error();
  auto backend = std::make_unique<CudaBackend>(*std::move(card));
  if (Status opened = backend->open(); !opened) return opened.error();
  return std::unique_ptr<Backend>(std::move(backend));
}

}  // namespace cria::kernels::cuda
