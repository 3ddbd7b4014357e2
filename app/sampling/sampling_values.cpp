#include "app/sampling/sampling_values.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <algorithm>
#include <cmath>

namespace cria::app {

namespace {

constexpr int kLengthWithoutDefault = 256;

struct RealField {
  const char* name;
  double SamplingValues::*member;
  double low;
  double high;
  double off;
  const char* label;
};
constexpr RealField kReals[] = {
    {"temperature", &SamplingValues::temperature, 0, 100, -1,
     QT_TRANSLATE_NOOP("cria::Sampling", "temperature %1")},
    {"top_p", &SamplingValues::topP, 0, 1, 1, QT_TRANSLATE_NOOP("cria::Sampling", "top-p %1")},
    {"min_p", &SamplingValues::minP, 0, 1, 0, QT_TRANSLATE_NOOP("cria::Sampling", "min-p %1")},
    {"typical_p", &SamplingValues::typicalP, 0.01, 1, 1,
     QT_TRANSLATE_NOOP("cria::Sampling", "typical-p %1")},
    {"repetition_penalty", &SamplingValues::repetitionPenalty, 0.01, 100, 1,
     QT_TRANSLATE_NOOP("cria::Sampling", "repetition penalty %1")},
};

struct IntField {
  const char* name;
  int SamplingValues::*member;
  int low;
  int off;
  const char* label;
};
constexpr IntField kInts[] = {
    {"top_k", &SamplingValues::topK, 0, 0, QT_TRANSLATE_NOOP("cria::Sampling", "top-k %1")},
    {"no_repeat_ngram_size", &SamplingValues::noRepeatNgram, 0, 0,
     QT_TRANSLATE_NOOP("cria::Sampling", "no repeated %1-grams")},
    {"max_new_tokens", &SamplingValues::maxNewTokens, 1, -1,
     QT_TRANSLATE_NOOP("cria::Sampling", "at most %1 tokens")},
};

constexpr const char* kStopStrings = "stop_strings";
constexpr double kLargestInt = 1 << 30;

/// Floats of the engine shown as a person wrote them: 0.7, not 0.699999988.
double tidy(float value) { return std::round(static_cast<double>(value) * 1e6) / 1e6; }

}  // namespace

SamplingValues samplingDefaults(const engine::GenerationSettings& settings, int contextLength) {
  SamplingValues values;
  values.temperature = tidy(settings.temperature);
  values.topK = settings.top_k;
  values.topP = tidy(settings.top_p);
  values.minP = tidy(settings.min_p);
  values.typicalP = tidy(settings.typical_p);
  values.repetitionPenalty = tidy(settings.repetition_penalty);
  values.noRepeatNgram = settings.no_repeat_ngram_size;
  values.maxNewTokens =
      settings.max_new_tokens.value_or(settings.max_length.value_or(kLengthWithoutDefault));
  if (contextLength > 0) values.maxNewTokens = std::min(values.maxNewTokens, contextLength);
  values.maxNewTokens = std::max(values.maxNewTokens, 1);
  for (const std::string& text : settings.stop_strings) {
    values.stopStrings.append(QString::fromStdString(text));
  }
  return values;
}

SamplingValues inRange(const SamplingValues& values, int limit) {
  SamplingValues next = values;
  for (const RealField& field : kReals) {
    double& value = next.*field.member;
    // A number field that was emptied hands over NaN.
    value = std::isnan(value) ? field.low : std::clamp(value, field.low, field.high);
  }
  for (const IntField& field : kInts) {
    next.*field.member = std::max(next.*field.member, field.low);
  }
  next.maxNewTokens = std::min(next.maxNewTokens, limit);
  next.stopStrings.removeAll(QString());
  next.stopStrings.removeDuplicates();
  return next;
}

engine::GenerationSettings toEngine(const SamplingValues& values, engine::GenerationSettings base) {
  base.do_sample = values.temperature > 0;
  base.temperature = base.do_sample ? static_cast<float>(values.temperature) : 1.0F;
  base.top_k = values.topK;
  base.top_p = static_cast<float>(values.topP);
  base.min_p = static_cast<float>(values.minP);
  base.typical_p = static_cast<float>(values.typicalP);
  base.repetition_penalty = static_cast<float>(values.repetitionPenalty);
  base.no_repeat_ngram_size = values.noRepeatNgram;
  base.max_new_tokens = values.maxNewTokens;
  base.max_length.reset();
  base.stop_strings.clear();
  for (const QString& text : values.stopStrings) base.stop_strings.push_back(text.toStdString());
  return base;
}

QJsonObject toJson(const SamplingValues& values) {
  QJsonObject json;
  for (const RealField& field : kReals)
    json.insert(QLatin1String(field.name), values.*field.member);
  for (const IntField& field : kInts) json.insert(QLatin1String(field.name), values.*field.member);
  json.insert(QLatin1String(kStopStrings), QJsonArray::fromStringList(values.stopStrings));
  return json;
}

QJsonObject withMoved(QJsonObject changes, const SamplingValues& before,
                      const SamplingValues& after, const SamplingValues& defaults) {
  const QJsonObject from = toJson(before);
  const QJsonObject to = toJson(after);
  const QJsonObject base = toJson(defaults);
  for (auto it = to.begin(); it != to.end(); ++it) {
    if (it.value() == from.value(it.key())) continue;
    if (it.value() == base.value(it.key())) {
      changes.remove(it.key());
    } else {
      changes.insert(it.key(), it.value());
    }
  }
  return changes;
}

SamplingValues withChanges(const QJsonObject& json, SamplingValues defaults) {
  for (const RealField& field : kReals) {
    const QJsonValue value = json.value(QLatin1String(field.name));
    if (value.isDouble() && value.toDouble() >= field.low && value.toDouble() <= field.high) {
      defaults.*field.member = value.toDouble();
    }
  }
  for (const IntField& field : kInts) {
    const QJsonValue value = json.value(QLatin1String(field.name));
    if (value.isDouble() && value.toDouble() >= field.low && value.toDouble() <= kLargestInt) {
      defaults.*field.member = static_cast<int>(value.toDouble());
    }
  }
  const QJsonValue stops = json.value(QLatin1String(kStopStrings));
  if (stops.isArray()) {
    defaults.stopStrings.clear();
    for (const auto& stop : stops.toArray()) {
      if (!stop.toString().isEmpty()) defaults.stopStrings.append(stop.toString());
    }
  }
  return defaults;
}

QString summaryOf(const QJsonObject& json) {
  QStringList parts;
  for (const RealField& field : kReals) {
    const QJsonValue value = json.value(QLatin1String(field.name));
    if (!value.isDouble() || value.toDouble() == field.off) continue;
    if (field.member == &SamplingValues::temperature && value.toDouble() == 0) {
      parts.append(QCoreApplication::translate("cria::Sampling", "greedy"));
      continue;
    }
    parts.append(QCoreApplication::translate("cria::Sampling", field.label)
                     .arg(value.toDouble(), 0, 'g', 4));
  }
  for (const IntField& field : kInts) {
    const QJsonValue value = json.value(QLatin1String(field.name));
    if (!value.isDouble() || value.toInt() == field.off) continue;
    parts.append(QCoreApplication::translate("cria::Sampling", field.label).arg(value.toInt()));
  }
  return parts.join(QStringLiteral(", "));
}

}  // namespace cria::app
