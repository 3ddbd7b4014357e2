// The GUI's handle on the database thread. Answers come back on the GUI thread.
#pragma once

#include <QObject>
#include <QPointer>
#include <functional>
#include <optional>

#include "app/mailbox.h"
#include "app/store/store_worker.h"
#include "app/worker_thread.h"

namespace cria::app {

/// GUI thread. Nothing here waits for the disk, but shutdown(). A callback is not called when its
/// `context` is gone.
class ConversationStore : public QObject {
  Q_OBJECT

 public:
  explicit ConversationStore(const StoreOptions& options, QObject* parent = nullptr);
  ~ConversationStore() override;

  void open();
  void save(const StoreWrite& write, QObject* context,
            std::function<void(const SaveOutcome&)> done);
  /// When that fails, `otherwise` is kept.
  void saveOr(const StoreWrite& write, const StoreWrite& otherwise, QObject* context,
              std::function<void(const SaveOutcome&)> done);
  void keep(const StoreWrite& write);
  /// How it stands with everything asked for so far; see StoreWorker.
  void settle(QObject* context, std::function<void(const Unsaved&)> done);
  void writeText(const QString& path, QObject* context, std::function<void(const QString&)> done);
  void setDeleted(const QString& id, qint64 when, QObject* context,
                  std::function<void(const SaveOutcome&)> done);
  void rename(const QString& id, const QString& title, QObject* context,
              std::function<void(const SaveOutcome&)> done);
  void loadSummaries(QObject* context, std::function<void(const QList<ConversationSummary>&)> done);
  void loadConversation(const QString& id, QObject* context,
                        std::function<void(const std::optional<LoadedConversation>&)> done);

  /// Everything asked for so far is done, then the thread ends.
  void shutdown();

 signals:
  /// Again when a store that could only be read can be written to.
  void opened(const cria::app::StoreState& state);
  void problemChanged(const QString& problem);

 private:
  template <typename Answer>
  void ask(std::function<Answer(StoreWorker&)> question, QObject* context,
           std::function<void(const Answer&)> done);
  void tell(std::function<void(StoreWorker&)> order);

  Mailbox toGui_;
  WorkerThread databaseThread_;
  StoreWorker* worker_;  ///< lives in that thread, and is destroyed there by shutdown()
};

}  // namespace cria::app
