// Times how a model answers, for `cria bench`.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>

#include "engine/engine.h"

namespace cria::app {

struct BenchSizes {
  std::int32_t prompt = 128;
  std::int32_t generate = 64;
  std::int32_t depth = 0;  ///< tokens in the cache before the prompt
  std::int32_t variants = 1;
};

struct Measurement {
  double prefill_tok_s = 0;
  double decode_tok_s = 0;
  double first_token_ms = 0;
};

/// Runs of one size in one session, so that only the first waits for the system's memory. Each has
/// ids of its own: nothing of its prompt is in the cache yet.
class BenchRuns {
 public:
  /// Borrows the model. Errors: usage - the context is too short; those of new_session().
  static Result<BenchRuns> begin(engine::Model& model, const BenchSizes& sizes);

  /// Errors: cancelled, usage - the reply was too short; those of generate().
  Result<Measurement> next(const std::stop_token& stop);

 private:
  BenchRuns(engine::Model& model, const BenchSizes& sizes,
            std::unique_ptr<engine::Session> session);

  engine::Model* model_;
  BenchSizes sizes_;
  std::unique_ptr<engine::Session> session_;
  std::int32_t run_ = 0;
};

}  // namespace cria::app
