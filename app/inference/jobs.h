// What the GUI hands to the engine thread and what comes back: plain values.
#pragma once

#include <QString>
#include <QtGlobal>
#include <memory>
#include <optional>
#include <stop_token>

#include "app/inference/live_settings.h"
#include "app/inference/token_stream.h"
#include "engine/engine.h"

namespace cria::app {

/// Open a checkpoint in place of the present one.
struct OpenJob {
  quint64 id = 0;
  QString path;
  engine::LoadOptions options;
  std::stop_token stop;
};

struct OpenOutcome {
  quint64 id = 0;
  std::optional<engine::ModelInfo> info;  ///< none: see error
  std::optional<Error> error;
  bool previousKept = true;  ///< on error: the checkpoint of before still answers
  QString sparePath;         ///< another one that stays in memory and opens at once; "": none
  /// Nobody asked for it: the GPU failed so in mid-reply, and this is the checkpoint on the CPU, or
  /// why it does not open there.
  std::optional<Error> lostGpu;
};

/// Write a reply. The stop belongs to this job: pressed before the worker has begun, it still acts.
struct ReplyJob {
  quint64 id = 0;
  engine::GenerationRequest request;
  std::shared_ptr<LiveSettings> settings;
  std::shared_ptr<TokenStream> stream;
  std::stop_token stop;
};

struct ReplyOutcome {
  quint64 id = 0;
  std::optional<engine::GenerationResult> result;  ///< none: see error
  std::optional<Error> error;
};

}  // namespace cria::app
