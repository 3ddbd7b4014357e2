// The sampling panel: every setting, its default, and what the engine reads before each token.
#pragma once

#include <QJsonObject>
#include <QObject>
#include <QStringList>
#include <QtQmlIntegration>

#include "app/preferences/preferences.h"
#include "app/sampling/sampling_values.h"

namespace cria::app {

/// GUI thread. A setting that the user has not moved follows the checkpoint's default; one that he
/// has moved stays when the checkpoint changes.
class SamplingController : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by Application")
  Q_PROPERTY(double temperature READ temperature WRITE setTemperature NOTIFY valuesChanged)
  Q_PROPERTY(double temperatureDefault READ temperatureDefault NOTIFY defaultsChanged)
  Q_PROPERTY(int topK READ topK WRITE setTopK NOTIFY valuesChanged)
  Q_PROPERTY(int topKDefault READ topKDefault NOTIFY defaultsChanged)
  Q_PROPERTY(double topP READ topP WRITE setTopP NOTIFY valuesChanged)
  Q_PROPERTY(double topPDefault READ topPDefault NOTIFY defaultsChanged)
  Q_PROPERTY(double minP READ minP WRITE setMinP NOTIFY valuesChanged)
  Q_PROPERTY(double minPDefault READ minPDefault NOTIFY defaultsChanged)
  Q_PROPERTY(double typicalP READ typicalP WRITE setTypicalP NOTIFY valuesChanged)
  Q_PROPERTY(double typicalPDefault READ typicalPDefault NOTIFY defaultsChanged)
  Q_PROPERTY(double repetitionPenalty READ repetitionPenalty WRITE setRepetitionPenalty NOTIFY
                 valuesChanged)
  Q_PROPERTY(double repetitionPenaltyDefault READ repetitionPenaltyDefault NOTIFY defaultsChanged)
  Q_PROPERTY(int noRepeatNgram READ noRepeatNgram WRITE setNoRepeatNgram NOTIFY valuesChanged)
  Q_PROPERTY(int noRepeatNgramDefault READ noRepeatNgramDefault NOTIFY defaultsChanged)
  Q_PROPERTY(int maxNewTokens READ maxNewTokens WRITE setMaxNewTokens NOTIFY valuesChanged)
  Q_PROPERTY(int maxNewTokensDefault READ maxNewTokensDefault NOTIFY defaultsChanged)
  Q_PROPERTY(int maxNewTokensLimit READ maxNewTokensLimit NOTIFY defaultsChanged)
  Q_PROPERTY(QStringList stopStrings READ stopStrings WRITE setStopStrings NOTIFY valuesChanged)
  Q_PROPERTY(QStringList stopStringsDefault READ stopStringsDefault NOTIFY defaultsChanged)
  Q_PROPERTY(bool seedFixed READ seedFixed WRITE setSeedFixed NOTIFY valuesChanged)
  Q_PROPERTY(bool seedFixedDefault READ seedFixedDefault CONSTANT)
  Q_PROPERTY(QString seed READ seed WRITE setSeed NOTIFY valuesChanged)
  Q_PROPERTY(int variants READ variants WRITE setVariants NOTIFY valuesChanged)
  Q_PROPERTY(int variantsDefault READ variantsDefault CONSTANT)
  Q_PROPERTY(int variantsLimit READ variantsLimit CONSTANT)
  Q_PROPERTY(bool modified READ modified NOTIFY valuesChanged)

 public:
  static constexpr int kMaxVariants = 8;

  /// `preferences` keep what was used last, for new conversations; they outlive the controller.
  explicit SamplingController(Preferences* preferences, QObject* parent = nullptr);

  double temperature() const { return values_.temperature; }
  double temperatureDefault() const { return defaults_.temperature; }
  int topK() const { return values_.topK; }
  int topKDefault() const { return defaults_.topK; }
  double topP() const { return values_.topP; }
  double topPDefault() const { return defaults_.topP; }
  double minP() const { return values_.minP; }
  double minPDefault() const { return defaults_.minP; }
  double typicalP() const { return values_.typicalP; }
  double typicalPDefault() const { return defaults_.typicalP; }
  double repetitionPenalty() const { return values_.repetitionPenalty; }
  double repetitionPenaltyDefault() const { return defaults_.repetitionPenalty; }
  int noRepeatNgram() const { return values_.noRepeatNgram; }
  int noRepeatNgramDefault() const { return defaults_.noRepeatNgram; }
  int maxNewTokens() const { return values_.maxNewTokens; }
  int maxNewTokensDefault() const { return defaults_.maxNewTokens; }
  int maxNewTokensLimit() const { return limit_; }
  QStringList stopStrings() const { return values_.stopStrings; }
  QStringList stopStringsDefault() const { return defaults_.stopStrings; }
  bool seedFixed() const { return seedFixed_; }
  bool seedFixedDefault() const { return false; }
  QString seed() const { return QString::number(seed_); }
  int variants() const { return variants_; }
  int variantsDefault() const { return 1; }
  int variantsLimit() const { return kMaxVariants; }
  bool modified() const;

  // Values out of range are moved to the nearest that is allowed.
  void setTemperature(double value) { set(&SamplingValues::temperature, value); }
  void setTopK(int value) { set(&SamplingValues::topK, value); }
  void setTopP(double value) { set(&SamplingValues::topP, value); }
  void setMinP(double value) { set(&SamplingValues::minP, value); }
  void setTypicalP(double value) { set(&SamplingValues::typicalP, value); }
  void setRepetitionPenalty(double value) { set(&SamplingValues::repetitionPenalty, value); }
  void setNoRepeatNgram(int value) { set(&SamplingValues::noRepeatNgram, value); }
  void setMaxNewTokens(int value) { set(&SamplingValues::maxNewTokens, value); }
  void setStopStrings(const QStringList& value) { set(&SamplingValues::stopStrings, value); }
  void setSeedFixed(bool value);
  void setSeed(const QString& value);  ///< not a number of 64 bits: ignored
  void setVariants(int value);

  Q_INVOKABLE void reset();
  Q_INVOKABLE void addStopString(const QString& text);
  Q_INVOKABLE void removeStopString(int index);
  Q_INVOKABLE void newSeed();

  /// The checkpoint's defaults; settings that the user has moved stay.
  void setDefaults(const engine::GenerationSettings& settings, int contextLength);
  /// The settings for the engine, as they stand.
  engine::GenerationSettings engineSettings() const;
  /// For a reply's record.
  QJsonObject valuesJson() const;
  /// The seed of the next reply: the fixed one, or a new one, which is then shown.
  quint64 takeSeed();

  /// What a conversation keeps: its changes, seed and variants.
  QJsonObject state() const;
  void restore(const QJsonObject& state);
  /// A new conversation begins with what was used last.
  void restoreLastUsed();

 signals:
  void valuesChanged();
  void defaultsChanged();
  /// After a change made by the user, not by restore() or setDefaults().
  void edited();

 private:
  template <typename Value>
  void set(Value SamplingValues::*member, const Value& value) {
    SamplingValues next = values_;
    next.*member = value;
    edit(next);
  }
  void edit(const SamplingValues& values);
  void publishEdit();

  Preferences* preferences_;
  engine::GenerationSettings base_;
  SamplingValues defaults_;
  SamplingValues values_;
  QJsonObject changes_;  ///< what the user has moved
  int limit_ = 2048;
  bool seedFixed_ = false;
  quint64 seed_ = 0;
  int variants_ = 1;
};

}  // namespace cria::app
