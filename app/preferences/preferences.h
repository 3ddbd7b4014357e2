// What the user has chosen, from one run to the next: held in memory, written by a thread of its
// own.
#pragma once

#include <QJsonObject>
#include <QObject>
#include <QTimer>
#include <QtQmlIntegration>
#include <mutex>
#include <optional>

#include "app/mailbox.h"
#include "app/replace_file.h"
#include "app/worker_thread.h"

namespace cria::app {

/// GUI thread. Reads the file when it is made, before there is a window; from then on only
/// shutdown() waits for the disk. However often values change, at most one write is waiting.
class Preferences : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by Application")
  Q_PROPERTY(QString problem READ problem NOTIFY problemChanged)  ///< "": none

 public:
  /// Kept in `folder`/preferences.json. `write` is called on the preferences' thread.
  explicit Preferences(const QString& folder, FileWriter write = replaceFile,
                       QObject* parent = nullptr);
  ~Preferences() override;

  bool contains(const char* key) const { return values_.contains(QLatin1String(key)); }
  /// Undefined when it was never set; the caller has the default and the range.
  QJsonValue value(const char* key) const { return values_.value(QLatin1String(key)); }
  void set(const char* key, const QJsonValue& value);

  QString problem() const { return problem_; }
  Q_INVOKABLE void dismissProblem() { setProblem({}); }

  /// The last values are written, if that is possible; the thread ends.
  void shutdown();

 signals:
  void problemChanged();

 private:
  struct Write {
    QJsonObject values;
    QJsonObject changes;  ///< those of `values` that the file has not
  };

  void handOver();
  void writeNext();  ///< on the preferences' thread
  void onWritten(const QString& problem, const QJsonObject& changes);
  void setProblem(const QString& problem);

  const QString path_;
  const FileWriter write_;
  QJsonObject values_;
  QJsonObject changes_;  ///< not handed over yet
  QString problem_;
  bool failing_ = false;  ///< the last write did not succeed
  QTimer settle_;         ///< from the first change after a hand-over to the next
  std::mutex mutex_;
  std::optional<Write> next_;  ///< guarded by the mutex; a later one takes an earlier one in
  Mailbox toGui_;
  WorkerThread thread_;
};

}  // namespace cria::app
