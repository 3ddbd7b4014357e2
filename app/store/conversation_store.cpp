#include "app/store/conversation_store.h"

#include <utility>

namespace cria::app {

ConversationStore::ConversationStore(StoreOptions options, QObject* parent)
    : QObject(parent), worker_(new StoreWorker(std::move(options))) {
  thread_.setObjectName(QStringLiteral("database"));
  worker_->moveToThread(&thread_);
  connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);
  connect(worker_, &StoreWorker::opened, this, &ConversationStore::opened);
  connect(worker_, &StoreWorker::problemChanged, this, &ConversationStore::problemChanged);
  thread_.start();
}

ConversationStore::~ConversationStore() { shutdown(); }

template <typename Answer>
void ConversationStore::ask(std::function<Answer(StoreWorker&)> question, QObject* context,
                            std::function<void(const Answer&)> done) {
  const QPointer<QObject> guard(context);
  QMetaObject::invokeMethod(
      worker_,
      [this, worker = worker_, guard, question = std::move(question), done = std::move(done)] {
        Answer answer = question(*worker);
        QMetaObject::invokeMethod(
            this,
            [guard, done, answer = std::move(answer)] {
              if (guard) done(answer);
            },
            Qt::QueuedConnection);
      },
      Qt::QueuedConnection);
}

void ConversationStore::open() {
  QMetaObject::invokeMethod(worker_, &StoreWorker::open, Qt::QueuedConnection);
}

void ConversationStore::save(const StoreWrite& write, QObject* context,
                             std::function<void(const SaveOutcome&)> done) {
  ask<SaveOutcome>([write](StoreWorker& worker) { return worker.save(write); }, context,
                   std::move(done));
}

void ConversationStore::keep(const StoreWrite& write) {
  QMetaObject::invokeMethod(
      worker_, [worker = worker_, write] { worker->keep(write); }, Qt::QueuedConnection);
}

void ConversationStore::setDeleted(const QString& id, qint64 when, QObject* context,
                                   std::function<void(const SaveOutcome&)> done) {
  ask<SaveOutcome>([id, when](StoreWorker& worker) { return worker.setDeleted(id, when); }, context,
                   std::move(done));
}

void ConversationStore::rename(const QString& id, const QString& title, QObject* context,
                               std::function<void(const SaveOutcome&)> done) {
  ask<SaveOutcome>([id, title](StoreWorker& worker) { return worker.rename(id, title); }, context,
                   std::move(done));
}

void ConversationStore::loadSummaries(QObject* context,
                                      std::function<void(const QList<ConversationSummary>&)> done) {
  ask<QList<ConversationSummary>>([](StoreWorker& worker) { return worker.summaries(); }, context,
                                  std::move(done));
}

void ConversationStore::loadConversation(
    const QString& id, QObject* context,
    std::function<void(const std::optional<LoadedConversation>&)> done) {
  ask<std::optional<LoadedConversation>>(
      [id](StoreWorker& worker) { return worker.conversation(id); }, context, std::move(done));
}

void ConversationStore::shutdown() {
  if (!thread_.isRunning()) return;
  QMetaObject::invokeMethod(worker_, &StoreWorker::finish, Qt::BlockingQueuedConnection);
  thread_.quit();
  thread_.wait();
}

}  // namespace cria::app
