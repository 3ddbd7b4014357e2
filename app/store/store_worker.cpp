#include "app/store/store_worker.h"

#include <algorithm>
#include <utility>

#include "app/store/queries.h"
#include "app/store/sql_error.h"

namespace cria::app {

namespace {

constexpr int kRetryMs = 2000;

template <typename Record>
void replaceOrAppend(QList<Record>& records, const Record& record) {
  const auto same = std::find_if(records.begin(), records.end(),
                                 [&](const Record& other) { return other.id == record.id; });
  if (same == records.end()) {
    records.append(record);
  } else {
    *same = record;
  }
}

}  // namespace

StoreWorker::StoreWorker(StoreOptions options)
    : database_(std::move(options)), timer_(new QTimer(this)) {
  timer_->setInterval(kRetryMs);
  connect(timer_, &QTimer::timeout, this, &StoreWorker::retry);
}

void StoreWorker::setProblem(const QString& problem) {
  const QString shown = problem.isEmpty() ? openProblem_ : problem;
  if (shown == problem_) return;
  problem_ = shown;
  emit problemChanged(problem_);
}

void StoreWorker::open() {
  const StoreState state = database_.open();
  openProblem_ = state.problem;
  problem_ = state.problem;
  if (state.readOnly || !state.open) timer_->start();
  emit opened(state);
}

SaveOutcome StoreWorker::change(const std::function<QSqlError(const QSqlDatabase&)>& statements) {
  if (!database_.isOpen() || database_.isReadOnly()) return {false, openProblem_};
  const QSqlError error = database_.transaction(statements);
  if (!error.isValid()) return {true, {}};
  return {false, describe(error, database_.path())};
}

SaveOutcome StoreWorker::save(const StoreWrite& write) {
  // What was kept goes with it, first: a message's parent may be among it.
  SaveOutcome outcome = change([&](const QSqlDatabase& database) {
    QSqlError error;
    for (const ConversationRecord& record : std::as_const(keptConversations_)) {
      if (!error.isValid()) error = upsertConversation(database, record);
    }
    if (!error.isValid() && write.conversation) {
      error = upsertConversation(database, *write.conversation);
    }
    for (const QList<MessageRecord>* records : {&std::as_const(keptMessages_), &write.messages}) {
      for (const MessageRecord& record : *records) {
        if (!error.isValid()) error = upsertMessage(database, record);
      }
    }
    return error;
  });
  if (outcome.saved) {
    keptConversations_.clear();
    keptMessages_.clear();
    if (!database_.isReadOnly()) timer_->stop();
    setProblem({});
  }
  return outcome;
}

void StoreWorker::keep(const StoreWrite& write) {
  const SaveOutcome outcome = save(write);
  if (outcome.saved) return;
  // A window that only reads has nothing of its own to keep: its rows may be older than the file's.
  if (database_.waitsForOther()) return;
  if (write.conversation) replaceOrAppend(keptConversations_, *write.conversation);
  for (const MessageRecord& record : write.messages) replaceOrAppend(keptMessages_, record);
  timer_->start();
  setProblem(tr("%1 What is on the screen is kept, and saved as soon as that is possible.")
                 .arg(outcome.problem));
}

void StoreWorker::retry() {
  if (!database_.isOpen() || database_.isReadOnly()) {
    const StoreState state = database_.open();
    if (state.readOnly || !state.open) return;
    openProblem_ = state.problem;
    problem_ = state.problem;
    emit opened(state);
  }
  timer_->stop();
  if (!keptConversations_.isEmpty() || !keptMessages_.isEmpty()) keep({});
}

SaveOutcome StoreWorker::setDeleted(const QString& id, qint64 when) {
  return change(
      [&](const QSqlDatabase& database) { return markConversationDeleted(database, id, when); });
}

SaveOutcome StoreWorker::rename(const QString& id, const QString& title) {
  return change(
      [&](const QSqlDatabase& database) { return renameConversation(database, id, title); });
}

QList<ConversationSummary> StoreWorker::summaries() {
  if (!database_.isOpen()) return {};
  QSqlError error;
  QList<ConversationSummary> summaries = loadSummaries(database_.connection(), &error);
  if (error.isValid()) setProblem(describe(error, database_.path()));
  return summaries;
}

std::optional<LoadedConversation> StoreWorker::conversation(const QString& id) {
  if (!database_.isOpen()) return std::nullopt;
  QSqlError error;
  auto loaded = loadConversation(database_.connection(), id, &error);
  if (error.isValid()) setProblem(describe(error, database_.path()));
  return loaded;
}

void StoreWorker::finish() {
  timer_->stop();
  if (!keptConversations_.isEmpty() || !keptMessages_.isEmpty()) save({});
  database_.close();
}

}  // namespace cria::app
