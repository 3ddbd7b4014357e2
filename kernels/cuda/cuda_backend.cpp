#include "kernels/cuda/cuda_backend.h"

#include <optional>

#include "kernels/cuda/card_backend.h"
#include "kernels/cuda/graph.h"
#include "kernels/cuda/prefill.h"
#include "kernels/cuda/recorded_steps.h"
#include "kernels/cuda/stages.h"
#include "kernels/cuda/step_upload.h"
#include "kernels/cuda/storage.h"
#include "kernels/cuda/timing.h"
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

class CudaBackend final : public CardBackend {
 public:
  using CardBackend::CardBackend;
  ~CudaBackend() override { card().use(); }

  Status run(const Step& step, const std::function<void()>& stages) override;
  Result<StepProfile> profile(const Step& step, const std::function<void()>& stages) override;
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
  static bool is_decoded(const Step& step) {
    return step.rows.size() <= static_cast<std::size_t>(most_decode_rows);
  }
  Status reserve(const Step& step);
  Result<Graph> record(const std::function<void()>& stages);
  Status run_recorded(const std::function<void()>& stages);
  Status run_once(const std::function<void()>& stages);
  void add_product(Stage stage, const Projection& projection, const Step& step, const Buffer& in,
                   Buffer& x);

  /// True where this launch is not to be made: while those of a step are only listed, and then
  /// this one is, and while another stage is measured.
  template <typename... Values>
  bool skips(Stage stage, const Values&... values) {
    if (listing_) key_.add(stage, values...);
    return listing_ || (measured_ && *measured_ != stage);
  }

  StepUpload upload_;
  RecordedSteps recorded_;
  StepKey key_;
  Prefill prefill_{card()};
  CardMemory partials_;  // of attention
  CardMemory arrived_;
  AttendScratch scratch_;
  bool listing_ = false;
  std::optional<Stage> measured_;
};

Status CudaBackend::reserve(const Step& step) {
  const LlamaShape& shape = *step.shape;
  if (!is_decoded(step)) return prefill_.reserve(shape, static_cast<int>(step.rows.size()));
  const auto heads = static_cast<std::uint64_t>(shape.num_attention_heads) * most_decode_rows;
  scratch_.splits = splits_for(card(), shape);
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
  return check(cudaMemsetAsync(arrived_.data(), 0, arrived_.bytes(), stream()), "computing");
}

Status CudaBackend::run(const Step& step, const std::function<void()>& stages) {
  if (Status checked = check_step(step); !checked) return checked;
  if (!failure()) return failure();
  if (step.rows.empty()) return {};
  card().use();
  if (Status reserved = reserve(step); !reserved) return reserved;
  const int block_rows = is_decoded(step) ? 0 : query_block_rows(heads_of(*step.shape));
  if (Status ready = upload_.prepare(step, block_rows); !ready) {
    put(ready);
    return failure();
  }
  put(is_decoded(step) ? run_recorded(stages) : run_once(stages));
  if (failure()) put(upload_.sent(stream()));
  // Whoever asked for logits reads them next.
  if (failure() && !step.logit_rows.empty()) put(stream().wait());
  return failure();
}

Status CudaBackend::run_recorded(const std::function<void()>& stages) {
  key_.clear();
  key_.add(upload_.view(), upload_.source());
  listing_ = true;
  stages();
  listing_ = false;
  if (!failure()) return failure();
  const RunnableGraph* step = recorded_.find(key_);
  if (step == nullptr) {
    const auto graph = record(stages);
    if (!graph) return graph.error();
    auto runnable = graph->make_runnable();
    if (!runnable) return runnable.error();
    step = recorded_.keep(key_, *std::move(runnable));
  }
  return step->launch(stream());
}

Result<Graph> CudaBackend::record(const std::function<void()>& stages) {
  return Graph::record(stream(), [&] {
    if (!measured_) put(upload_.send(stream()));
    stages();
    return failure();
  });
}

// The stage's launches of all layers in a graph, so that the host's own time does not count.
Result<StepProfile> CudaBackend::profile(const Step& step, const std::function<void()>& stages) {
  if (!is_decoded(step) || step.rows.empty())
    return Error{ErrorKind::usage,
                 "only steps of 1 to " + std::to_string(most_decode_rows) + " rows are measured"};
  // Once as it is: makes room for all it needs.
  if (Status ran = run(step, stages); !ran) return ran.error();
  StepProfile profile;
  const auto whole = record(stages);
  if (!whole) return whole.error();
  const auto launches = whole->count_kernels();
  if (!launches) return launches.error();
  profile.launches = *launches;
  for (std::size_t i = 0; i < stage_names.size(); ++i) {
    measured_ = static_cast<Stage>(i);
    const auto graph = record(stages);
    measured_.reset();
    if (!graph) return graph.error();
    const auto runnable = graph->make_runnable();
    if (!runnable) return runnable.error();
    const auto time = time_of(stream(), [&] { return runnable->launch(stream()); });
    if (!time) return time.error();
    profile.stage_ms[i] = *time;
  }
  const auto bandwidth = copy_bandwidth(card(), stream());
  if (!bandwidth) return bandwidth.error();
  profile.copy_bytes_per_second = *bandwidth;
  return profile;
}

Status CudaBackend::run_once(const std::function<void()>& stages) {
  put(upload_.send(stream()));
  if (failure()) stages();
  return failure();
}

void CudaBackend::embed(const Tensor& table, const Step&, Buffer& x) {
  CudaBuffer& to = target(x);
  const Matrix& from = own(table).matrix();
  if (skips(Stage::embed, from, to.view())) return;
  put(cuda::embed(stream(), from, upload_.view(), to.data(), to.stride()));
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
  if (skips(Stage::attention_in, in)) return;
  if (is_decoded(step))
    put(cuda::attention_in(stream(), in, upload_.view()));
  else
    put(prefill_.attention_in(stream(), in, upload_.view()));
}

void CudaBackend::attend(const Step& step, const Buffer& q, const KvCache& cache,
                         std::int32_t layer, Buffer& a) {
  CudaBuffer& to = target(a);
  const Attend in{heads_of(*step.shape), own(q).view(), own(cache).layer(layer), to.data(),
                  to.stride()};
  if (skips(Stage::attend, in, scratch_)) return;
  if (is_decoded(step))
    put(cuda::attend(stream(), in, scratch_, upload_.view()));
  else
    put(prefill_.attend(stream(), in, upload_.view()));
}

void CudaBackend::add_product(Stage stage, const Projection& projection, const Step& step,
                              const Buffer& in, Buffer& x) {
  CudaBuffer& to = target(x);
  const Product product = product_of(projection);
  const auto rows = static_cast<int>(step.rows.size());
  if (skips(stage, product, own(in).view(), to.view())) return;
  if (is_decoded(step))
    put(cuda::add_product(stream(), product, own(in).view(), rows, to.data(), to.stride()));
  else
    put(prefill_.add_product(stream(), product, own(in).view(), rows, to.data(), to.stride()));
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
  if (skips(Stage::ffn_in, in)) return;
  if (is_decoded(step))
    put(cuda::ffn_in(stream(), in));
  else
    put(prefill_.ffn_in(stream(), in));
}

void CudaBackend::logits(const Tensor& norm, const Tensor& head, const Step& step, const Buffer& x,
                         Buffer& logits) {
  CudaBuffer& to = own(logits);
  const auto rows = static_cast<std::int64_t>(step.logit_rows.size());
  if (rows == 0) return;
  const std::size_t row = static_cast<std::size_t>(to.cols()) * sizeof(float);
  // Not while a step is recorded: it was listed before.
  put(to.host().grow("logits", row * static_cast<std::size_t>(to.rows())));
  if (!failure()) return;
  to.fetched = rows;
  const Matrix& weight = own(head).matrix();
  const Norm before = norm_of(norm, step);
  if (skips(Stage::logits, before, weight, own(x).view(), to.view(), to.host().data())) return;
  if (rows <= most_decode_rows)
    put(cuda::logits(stream(), weight, own(x).view(), before, upload_.view(), to.data(),
                     to.stride()));
  else
    put(prefill_.logits(stream(), weight, own(x).view(), before, upload_.view(), to.data(),
                        to.stride()));
  if (measured_) return;  // the kernel, not the way to the host
  put(check(cudaMemcpy2DAsync(to.host().data(), row, to.data(),
                              static_cast<std::size_t>(to.stride()) * sizeof(float), row,
                              static_cast<std::size_t>(rows), cudaMemcpyDeviceToHost, stream()),
            "reading the logits"));
}

}  // namespace

BackendInfo describe(const Card& card) {
  return {"cuda:" + std::to_string(card.index),
          card.name,
          "sm_" + std::to_string(card.capability),
          1,
          most_decode_rows,
          {all_weight_formats.begin(), all_weight_formats.end()},
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
