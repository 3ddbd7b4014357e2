#include "app/preferences/preferences.h"

#include <QDir>
#include <utility>

#include "app/preferences/preferences_file.h"

namespace cria::app {

namespace {

constexpr int kSettleMs = 250;  ///< a slider on its way makes a few writes, not a hundred
constexpr int kRetryMs = 5000;

void insertAll(QJsonObject& into, const QJsonObject& values) {
  for (auto value = values.begin(); value != values.end(); ++value) {
    into.insert(value.key(), value.value());
  }
}

}  // namespace

Preferences::Preferences(const QString& folder, FileWriter write, QObject* parent)
    : QObject(parent),
      path_(QDir(folder).filePath(QStringLiteral("preferences.json"))),
      write_(std::move(write)),
      thread_(QStringLiteral("preferences")) {
  StoredPreferences stored = readPreferences(path_);
  values_ = std::move(stored.values);
  problem_ = std::move(stored.notice);
  settle_.setSingleShot(true);
  connect(&settle_, &QTimer::timeout, this, &Preferences::handOver);
}

Preferences::~Preferences() { shutdown(); }

void Preferences::set(const char* key, const QJsonValue& value) {
  const QLatin1String name(key);
  if (values_.contains(name) && values_.value(name) == value) return;
  values_.insert(name, value);
  changes_.insert(name, value);
  if (!settle_.isActive() || settle_.interval() != kSettleMs) settle_.start(kSettleMs);
}

void Preferences::handOver() {
  settle_.stop();
  if (changes_.isEmpty()) return;
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    wake = !next_;
    if (!next_) next_.emplace();
    next_->values = values_;
    insertAll(next_->changes, std::exchange(changes_, {}));
  }
  if (wake) thread_.post([this] { writeNext(); });
}

void Preferences::writeNext() {
  Write write;
  {
    const std::lock_guard lock(mutex_);
    write = *std::exchange(next_, std::nullopt);
  }
  const QString problem = changePreferences(path_, write.values, write.changes, write_);
  toGui_.post([this, problem, changes = write.changes] { onWritten(problem, changes); });
}

void Preferences::onWritten(const QString& problem, const QJsonObject& changes) {
  if (problem.isEmpty()) {
    if (std::exchange(failing_, false)) setProblem({});
    return;
  }
  // What was changed since then stays as it is.
  const QJsonObject later = std::exchange(changes_, changes);
  insertAll(changes_, later);
  if (!settle_.isActive()) settle_.start(kRetryMs);
  // Said once, however often it is tried.
  if (!std::exchange(failing_, true)) {
    setProblem(tr("What you choose cannot be kept for now. %1").arg(problem));
  }
}

void Preferences::setProblem(const QString& problem) {
  if (problem == problem_) return;
  problem_ = problem;
  emit problemChanged();
}

void Preferences::shutdown() {
  handOver();
  thread_.finish();
}

}  // namespace cria::app
