#include "engine/model/llama_forward.h"

#include <array>
#include <string>
#include <utility>

namespace cria::engine {
namespace {

/// A step of this many rows is over so soon that a stop waits for it. A backend may also record
/// such a step, and what it recorded must be whole.
constexpr std::size_t rows_too_few_to_stop = 8;

Error cancelled() { return {ErrorKind::cancelled, "Stopped."}; }
Error misuse(const std::string& what) { return {ErrorKind::usage, what}; }

}  // namespace

LlamaForward::LlamaForward(kernels::Backend& backend, const LlamaConfig& config,
                           const LlamaWeights& weights, std::int32_t max_rows,
                           std::int32_t max_logit_rows)
    : backend_(backend),
      weights_(weights),
      shape_(config.shape()),
      max_rows_(max_rows),
      max_logit_rows_(max_logit_rows),
      rope_(config) {
  const auto size = static_cast<std::size_t>(max_rows) * static_cast<std::size_t>(half_rotary());
  cos_.resize(size);
  sin_.resize(size);
}

Result<std::unique_ptr<LlamaForward>> LlamaForward::create(kernels::Backend& backend,
                                                           const LlamaConfig& config,
                                                           const LlamaWeights& weights,
                                                           std::int32_t max_rows,
                                                           std::int32_t max_logit_rows) {
  std::unique_ptr<LlamaForward> forward(
      new LlamaForward(backend, config, weights, max_rows, max_logit_rows));
  const kernels::LlamaShape& shape = forward->shape_;
  struct Wanted {
    std::unique_ptr<kernels::Buffer>* buffer;
    std::int64_t rows;
    std::int64_t cols;
  };
  const std::array<Wanted, 5> wanted{{{&forward->x_, max_rows, shape.hidden_size},
                                      {&forward->q_, max_rows, shape.query_size()},
                                      {&forward->a_, max_rows, shape.query_size()},
                                      {&forward->h_, max_rows, shape.intermediate_size},
                                      {&forward->logits_, max_logit_rows, shape.vocab_size}}};
  for (const Wanted& one : wanted) {
    Result<std::unique_ptr<kernels::Buffer>> made = backend.make_buffer(one.rows, one.cols);
    if (!made) return made.error();
    *one.buffer = *std::move(made);
  }
  return forward;
}

Status LlamaForward::run(std::span<const kernels::Row> rows,
                         std::span<const std::int32_t> logit_rows, KvCache& cache,
                         const std::stop_token& stop, std::span<float> logits,
                         const std::function<void(double share)>& progress) {
  if (Status good = check(rows, logit_rows, cache, logits); !good) return good;
  if (stop.stop_requested()) return cancelled();
  rotate(rows, cache);

  const std::size_t rotary = rows.size() * static_cast<std::size_t>(half_rotary());
  kernels::Step step;
  step.shape = &shape_;
  step.rows = rows;
  step.sequences = cache.spans();
  step.rope_cos = std::span<const float>(cos_).first(rotary);
  step.rope_sin = std::span<const float>(sin_).first(rotary);
  step.logit_rows = logit_rows;
  const bool many = rows.size() > rows_too_few_to_stop;
  const auto between = [&](std::size_t layer) {
    if (many && progress && layer > 0)
      progress(static_cast<double>(layer) / static_cast<double>(weights_.layers.size()));
    return !many || !stop.stop_requested();
  };
  bool finished = true;
  Status ran = backend_.run(step, [&] { finished = stages(step, cache.cells(), between); });
  if (!ran) return ran;
  if (!finished) return cancelled();
  if (weights_.source)
    if (Status whole = weights_.source->still_whole(); !whole) return whole;

  cache.record(rows);
  if (!logit_rows.empty()) backend_.read(*logits_, logits);
  return {};
}

Result<kernels::StepProfile> LlamaForward::profile(std::int32_t position, kernels::KvCache& cells) {
  const auto half = static_cast<std::size_t>(half_rotary());
  rope_.row(position, position + 1, std::span(cos_).first(half), std::span(sin_).first(half));
  const kernels::Row row{0, position, 0};
  const kernels::SequenceSpan span;
  const std::int32_t logit_row = 0;
  kernels::Step step;
  step.shape = &shape_;
  step.rows = std::span(&row, 1);
  step.sequences = std::span(&span, 1);
  step.rope_cos = std::span<const float>(cos_).first(half);
  step.rope_sin = std::span<const float>(sin_).first(half);
  step.logit_rows = std::span(&logit_row, 1);
  return backend_.profile(step, [&] { stages(step, cells, [](std::size_t) { return true; }); });
}

bool LlamaForward::stages(const kernels::Step& step, kernels::KvCache& cells,
                          const std::function<bool(std::size_t layer)>& between) {
  kernels::Backend& run = backend_;
  run.embed(*weights_.embed_tokens, step, *x_);
  for (std::size_t i = 0; i < weights_.layers.size(); ++i) {
    if (!between(i)) return false;
    const LayerWeights& layer = weights_.layers[i];
    const auto index = static_cast<std::int32_t>(i);
    run.attention_in({layer.input_layernorm.get(), layer.q_proj.projection(),
                      layer.k_proj.projection(), layer.v_proj.projection()},
                     step, *x_, *q_, cells, index);
    run.attend(step, *q_, cells, index, *a_);
    run.attention_out(layer.o_proj.projection(), step, *a_, *x_);
    run.ffn_in({layer.post_attention_layernorm.get(), layer.gate_proj.projection(),
                layer.up_proj.projection()},
               step, *x_, *h_);
    run.ffn_out(layer.down_proj.projection(), step, *h_, *x_);
  }
  if (!step.logit_rows.empty()) run.logits(*weights_.norm, weights_.head(), step, *x_, *logits_);
  return true;
}

void LlamaForward::rotate(std::span<const kernels::Row> rows, const KvCache& cache) {
  const auto half = static_cast<std::size_t>(half_rotary());
  for (std::size_t i = 0; i < rows.size(); ++i)
    rope_.row(rows[i].position, cache.rotation_length(rows[i]),
              std::span(cos_).subspan(i * half, half), std::span(sin_).subspan(i * half, half));
}

Status LlamaForward::check(std::span<const kernels::Row> rows,
                           std::span<const std::int32_t> logit_rows, const KvCache& cache,
                           std::span<const float> logits) const {
  if (rows.empty() || rows.size() > static_cast<std::size_t>(max_rows_))
    return misuse("A step has " + std::to_string(rows.size()) + " rows, expected 1 to " +
                  std::to_string(max_rows_) + ".");
  if (logit_rows.size() > static_cast<std::size_t>(max_logit_rows_) ||
      logits.size() != logit_rows.size() * static_cast<std::size_t>(shape_.vocab_size))
    return misuse("The logits of " + std::to_string(logit_rows.size()) +
                  " rows do not fit the space for them.");
  std::int32_t after = 0;
  for (const std::int32_t row : logit_rows) {
    if (row < after || static_cast<std::size_t>(row) >= rows.size())
      return misuse("The rows whose logits are asked for are not ascending rows of the step.");
    after = row + 1;
  }

  std::vector<std::int32_t> next;
  next.reserve(static_cast<std::size_t>(cache.sequences()));
  for (std::int32_t i = 0; i < cache.sequences(); ++i) next.push_back(cache.length(i));
  for (const kernels::Row& row : rows) {
    if (row.token < 0 || row.token >= shape_.vocab_size)
      return misuse("Token id " + std::to_string(row.token) + " is outside the vocabulary of " +
                    std::to_string(shape_.vocab_size) + ".");
    const auto sequence = static_cast<std::size_t>(row.sequence);
    const bool in_prompt = row.position < cache.prompt_length();
    if (row.sequence < 0 || sequence >= next.size() || (in_prompt && row.sequence != 0) ||
        row.position != next[sequence] ||
        row.position >= cache.length(row.sequence) + cache.room(row.sequence))
      return misuse("A row at position " + std::to_string(row.position) + " of sequence " +
                    std::to_string(row.sequence) + " does not continue it.");
    ++next[sequence];
  }
  return {};
}

}  // namespace cria::engine
