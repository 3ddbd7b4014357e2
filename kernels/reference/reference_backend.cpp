#include "kernels/reference/reference_backend.h"

#include <algorithm>
#include <cmath>
#include <new>

#include "kernels/half.h"
#include "kernels/memory_available.h"
#include "kernels/quantisation.h"
#include "kernels/reference/reference_memory.h"
#include "kernels/step_check.h"
#include "kernels/tensor_value.h"

namespace cria::kernels {
namespace reference {

float rounded(float value, DType type) {
  if (type == DType::f16) return f32_from_f16(f16_from_f32(value));
  if (type == DType::bf16) return f32_from_bf16(bf16_from_f32(value));
  return value;
}

bool fits(float value, WeightFormat format) {
  return std::isfinite(rounded(value, is_quantised(format) ? DType::f16 : dtype_of(format)));
}

std::vector<float> rounded_weights(std::span<const float> row, WeightFormat format) {
  std::vector<float> values(row.begin(), row.end());
  if (!is_quantised(format)) {
    for (float& value : values) value = rounded(value, dtype_of(format));
    return values;
  }
  const QuantisedRow quantised = quantise_row(row, format);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const QuantisedBlock& block = quantised.blocks[i / block_size];
    values[i] = quantised.scale * block.scale * static_cast<float>(block.values[i % block_size]);
  }
  return values;
}

std::vector<float> rounded_activations(std::span<const float> x, WeightFormat format) {
  std::vector<float> values(x.begin(), x.end());
  if (format == WeightFormat::bf16)
    for (float& value : values) value = rounded(value, DType::bf16);
  if (!is_quantised(format)) return values;
  const std::size_t blocks = (x.size() + block_size - 1) / block_size;
  std::vector<std::int8_t> integers(blocks * block_size);
  std::vector<float> scales(blocks);
  quantise_activations(x, integers, scales);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = scales[i / block_size] * static_cast<float>(integers[i]);
  return values;
}

namespace {

const ReferenceTensor& own(const Tensor& tensor) {
  return static_cast<const ReferenceTensor&>(tensor);
}
const ReferenceBuffer& own(const Buffer& buffer) {
  return static_cast<const ReferenceBuffer&>(buffer);
}
ReferenceBuffer& own(Buffer& buffer) { return static_cast<ReferenceBuffer&>(buffer); }
const ReferenceKvCache& own(const KvCache& cache) {
  return static_cast<const ReferenceKvCache&>(cache);
}
ReferenceKvCache& own(KvCache& cache) { return static_cast<ReferenceKvCache&>(cache); }

/// x [n], weight [1, n] -> x / sqrt(mean(x^2) + eps) * weight
std::vector<float> rms_norm(const float* x, const Tensor& weight, float eps) {
  const std::int64_t n = weight.cols();
  double sum = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += static_cast<double>(x[i]) * x[i];
  const double scale = 1 / std::sqrt(sum / static_cast<double>(n) + eps);
  std::vector<float> y(static_cast<std::size_t>(n));
  for (std::int64_t i = 0; i < n; ++i)
    y[static_cast<std::size_t>(i)] = static_cast<float>(x[i] * scale * own(weight).row(0)[i]);
  return y;
}

/// weight . x + bias
std::vector<float> project(const Projection& projection, std::span<const float> x) {
  const ReferenceTensor& weight = own(*projection.weight);
  const std::vector<float> in = rounded_activations(x, weight.format());
  std::vector<float> out(static_cast<std::size_t>(weight.rows()));
  for (std::int64_t r = 0; r < weight.rows(); ++r) {
    double sum = projection.bias != nullptr ? own(*projection.bias).row(0)[r] : 0;
    for (std::size_t i = 0; i < in.size(); ++i)
      sum += static_cast<double>(weight.row(r)[i]) * in[i];
    out[static_cast<std::size_t>(r)] = static_cast<float>(sum);
  }
  return out;
}

/// Rotates the pairs (i, i + half) of one head.
void rotate(float* head, const float* cosine, const float* sine, std::int32_t half) {
  for (std::int32_t i = 0; i < half; ++i) {
    const float a = head[i];
    const float b = head[i + half];
    head[i] = a * cosine[i] - b * sine[i];
    head[i + half] = b * cosine[i] + a * sine[i];
  }
}

class ReferenceBackend final : public Backend {
 public:
  BackendInfo info() const override {
    return {"reference",
            "plain C++",
            "scalar",
            1,
            every_number_of_rows,
            {all_weight_formats.begin(), all_weight_formats.end()},
            kernels::memory_available()};
  }

  Result<std::unique_ptr<Tensor>> make_tensor(const TensorView& source,
                                              WeightFormat precision) override {
    try {
      std::vector<float> values;
      values.reserve(static_cast<std::size_t>(source.rows * source.cols));
      std::vector<float> row(static_cast<std::size_t>(source.cols));
      for (std::int64_t r = 0; r < source.rows; ++r) {
        for (std::int64_t c = 0; c < source.cols; ++c)
          row[static_cast<std::size_t>(c)] = value_at(source, r, c);
        for (std::int64_t c = 0; c < source.cols; ++c)
          if (const float value = row[static_cast<std::size_t>(c)]; !fits(value, precision))
            return refused_weight(value, r, c, precision);
        const std::vector<float> held = rounded_weights(row, precision);
        values.insert(values.end(), held.begin(), held.end());
      }
      return std::unique_ptr<Tensor>(std::make_unique<ReferenceTensor>(
          source.rows, source.cols, precision, std::move(values)));
    } catch (const std::exception&) {
      return out_of_memory("a weight", static_cast<std::uint64_t>(source.rows * source.cols) * 4);
    }
  }

  Result<std::unique_ptr<Buffer>> make_buffer(std::int64_t rows, std::int64_t cols) override {
    try {
      return std::unique_ptr<Buffer>(std::make_unique<ReferenceBuffer>(
          rows, cols, std::vector<float>(static_cast<std::size_t>(rows * cols))));
    } catch (const std::exception&) {
      return out_of_memory("activations", static_cast<std::uint64_t>(rows * cols) * 4);
    }
  }

  Result<std::unique_ptr<KvCache>> make_kv_cache(const LlamaShape& shape, std::int32_t cells,
                                                 DType type) override {
    const auto count = static_cast<std::size_t>(shape.num_hidden_layers) *
                       static_cast<std::size_t>(shape.key_value_size()) *
                       static_cast<std::size_t>(cells);
    try {
      return std::unique_ptr<KvCache>(std::make_unique<ReferenceKvCache>(
          shape, cells, type, std::vector<float>(count), std::vector<float>(count)));
    } catch (const std::exception&) {
      return out_of_memory("the KV cache", static_cast<std::uint64_t>(count) * 8);
    }
  }

  void copy_cells(KvCache& cache, std::int32_t from, std::int32_t to, std::int32_t count) override {
    ReferenceKvCache& kv = own(cache);
    for (std::int64_t layer = 0; layer < kv.layers(); ++layer) {
      std::copy_n(kv.k(layer, from), count * kv.width(), kv.k(layer, to));
      std::copy_n(kv.v(layer, from), count * kv.width(), kv.v(layer, to));
    }
  }

  void read_cell(const KvCache& cache, std::int32_t layer, std::int32_t cell, std::span<float> k,
                 std::span<float> v) const override {
    std::copy_n(own(cache).k(layer, cell), k.size(), k.data());
    std::copy_n(own(cache).v(layer, cell), v.size(), v.data());
  }

  void write(Buffer& buffer, std::span<const float> values) override {
    std::copy(values.begin(), values.end(), own(buffer).row(0));
  }
  void read(const Buffer& buffer, std::span<float> values) const override {
    std::copy_n(own(buffer).row(0), values.size(), values.data());
  }

  Status run(const Step& step, const std::function<void()>& stages) override {
    if (Status checked = check_step(step); !checked) return checked;
    stages();
    return {};
  }

  void embed(const Tensor& table, const Step& step, Buffer& x) override {
    for (std::size_t t = 0; t < step.rows.size(); ++t)
      std::copy_n(own(table).row(step.rows[t].token), table.cols(),
                  own(x).row(static_cast<std::int64_t>(t)));
  }

  void attention_in(const AttentionInWeights& weights, const Step& step, const Buffer& x, Buffer& q,
                    KvCache& cache, std::int32_t layer) override {
    const LlamaShape& shape = *step.shape;
    const std::int32_t half = shape.rotary_dim / 2;
    for (std::size_t t = 0; t < step.rows.size(); ++t) {
      const Row& row = step.rows[t];
      const auto normed =
          rms_norm(own(x).row(static_cast<std::int64_t>(t)), *weights.norm, shape.rms_norm_eps);
      const float* cosine = step.rope_cos.data() + t * static_cast<std::size_t>(half);
      const float* sine = step.rope_sin.data() + t * static_cast<std::size_t>(half);
      const std::int32_t cell =
          step.sequences[static_cast<std::size_t>(row.sequence)].cell_of(row.position);
      float* query = own(q).row(static_cast<std::int64_t>(t));
      float* key = own(cache).k(layer, cell);
      float* value = own(cache).v(layer, cell);
      std::ranges::copy(project(weights.q, normed), query);
      std::ranges::copy(project(weights.k, normed), key);
      std::ranges::transform(project(weights.v, normed), value,
                             [&](float one) { return rounded(one, cache.type()); });
      for (std::int32_t h = 0; h < shape.num_attention_heads; ++h)
        rotate(query + h * shape.head_dim, cosine, sine, half);
      for (std::int32_t h = 0; h < shape.num_key_value_heads; ++h)
        rotate(key + h * shape.head_dim, cosine, sine, half);
      for (std::int32_t i = 0; i < shape.key_value_size(); ++i)
        key[i] = rounded(key[i], cache.type());
    }
  }

  void attend(const Step& step, const Buffer& q, const KvCache& cache, std::int32_t layer,
              Buffer& a) override {
    const LlamaShape& shape = *step.shape;
    const std::int32_t group = shape.num_attention_heads / shape.num_key_value_heads;
    for (std::size_t t = 0; t < step.rows.size(); ++t) {
      const Row& row = step.rows[t];
      const SequenceSpan& span = step.sequences[static_cast<std::size_t>(row.sequence)];
      for (std::int32_t h = 0; h < shape.num_attention_heads; ++h) {
        const float* query = own(q).row(static_cast<std::int64_t>(t)) + h * shape.head_dim;
        float* out = own(a).row(static_cast<std::int64_t>(t)) + h * shape.head_dim;
        attend_head(shape, row, span, own(cache), layer, h / group, query, out);
      }
    }
  }

  void attention_out(const Projection& o, const Step& step, const Buffer& a, Buffer& x) override {
    add_projection(o, step, a, x);
  }

  void ffn_in(const FfnInWeights& weights, const Step& step, const Buffer& x, Buffer& h) override {
    for (std::int64_t t = 0; t < static_cast<std::int64_t>(step.rows.size()); ++t) {
      const auto normed = rms_norm(own(x).row(t), *weights.norm, step.shape->rms_norm_eps);
      const std::vector<float> gates = project(weights.gate, normed);
      const std::vector<float> ups = project(weights.up, normed);
      for (std::size_t i = 0; i < gates.size(); ++i) {
        const double gate = gates[i];
        own(h).row(t)[i] = static_cast<float>(gate / (1 + std::exp(-gate)) * ups[i]);
      }
    }
  }

  void ffn_out(const Projection& down, const Step& step, const Buffer& h, Buffer& x) override {
    add_projection(down, step, h, x);
  }

  void logits(const Tensor& norm, const Tensor& head, const Step& step, const Buffer& x,
              Buffer& logits) override {
    for (std::size_t r = 0; r < step.logit_rows.size(); ++r) {
      const auto normed = rms_norm(own(x).row(step.logit_rows[r]), norm, step.shape->rms_norm_eps);
      std::ranges::copy(project({&head, nullptr}, normed),
                        own(logits).row(static_cast<std::int64_t>(r)));
    }
  }

 private:
  static void attend_head(const LlamaShape& shape, const Row& row, const SequenceSpan& span,
                          const ReferenceKvCache& cache, std::int32_t layer, std::int32_t kv_head,
                          const float* query, float* out) {
    const std::int64_t head = static_cast<std::int64_t>(kv_head) * shape.head_dim;
    std::vector<double> scores;
    for (std::int32_t p = 0; p <= row.position; ++p) {
      const float* key = cache.k(layer, span.cell_of(p)) + head;
      double sum = 0;
      for (std::int32_t i = 0; i < shape.head_dim; ++i)
        sum += static_cast<double>(query[i]) * key[i];
      scores.push_back(sum * shape.attention_scale);
    }
    const double largest = *std::max_element(scores.begin(), scores.end());
    double total = 0;
    for (double& score : scores) total += score = std::exp(score - largest);
    std::vector<double> sums(static_cast<std::size_t>(shape.head_dim));
    for (std::int32_t p = 0; p <= row.position; ++p) {
      const float* value = cache.v(layer, span.cell_of(p)) + head;
      for (std::size_t i = 0; i < sums.size(); ++i)
        sums[i] += scores[static_cast<std::size_t>(p)] * value[i];
    }
    for (std::size_t i = 0; i < sums.size(); ++i) out[i] = static_cast<float>(sums[i] / total);
  }

  static void add_projection(const Projection& projection, const Step& step, const Buffer& in,
                             Buffer& x) {
    for (std::int64_t t = 0; t < static_cast<std::int64_t>(step.rows.size()); ++t) {
      const auto width = static_cast<std::size_t>(projection.weight->cols());
      const std::vector<float> more = project(projection, {own(in).row(t), width});
      for (std::size_t i = 0; i < more.size(); ++i) own(x).row(t)[i] += more[i];
    }
  }
};

}  // namespace
}  // namespace reference

std::unique_ptr<Backend> make_reference_backend() {
  return std::make_unique<reference::ReferenceBackend>();
}

}  // namespace cria::kernels
