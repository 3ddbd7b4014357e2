// Lives in the database thread: saves, and keeps what could not be saved until it can.
#pragma once

#include <QList>
#include <QObject>
#include <QTimer>
#include <optional>

#include "app/store/database.h"
#include "app/store/records.h"

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

/// All calls on the database thread.
class StoreWorker : public QObject {
  Q_OBJECT

 public:
  explicit StoreWorker(StoreOptions options);

  void open();
  /// Tries once.
  SaveOutcome save(const StoreWrite& write);
  /// Tries until it is done: a reply's tail, a draft. Later rows replace earlier ones.
  void keep(const StoreWrite& write);
  SaveOutcome setDeleted(const QString& id, qint64 when);
  SaveOutcome rename(const QString& id, const QString& title);
  QList<ConversationSummary> summaries();
  std::optional<LoadedConversation> conversation(const QString& id);
  /// The last try of what is kept; closes.
  void finish();

 signals:
  void opened(const cria::app::StoreState& state);
  /// "" when the trouble is over.
  void problemChanged(const QString& problem);

 private:
  SaveOutcome change(const std::function<QSqlError(const QSqlDatabase&)>& statements);
  void setProblem(const QString& problem);
  void retry();

  Database database_;
  QTimer* timer_;
  QString openProblem_;
  QString problem_;
  // What waits for a disk that can be written to, each id once, parents first.
  QList<ConversationRecord> keptConversations_;
  QList<MessageRecord> keptMessages_;
};

}  // namespace cria::app
