#include "engine/generation/generator.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "engine/generation/limits.h"
#include "engine/generation/prefill.h"

namespace cria::engine {

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

std::int32_t size_of(std::span<const std::int32_t> ids) {
  return static_cast<std::int32_t>(ids.size());
}

Error no_room(std::int32_t prompt_tokens, std::int32_t context) {
  return {ErrorKind::usage, "The prompt has " + std::to_string(prompt_tokens) +
                                " tokens, which leaves no room for a reply in the context of " +
                                std::to_string(context) + "."};
}

Status check_sequences(const GenerationRequest& request, const GenerationSettings& settings,
                       std::int32_t most) {
  const std::int32_t wanted = request.num_return_sequences;
  if (wanted < 1 || wanted > most) {
    return Error{ErrorKind::usage, "num_return_sequences must be between 1 and " +
                                       std::to_string(most) + ", not " + std::to_string(wanted) +
                                       "."};
  }
  if (wanted > 1 && !samples(settings)) {
    return Error{ErrorKind::usage,
                 "Greedy search gives the same reply every time, so num_return_sequences must be "
                 "1, not " +
                     std::to_string(wanted) + "; or set do_sample."};
  }
  return {};
}

}  // namespace

struct Generator::Job {
  const PromptIds& prompt;
  std::span<const std::int32_t> extra_eos;
  const GenerationRequest& request;
  GenerationObserver& observer;
  const std::stop_token& stop;
  std::vector<std::int32_t> window{};  // the prompt as the model sees it
  PromptReport report{};
  std::vector<Reply> replies{};

  GenerationSettings settings() const {
    GenerationSettings now = observer.settings();
    now.eos_token_id.insert(now.eos_token_id.end(), extra_eos.begin(), extra_eos.end());
    return now;
  }
};

Generator::Generator(LlamaForward& forward, KvCache& cache, std::int32_t vocab_size)
    : forward_(forward), cache_(cache), vocab_size_(static_cast<std::size_t>(vocab_size)) {}

Result<GenerationResult> Generator::run(const PromptIds& prompt,
                                        std::span<const std::int32_t> extra_eos,
                                        const GenerationRequest& request,
                                        GenerationObserver& observer, const std::stop_token& stop) {
  Job job{prompt, extra_eos, request, observer, stop};
  const auto start = Clock::now();
  if (Status begun = begin(job); !begun) {
    return begun.error();
  }
  GenerationResult result;
  const Status filled = prefill(job, job.window, job.report.reused_tokens);
  if (!filled && filled.error().kind != ErrorKind::cancelled) {
    return filled.error();
  }
  result.prefill_ms = milliseconds_since(start);

  if (filled) {
    // All replies begin behind the same position.
    const std::vector<float> first(logits_.begin(),
                                   logits_.begin() + static_cast<std::ptrdiff_t>(vocab_size_));
    for (Reply& reply : job.replies) {
      if (Status taken = accept(job, reply, first, size_of(job.window)); !taken) {
        return taken.error();
      }
    }
    const auto first_token = Clock::now();
    if (Status done = decode(job, job.replies); !done) {
      return done.error();
    }
    for (Reply& reply : job.replies) {
      if (Status done = go_on_alone(job, reply); !done) {
        return done.error();
      }
    }
    result.decode_ms = milliseconds_since(first_token);
  }
  for (Reply& reply : job.replies) {
    if (!reply.ended()) {
      reply.end(FinishReason::cancelled);
    }
    result.sequences.push_back(reply.result());
  }
  result.prompt_ids = std::move(job.window);
  result.prompt = job.report;
  return result;
}

// Checks the request, cuts the prompt if it must be, and makes room in the cache.
Status Generator::begin(Job& job) {
  const GenerationSettings settings = job.settings();
  const std::int32_t context = cache_.context_length();
  const std::int32_t wanted = job.request.num_return_sequences;
  if (Status valid = validate(settings); !valid) {
    return valid;
  }
  if (Status good = check_sequences(job.request, settings, forward_.max_logit_rows()); !good) {
    return good;
  }
  job.window = job.prompt.ids;
  if (size_of(job.window) >= context) {
    if (job.request.context_policy == ContextPolicy::stop) {
      return no_room(size_of(job.window), context);
    }
    auto fitted = fit_in_context(job.prompt, {}, context);
    if (!fitted) {
      return no_room(job.prompt.pinned, context);
    }
    job.report.dropped_tokens = size_of(job.window) - size_of(*fitted);
    job.window = *std::move(fitted);
  }
  if (Status good = check_limits(settings, size_of(job.window), context); !good) {
    return good;
  }
  // One reply may use the whole context, should the settings change; several get what is asked for
  // now, and one that outgrows it goes on alone.
  std::int64_t room = context - size_of(job.window);
  if (wanted > 1) {
    room = std::min(room, new_token_limit(settings, size_of(job.window), context));
  }
  const Result<std::int32_t> reused =
      cache_.begin(job.window, wanted, static_cast<std::int32_t>(room));
  if (!reused) {
    return reused.error();
  }
  job.report.prompt_tokens = size_of(job.window);
  job.report.reused_tokens = *reused;
  job.report.context_length = context;
  for (std::int32_t i = 0; i < wanted; ++i) {
    job.replies.emplace_back(job.request.first_sequence + i, job.request.seed, job.window,
                             job.prompt.decoder, ReplyRules{context, job.request.context_policy});
  }
  logits_.resize(vocab_size_ * static_cast<std::size_t>(wanted));
  job.observer.on_prompt(job.report);
  return {};
}

Status Generator::prefill(Job& job, std::span<const std::int32_t> ids, std::int32_t from) {
  const auto progress = [&](std::int32_t done) { job.observer.on_prefill(done, size_of(ids)); };
  return engine::prefill(forward_, cache_, ids, from, progress, job.stop,
                         std::span(logits_).first(vocab_size_));
}

Status Generator::accept(Job& job, Reply& reply, std::span<const float> logits,
                         std::int32_t visible) {
  const Result<Reply::Accepted> accepted =
      reply.accept(logits, job.settings(), visible, candidates_);
  if (!accepted) {
    return accepted.error();
  }
  if (accepted->token) {
    job.observer.on_token({reply.number(), reply.last_id(), accepted->text, reply.finish_reason()});
  }
  return {};
}

// Writes `replies`, which are the cache's sequences 0, 1, .., until each has ended or waits for
// room. Those that are through leave the batch; the others' numbers do not change by that.
Status Generator::decode(Job& job, std::span<Reply> replies) {
  std::vector<kernels::Row> rows;
  std::vector<std::int32_t> logit_rows;
  for (;;) {
    rows.clear();
    logit_rows.clear();
    for (std::size_t i = 0; i < replies.size(); ++i) {
      const auto sequence = static_cast<std::int32_t>(i);
      if (replies[i].ended() || replies[i].waits_for_room()) {
        continue;
      }
      if (cache_.room(sequence) == 0) {
        replies[i].wait_for_room();
        continue;
      }
      logit_rows.push_back(static_cast<std::int32_t>(rows.size()));
      rows.push_back({replies[i].last_id(), cache_.length(sequence), sequence});
    }
    if (rows.empty() || job.stop.stop_requested()) {
      return {};
    }
    const auto logits = std::span(logits_).first(rows.size() * vocab_size_);
    if (Status ran = forward_.run(rows, logit_rows, cache_, job.stop, logits); !ran) {
      return ran.error().kind == ErrorKind::cancelled ? Status() : ran;
    }
    for (std::size_t row = 0; row < rows.size(); ++row) {
      Reply& reply = replies[static_cast<std::size_t>(rows[row].sequence)];
      if (Status taken = accept(job, reply, logits.subspan(row * vocab_size_, vocab_size_),
                                rows[row].position + 1);
          !taken) {
        return taken;
      }
    }
  }
}

// A reply that found its context full goes on, by itself, behind what is left of the text.
Status Generator::go_on_alone(Job& job, Reply& reply) {
  const std::int32_t context = cache_.context_length();
  bool slid = false;
  while (reply.waits_for_room() && !job.stop.stop_requested()) {
    std::vector<std::int32_t> ids = job.window;
    ids.insert(ids.end(), reply.ids().begin(), reply.ids().end());
    if (slid || size_of(ids) >= context) {
      auto fitted = fit_in_context(job.prompt, reply.ids(), context);
      if (!fitted) {
        reply.end(FinishReason::length);
        return {};
      }
      ids = *std::move(fitted);
      slid = true;
      job.observer.on_context_slid(context - size_of(ids));
    }
    const Result<std::int32_t> reused = cache_.begin(ids, 1, context - size_of(ids));
    if (!reused) {
      return reused.error();
    }
    if (Status filled = prefill(job, ids, *reused); !filled) {
      return filled.error().kind == ErrorKind::cancelled ? Status() : filled;
    }
    reply.got_room();
    const auto logits = std::span<const float>(logits_).first(vocab_size_);
    if (Status taken = accept(job, reply, logits, size_of(ids)); !taken) {
      return taken;
    }
    if (Status done = decode(job, std::span(&reply, 1)); !done) {
      return done;
    }
  }
  return {};
}

}  // namespace cria::engine
