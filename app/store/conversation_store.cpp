#include "app/store/conversation_store.h"

#include <utility>

namespace cria::app {

ConversationStore::ConversationStore(const StoreOptions& options, QObject* parent)
    : QObject(parent),
      databaseThread_(QStringLiteral("database")),
      worker_(new StoreWorker(options)) {
  // Direct: these lambdas run on the database thread and hand over.
  connect(
      worker_, &StoreWorker::opened, this,
      [this](const StoreState& state) { toGui_.post([this, state] { emit opened(state); }); },
      Qt::DirectConnection);
  connect(
      worker_, &StoreWorker::problemChanged, this,
      [this](const QString& problem) {
        toGui_.post([this, problem] { emit problemChanged(problem); });
      },
      Qt::DirectConnection);
  databaseThread_.adopt(worker_);
}

ConversationStore::~ConversationStore() { shutdown(); }

template <typename Answer>
void ConversationStore::ask(std::function<Answer(StoreWorker&)> question, QObject* context,
                            std::function<void(const Answer&)> done) {
  const QPointer<QObject> guard(context);
  tell([this, guard, question = std::move(question), done = std::move(done)](StoreWorker& worker) {
    toGui_.post([guard, done, answer = question(worker)] {
      if (guard) done(answer);
    });
  });
}

void ConversationStore::tell(std::function<void(StoreWorker&)> order) {
  if (!worker_) return;
  databaseThread_.post([worker = worker_, order = std::move(order)] { order(*worker); });
}

namespace {

/// Rows that the caller has no part in any more: while a list is shared, whoever writes first looks
/// only at its count, and what the other read just before is not ordered by that.
StoreWrite ownCopy(StoreWrite write) {
  write.messages.detach();
  return write;
}

}  // namespace

void ConversationStore::open() {
  tell([](StoreWorker& worker) { worker.open(); });
}

void ConversationStore::save(const StoreWrite& write, QObject* context,
                             std::function<void(const SaveOutcome&)> done) {
  ask<SaveOutcome>([write = ownCopy(write)](StoreWorker& worker) { return worker.save(write); },
                   context, std::move(done));
}

void ConversationStore::saveOr(const StoreWrite& write, const StoreWrite& otherwise,
                               QObject* context, std::function<void(const SaveOutcome&)> done) {
  ask<SaveOutcome>([write = ownCopy(write), otherwise = ownCopy(otherwise)](
                       StoreWorker& worker) { return worker.saveOr(write, otherwise); },
                   context, std::move(done));
}

void ConversationStore::settle(QObject* context, std::function<void(const Unsaved&)> done) {
  ask<Unsaved>([](StoreWorker& worker) { return worker.settle(); }, context, std::move(done));
}

void ConversationStore::writeText(const QString& path, QObject* context,
                                  std::function<void(const QString&)> done) {
  ask<QString>([path](StoreWorker& worker) { return worker.writeText(path); }, context,
               std::move(done));
}

void ConversationStore::keep(const StoreWrite& write) {
  tell([write = ownCopy(write)](StoreWorker& worker) { worker.keep(write); });
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
  if (!worker_) return;
  tell([](StoreWorker& worker) {
    worker.finish();
    delete &worker;
  });
  worker_ = nullptr;
  databaseThread_.finish();
}

}  // namespace cria::app
