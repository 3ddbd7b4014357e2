#include "app/sampling/sampling_controller.h"

#include <QRandomGenerator>
#include <algorithm>
#include <cmath>

namespace cria::app {

namespace {

constexpr auto kLastUsed = "sampling/lastUsed";

/// A number field that was emptied hands over NaN.
double clampReal(double value, double low, double high) {
  return std::isnan(value) ? low : std::clamp(value, low, high);
}

}  // namespace

SamplingController::SamplingController(Preferences* preferences, QObject* parent)
    : QObject(parent), preferences_(preferences), seed_(QRandomGenerator::global()->generate()) {
  restoreLastUsed();
}

bool SamplingController::modified() const {
  return !changes_.isEmpty() || seedFixed_ || variants_ != variantsDefault();
}

void SamplingController::edit(const SamplingValues& values) {
  if (values == values_) return;
  values_ = values;
  changes_ = changesToJson(values_, defaults_);
  publishEdit();
}

void SamplingController::publishEdit() {
  preferences_->set(kLastUsed, state());
  emit valuesChanged();
  emit edited();
}

void SamplingController::setTemperature(double value) {
  SamplingValues next = values_;
  next.temperature = clampReal(value, 0, 100);
  edit(next);
}

void SamplingController::setTopK(int value) {
  SamplingValues next = values_;
  next.topK = std::max(value, 0);
  edit(next);
}

void SamplingController::setTopP(double value) {
  SamplingValues next = values_;
  next.topP = clampReal(value, 0, 1);
  edit(next);
}

void SamplingController::setMinP(double value) {
  SamplingValues next = values_;
  next.minP = clampReal(value, 0, 1);
  edit(next);
}

void SamplingController::setTypicalP(double value) {
  SamplingValues next = values_;
  next.typicalP = clampReal(value, 0.01, 1);
  edit(next);
}

void SamplingController::setRepetitionPenalty(double value) {
  SamplingValues next = values_;
  next.repetitionPenalty = clampReal(value, 0.01, 100);
  edit(next);
}

void SamplingController::setNoRepeatNgram(int value) {
  SamplingValues next = values_;
  next.noRepeatNgram = std::max(value, 0);
  edit(next);
}

void SamplingController::setMaxNewTokens(int value) {
  SamplingValues next = values_;
  next.maxNewTokens = std::clamp(value, 1, limit_);
  edit(next);
}

void SamplingController::setStopStrings(const QStringList& value) {
  SamplingValues next = values_;
  next.stopStrings.clear();
  for (const QString& text : value) {
    if (!text.isEmpty() && !next.stopStrings.contains(text)) next.stopStrings.append(text);
  }
  edit(next);
}

void SamplingController::setSeedFixed(bool value) {
  if (value == seedFixed_) return;
  seedFixed_ = value;
  publishEdit();
}

void SamplingController::setSeed(const QString& value) {
  bool ok = false;
  const quint64 number = value.trimmed().toULongLong(&ok);
  if (!ok || number == seed_) return;
  seed_ = number;
  publishEdit();
}

void SamplingController::setVariants(int value) {
  const int next = std::clamp(value, 1, kMaxVariants);
  if (next == variants_) return;
  variants_ = next;
  publishEdit();
}

void SamplingController::reset() {
  if (!modified()) return;
  seedFixed_ = false;
  variants_ = variantsDefault();
  values_ = defaults_;
  changes_ = {};
  publishEdit();
}

void SamplingController::addStopString(const QString& text) {
  setStopStrings(values_.stopStrings + QStringList{text});
}

void SamplingController::removeStopString(int index) {
  if (index < 0 || index >= values_.stopStrings.size()) return;
  QStringList next = values_.stopStrings;
  next.removeAt(index);
  setStopStrings(next);
}

void SamplingController::newSeed() {
  seed_ = QRandomGenerator::global()->generate();  // 32 bits: people read it out and type it
  publishEdit();
}

void SamplingController::setDefaults(const engine::GenerationSettings& settings,
                                     int contextLength) {
  base_ = settings;
  limit_ = std::max(contextLength, 1);
  defaults_ = samplingDefaults(settings, contextLength);
  values_ = withChanges(changes_, defaults_);
  values_.maxNewTokens = std::min(values_.maxNewTokens, limit_);
  emit defaultsChanged();
  emit valuesChanged();
}

engine::GenerationSettings SamplingController::engineSettings() const {
  return toEngine(values_, base_);
}

QJsonObject SamplingController::valuesJson() const { return toJson(values_); }

quint64 SamplingController::takeSeed() {
  if (!seedFixed_) {
    seed_ = QRandomGenerator::global()->generate();
    emit valuesChanged();
  }
  return seed_;
}

QJsonObject SamplingController::state() const {
  return {{QStringLiteral("changes"), changes_},
          {QStringLiteral("seed_fixed"), seedFixed_},
          {QStringLiteral("seed"), seed()},
          {QStringLiteral("variants"), variants_}};
}

void SamplingController::restore(const QJsonObject& state) {
  changes_ = state.value(QLatin1String("changes")).toObject();
  values_ = withChanges(changes_, defaults_);
  values_.maxNewTokens = std::min(values_.maxNewTokens, limit_);
  seedFixed_ = state.value(QLatin1String("seed_fixed")).toBool();
  variants_ = std::clamp(state.value(QLatin1String("variants")).toInt(1), 1, kMaxVariants);
  bool ok = false;
  const quint64 number = state.value(QLatin1String("seed")).toString().toULongLong(&ok);
  if (ok) seed_ = number;
  emit valuesChanged();
}

void SamplingController::restoreLastUsed() { restore(preferences_->value(kLastUsed).toObject()); }

}  // namespace cria::app
