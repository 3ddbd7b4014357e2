// Lives in the database thread: saves, and keeps what could not be saved until it can; at the end
// in another place, from which the next start takes it.
#pragma once

#include <QList>
#include <QObject>
#include <QTimer>
#include <optional>

#include "app/store/database.h"
#include "app/store/unsaved_rows.h"

namespace cria::app {

/// Rows that belong together: saved all or none.
struct StoreWrite {
  std::optional<ConversationRecord> conversation;
  QList<MessageRecord> messages;
};

struct SaveOutcome {
  bool saved = false;
  QString problem;  ///< for the user
};

/// What the database could not take although it was tried again.
struct Unsaved {
  bool any = false;
  QString problem;  ///< for the user
  QString copy;     ///< the file from which the next start takes it; "": no place takes one
};

/// All calls on the database thread.
class StoreWorker : public QObject {
  Q_OBJECT

 public:
  explicit StoreWorker(const StoreOptions& options);

  void open();
  /// Tries once.
  SaveOutcome save(const StoreWrite& write);
  /// Tries once; when that fails, `otherwise` is kept in its place.
  SaveOutcome saveOr(const StoreWrite& write, const StoreWrite& otherwise);
  /// Tries until it is done: a reply's tail, a draft. Later rows replace earlier ones.
  void keep(const StoreWrite& write);
  SaveOutcome setDeleted(const QString& id, qint64 when);
  SaveOutcome rename(const QString& id, const QString& title);
  QList<ConversationSummary> summaries();
  /// With what is kept of it.
  std::optional<LoadedConversation> conversation(const QString& id);
  /// Tries what is kept once more; what is then left is copied to another place.
  Unsaved settle();
  /// What is kept as a text that a person can read, into that file. Returns "" or what went wrong.
  QString writeText(const QString& path) const;
  /// settle(), then closes.
  void finish();

 signals:
  void opened(const cria::app::StoreState& state);
  /// "" when the trouble is over.
  void problemChanged(const QString& problem);

 private:
  SaveOutcome change(const std::function<QSqlError(const QSqlDatabase&)>& statements);
  void setProblem(const QString& problem);
  void begin(StoreState state);
  bool takeRescued(StoreState* state);
  void dropRescued(const QString& except);
  bool openAgain();
  void retry();
  std::optional<LoadedConversation> stored(const QString& id);
  void noteTyped(const ConversationRecord& record);
  void keepTyped();

  Database database_;
  QTimer* timer_;
  QString openProblem_;
  QString problem_;
  UnsavedRows kept_;         ///< waits for a disk that can be written to
  UnsavedRows typed_;        ///< drafts that wait for another window to close
  QStringList rescueFiles_;  ///< copies of kept_, or of what it was
  bool copied_ = false;      ///< the last of them has all of kept_
  const QStringList rescueFolders_;
};

}  // namespace cria::app
