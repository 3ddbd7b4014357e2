#include "app/store/store_worker.h"

#include <QFile>
#include <utility>

#include "app/replace_file.h"
#include "app/store/orphans.h"
#include "app/store/queries.h"
#include "app/store/readable_text.h"
#include "app/store/sql_error.h"

namespace cria::app {

namespace {

constexpr int kRetryMs = 2000;

}  // namespace

StoreWorker::StoreWorker(const StoreOptions& options)
    : database_(options), timer_(new QTimer(this)), rescueFolders_(options.rescueFolders) {
  timer_->setInterval(kRetryMs);
  connect(timer_, &QTimer::timeout, this, &StoreWorker::retry);
}

void StoreWorker::setProblem(const QString& problem) {
  const QString shown = problem.isEmpty() ? openProblem_ : problem;
  if (shown == problem_) return;
  problem_ = shown;
  emit problemChanged(problem_);
}

void StoreWorker::open() { begin(database_.open()); }

void StoreWorker::begin(StoreState state) {
  openProblem_ = state.problem;
  problem_ = state.problem;
  const bool rescued = takeRescued(&state);
  if (state.open && !state.readOnly) keepTyped();
  if (!state.open || state.readOnly) {
    timer_->start();
  } else if (!kept_.isEmpty()) {
    if (rescued) adoptOrphans(database_.connection(), &kept_);
    keep({});
    if (rescued && kept_.isEmpty()) {
      state.notice +=
          (state.notice.isEmpty() ? QString() : QStringLiteral(" ")) +
          tr("What could not be saved before Cria was closed is back in your conversations.");
    }
  }
  emit opened(state);
}

bool StoreWorker::takeRescued(StoreState* state) {
  // Another window may still be at work on its own.
  if (database_.waitsForOther()) return false;
  if (!rescueFiles_.isEmpty()) return true;
  UnsavedRows rescued;
  for (const QString& folder : rescueFolders_) {
    const QString path = rescuePath(folder, database_.path());
    if (!QFile::exists(path)) continue;
    if (const auto rows = readRescue(path)) {
      rescued.put(*rows);
      rescueFiles_.append(path);
    } else if (QFile::rename(path, path + QLatin1String(".damaged"))) {
      state->notice = tr("A file with unsaved messages could not be read; it was kept as %1.")
                          .arg(path + QLatin1String(".damaged"));
    }
  }
  if (rescueFiles_.isEmpty()) return false;
  rescued.put(kept_);
  kept_ = rescued;
  return true;
}

void StoreWorker::dropRescued(const QString& except) {
  for (const QString& path : std::as_const(rescueFiles_)) {
    if (path != except) QFile::remove(path);
  }
  rescueFiles_.clear();
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
    for (const ConversationRecord& record : std::as_const(kept_.conversations)) {
      if (!error.isValid()) error = upsertConversation(database, record);
    }
    if (!error.isValid() && write.conversation) {
      error = upsertConversation(database, *write.conversation);
    }
    for (const QList<MessageRecord>* records : {&std::as_const(kept_.messages), &write.messages}) {
      for (const MessageRecord& record : *records) {
        if (!error.isValid()) error = upsertMessage(database, record);
      }
    }
    return error;
  });
  if (outcome.saved) {
    kept_ = {};
    dropRescued({});
    if (!database_.isReadOnly()) timer_->stop();
    setProblem({});
  }
  return outcome;
}

SaveOutcome StoreWorker::saveOr(const StoreWrite& write, const StoreWrite& otherwise) {
  SaveOutcome outcome = save(write);
  if (!outcome.saved) keep(otherwise);
  return outcome;
}

void StoreWorker::keep(const StoreWrite& write) {
  const SaveOutcome outcome = save(write);
  if (outcome.saved) return;
  // A window that only reads has only drafts of its own to keep: its rows may be older than the
  // file's.
  if (database_.waitsForOther()) {
    if (write.conversation) noteTyped(*write.conversation);
    return;
  }
  if (write.conversation) kept_.put(*write.conversation);
  for (const MessageRecord& record : write.messages) kept_.put(record);
  copied_ = false;
  timer_->start();
  setProblem(tr("%1 What is on the screen is kept, and saved as soon as that is possible.")
                 .arg(outcome.problem));
}

void StoreWorker::noteTyped(const ConversationRecord& record) {
  typed_.conversations.removeIf([&](const auto& other) { return other.id == record.id; });
  const auto row = stored(record.id);
  const QString known = row ? row->conversation.draft : QString();
  if (record.draft != known && !record.draft.isEmpty()) typed_.put(record);
}

void StoreWorker::keepTyped() {
  for (const ConversationRecord& record : std::as_const(typed_.conversations)) {
    const auto loaded = stored(record.id);
    ConversationRecord row = loaded ? loaded->conversation : record;
    row.draft = record.draft;
    kept_.put(row);
  }
  typed_ = {};
}

bool StoreWorker::openAgain() {
  if (database_.isOpen() && !database_.isReadOnly()) return false;
  const StoreState state = database_.open();
  if (!state.open || state.readOnly) return false;
  timer_->stop();
  begin(state);
  return true;
}

void StoreWorker::retry() {
  // Whatever happens to the program from here on, a copy is somewhere.
  if (!openAgain()) settle();
}

Unsaved StoreWorker::settle() {
  if (!typed_.isEmpty() && !openAgain()) {
    return {true, tr("%1 What you typed here is not saved.").arg(openProblem_), {}};
  }
  if (kept_.isEmpty()) return {};
  const SaveOutcome outcome = save({});
  if (outcome.saved) return {};
  if (!copied_) {
    const QString copy = writeRescue(rescueFolders_, database_.path(), kept_);
    copied_ = !copy.isEmpty();
    if (copied_) {
      dropRescued(copy);
      rescueFiles_ = {copy};
    }
  }
  return {true, outcome.problem, copied_ ? rescueFiles_.last() : QString()};
}

QString StoreWorker::writeText(const QString& path) const {
  UnsavedRows all = kept_;
  all.put(typed_);
  return replaceFile(path, readableText(all).toUtf8());
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
  auto loaded = kept_.laidOver(stored(id), id);
  for (const ConversationRecord& record : std::as_const(typed_.conversations)) {
    if (record.id != id) continue;
    if (!loaded) loaded = LoadedConversation{record, {}};
    loaded->conversation.draft = record.draft;
  }
  return loaded;
}

std::optional<LoadedConversation> StoreWorker::stored(const QString& id) {
  if (!database_.isOpen()) return std::nullopt;
  QSqlError error;
  auto loaded = loadConversation(database_.connection(), id, &error);
  if (error.isValid()) setProblem(describe(error, database_.path()));
  return loaded;
}

void StoreWorker::finish() {
  timer_->stop();
  const Unsaved unsaved = settle();
  if (unsaved.any && unsaved.copy.isEmpty()) {
    qWarning("%s", qPrintable(tr("What was not saved is lost. %1").arg(unsaved.problem)));
  }
  database_.close();
}

}  // namespace cria::app
