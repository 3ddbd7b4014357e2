// A checkpoint on a backend, for tests: everything between a folder and logits.
#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/checkpoint/tensor_source.h"
#include "engine/model/config.h"
#include "engine/model/kv_cache.h"
#include "engine/model/llama_forward.h"
#include "engine/model/load_weights.h"
#include "kernels/factory.h"

namespace cria::engine::testing {

struct OpenModel {
  LlamaConfig config;
  std::unique_ptr<kernels::Backend> backend;
  LlamaWeights weights;
  std::unique_ptr<LlamaForward> forward;
  std::unique_ptr<KvCache> cache;

  static Result<std::unique_ptr<OpenModel>> open(const std::filesystem::path& folder,
                                                 const kernels::BackendOptions& options,
                                                 std::optional<kernels::WeightFormat> precision) {
    auto model = std::make_unique<OpenModel>();
    Result<LlamaConfig> config = read_config(folder);
    if (!config) return config.error();
    model->config = *config;
    Result<std::unique_ptr<kernels::Backend>> backend = kernels::open_backend(options);
    if (!backend) return backend.error();
    model->backend = *std::move(backend);
    Result<std::unique_ptr<TensorSource>> source = open_tensors(folder);
    if (!source) return source.error();
    Result<LlamaWeights> weights =
        load_weights(std::shared_ptr<const TensorSource>(*std::move(source)), model->config,
                     *model->backend, precision, {}, {});
    if (!weights) return weights.error();
    model->weights = *std::move(weights);
    Result<std::unique_ptr<LlamaForward>> forward =
        LlamaForward::create(*model->backend, model->config, model->weights, 64, 64);
    if (!forward) return forward.error();
    model->forward = *std::move(forward);
    model->cache = std::make_unique<KvCache>(*model->backend, model->config,
                                             kv_cache_type(model->weights.precision), 512);
    return model;
  }

  /// Prefills in pieces of at most `piece` rows what begin() has not found in the cache; the logits
  /// of these rows, [prompt.size() - reused, vocab].
  Result<std::vector<float>> prefill(const std::vector<std::int32_t>& prompt, std::size_t piece,
                                     std::int32_t sequences = 1, std::int32_t max_new = 256) {
    const Result<std::int32_t> reused = cache->begin(prompt, sequences, max_new);
    if (!reused) return reused.error();
    std::vector<float> all;
    for (auto at = static_cast<std::size_t>(*reused); at < prompt.size(); at += piece) {
      std::vector<kernels::Row> rows;
      std::vector<std::int32_t> wanted;
      for (std::size_t i = at; i < std::min(prompt.size(), at + piece); ++i) {
        wanted.push_back(static_cast<std::int32_t>(rows.size()));
        rows.push_back({prompt[i], static_cast<std::int32_t>(i), 0});
      }
      std::vector<float> logits(rows.size() * static_cast<std::size_t>(config.vocab_size));
      if (const Status ran = forward->run(rows, wanted, *cache, {}, logits); !ran)
        return ran.error();
      all.insert(all.end(), logits.begin(), logits.end());
    }
    return all;
  }

  /// One row of each sequence: `ids[i]` is appended to sequence i. [ids.size(), vocab]
  Result<std::vector<float>> append(const std::vector<std::int32_t>& ids) {
    std::vector<kernels::Row> rows;
    std::vector<std::int32_t> wanted;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto sequence = static_cast<std::int32_t>(i);
      rows.push_back({ids[i], cache->length(sequence), sequence});
      wanted.push_back(sequence);
    }
    std::vector<float> logits(rows.size() * static_cast<std::size_t>(config.vocab_size));
    if (const Status ran = forward->run(rows, wanted, *cache, {}, logits); !ran) return ran.error();
    return logits;
  }

  std::int32_t best(const std::vector<float>& logits) const {
    const auto last = logits.end() - config.vocab_size;
    return static_cast<std::int32_t>(std::max_element(last, logits.end()) - last);
  }

  /// `count` greedy ids after `prompt`.
  Result<std::vector<std::int32_t>> greedy(const std::vector<std::int32_t>& prompt,
                                           std::size_t count, std::size_t piece = 64) {
    Result<std::vector<float>> logits = prefill(prompt, piece);
    std::vector<std::int32_t> ids;
    while (logits) {
      ids.push_back(best(*logits));
      if (ids.size() == count) return ids;
      logits = append({ids.back()});
    }
    return logits.error();
  }
};

}  // namespace cria::engine::testing
