#include "engine/llama_session.h"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include "engine/generation/prompt_ids.h"
#include "engine/llama_model.h"
#include "engine/model/load_weights.h"

namespace cria::engine {

namespace {

// The engine throws nothing itself; only memory on the host may run out below it.
template <typename Work>
auto without_exceptions(KvCache& cache, const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    cache.clear();
    return Error{ErrorKind::device, "Out of memory."};
  }
}

}  // namespace

Result<std::unique_ptr<Session>> LlamaSession::create(LlamaModel& model,
                                                      const SessionOptions& options) {
  const std::int32_t known = model.config().context_length();
  if (options.max_context < 0) {
    return Error{ErrorKind::usage, "The context must not be negative, not " +
                                       std::to_string(options.max_context) + "."};
  }
  const std::int32_t context =
      options.max_context == 0 ? known : std::min(options.max_context, known);
  auto forward = LlamaForward::create(model.backend(), model.config(), model.weights(), max_rows,
                                      max_sequences);
  if (!forward) {
    return forward.error();
  }
  return std::unique_ptr<Session>(new LlamaSession(model, *std::move(forward), context));
}

LlamaSession::LlamaSession(LlamaModel& model, std::unique_ptr<LlamaForward> forward,
                           std::int32_t context)
    : model_(model),
      forward_(std::move(forward)),
      cache_(model.backend(), model.config(), kv_cache_type(model.weights().precision), context),
      generator_(*forward_, cache_, model.config().vocab_size) {}

Result<GenerationResult> LlamaSession::generate(const GenerationRequest& request,
                                                GenerationObserver& observer,
                                                const std::stop_token& stop) {
  return without_exceptions(cache_, [&]() -> Result<GenerationResult> {
    const auto prompt = read_prompt(request.prompt, model_.prompt_reader());
    if (!prompt) {
      return prompt.error();
    }
    return generator_.run(*prompt, model_.extra_eos(request.prompt), request, observer, stop);
  });
}

Result<std::vector<float>> LlamaSession::logits(std::span<const std::int32_t> ids,
                                                bool all_positions) {
  return without_exceptions(cache_, [&] { return compute_logits(ids, all_positions); });
}

Result<std::vector<float>> LlamaSession::compute_logits(std::span<const std::int32_t> ids,
                                                        bool all_positions) {
  // A cache of its own: every position is wanted, also past the context, where transformers goes on
  // too.
  const auto length = static_cast<std::int32_t>(ids.size());
  KvCache cache(model_.backend(), model_.config(), cache_.type(),
                std::max(length, cache_.context_length()));
  if (const auto begun = cache.begin(ids, 1, 0); !begun) {
    return begun.error();
  }
  const auto vocab = static_cast<std::size_t>(model_.config().vocab_size);
  std::vector<float> result(vocab * (all_positions ? ids.size() : 1));
  std::vector<kernels::Row> rows;
  std::vector<std::int32_t> logit_rows;
  const std::size_t piece = static_cast<std::size_t>(all_positions ? max_sequences : max_rows);
  for (std::size_t done = 0; done < ids.size(); done += rows.size()) {
    rows.clear();
    logit_rows.clear();
    for (std::size_t i = done; i < std::min(done + piece, ids.size()); ++i) {
      if (all_positions || i + 1 == ids.size()) {
        logit_rows.push_back(static_cast<std::int32_t>(rows.size()));
      }
      rows.push_back({ids[i], static_cast<std::int32_t>(i), 0});
    }
    const auto out =
        std::span(result).subspan(all_positions ? done * vocab : 0, logit_rows.size() * vocab);
    if (Status ran = forward_->run(rows, logit_rows, cache, {}, out); !ran) {
      return ran.error();
    }
  }
  return result;
}

}  // namespace cria::engine
