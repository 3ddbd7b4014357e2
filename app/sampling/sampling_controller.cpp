#include "app/sampling/sampling_controller.h"

#include <QRandomGenerator>
#include <algorithm>

namespace cria::app {

namespace {

constexpr auto kLastUsed = "sampling/lastUsed";

}  // namespace

SamplingController::SamplingController(Preferences* preferences, QObject* parent)
    : QObject(parent), preferences_(preferences), seed_(QRandomGenerator::global()->generate()) {
  restoreLastUsed();
}

bool SamplingController::modified() const {
  return !changes_.isEmpty() || seedFixed_ || variants_ != variantsDefault();
}

void SamplingController::edit(const SamplingValues& values) {
  const SamplingValues next = inRange(values, limit_);
  if (next == values_) return;
  changes_ = withMoved(changes_, values_, next, defaults_);
  values_ = next;
  publishEdit();
}

void SamplingController::publishEdit() {
  preferences_->set(kLastUsed, state());
  emit valuesChanged();
  emit edited();
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
  values_ = inRange(withChanges(changes_, defaults_), limit_);
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
  values_ = inRange(withChanges(changes_, defaults_), limit_);
  seedFixed_ = state.value(QLatin1String("seed_fixed")).toBool();
  variants_ = std::clamp(state.value(QLatin1String("variants")).toInt(1), 1, kMaxVariants);
  bool ok = false;
  const quint64 number = state.value(QLatin1String("seed")).toString().toULongLong(&ok);
  if (ok) seed_ = number;
  emit valuesChanged();
}

void SamplingController::restoreLastUsed() { restore(preferences_->value(kLastUsed).toObject()); }

}  // namespace cria::app
