// What a checkpoint's folder name says: model, step, tokens.
#pragma once

#include <QString>

namespace cria::app {

struct CheckpointName {
  QString name;        ///< "TinyLlama 1.1B"
  QString label;       ///< "step 715k · 1.5T tokens", "Chat v1.0"; "" when the name says it all
  QString shortLabel;  ///< "715k", "Chat v1.0", or the name
  QString signature;   ///< of its replies: shortLabel, with "demo" before that of a demo llama
  QString run;         ///< the same for checkpoints of one training run
  double step = 0;     ///< 0: not known
  double tokens = 0;   ///< 0: not known

  bool operator==(const CheckpointName&) const = default;
};

/// Reads only `path` itself, not the disk. Knows TinyLlama's names, trainers' folders
/// ("step-000500", "checkpoint-1000", named by the folder they lie in) and the Hugging Face cache's
/// layout.
CheckpointName checkpointName(const QString& path);

/// Checkpoints of one run together, in the order of their training.
bool trainedBefore(const CheckpointName& a, const CheckpointName& b);

}  // namespace cria::app
