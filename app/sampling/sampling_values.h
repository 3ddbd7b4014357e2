// The sampling settings as the window shows them, and their way to the engine and to JSON.
#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>
#include <optional>

#include "engine/sampling/settings.h"

namespace cria::app {

/// Every setting has a value.
struct SamplingValues {
  double temperature = 1.0;  ///< 0: greedy
  int topK = 50;             ///< 0: off
  double topP = 1.0;         ///< 1: off
  double minP = 0.0;         ///< 0: off
  double typicalP = 1.0;     ///< 1: off
  double repetitionPenalty = 1.0;
  int noRepeatNgram = 0;
  int maxNewTokens = 256;
  QStringList stopStrings;

  bool operator==(const SamplingValues&) const = default;
};

/// What a checkpoint asks for. `contextLength` caps the length. A checkpoint that names no length
/// gets 256 new tokens: transformers' own 20 are too few to read. The window always draws (one
/// that does not would give the same reply again at every Regenerate): greedy is temperature 0.
SamplingValues samplingDefaults(const engine::GenerationSettings& settings, int contextLength);

/// Every value moved to the nearest that is allowed; stop strings neither empty nor twice. `limit`:
/// the most new tokens.
SamplingValues inRange(const SamplingValues& values, int limit);

/// `base` carries what the window has no control for (eos ids, cutoffs, minimum lengths).
engine::GenerationSettings toEngine(const SamplingValues& values, engine::GenerationSettings base);

QJsonObject toJson(const SamplingValues& values);

/// `changes` and what was moved from `before` to `after`; what is back at its default is none.
QJsonObject withMoved(QJsonObject changes, const SamplingValues& before,
                      const SamplingValues& after, const SamplingValues& defaults);

/// What `json` names, over `defaults`; what is out of range or of another type is left out.
SamplingValues withChanges(const QJsonObject& json, SamplingValues defaults);

/// For a tooltip: "temperature 0.7, top-k 10"; settings that are off are left out.
QString summaryOf(const QJsonObject& json);

}  // namespace cria::app
