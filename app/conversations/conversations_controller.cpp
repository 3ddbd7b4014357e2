#include "app/conversations/conversations_controller.h"

#include <QDateTime>

#include "app/conversations/chat_controller.h"

namespace cria::app {

namespace {
constexpr auto kCurrent = "conversations/current";
}

ConversationsController::ConversationsController(ConversationStore* store, ChatController* chat,
                                                 Preferences* preferences, QObject* parent)
    : QObject(parent),
      store_(store),
      chat_(chat),
      preferences_(preferences),
      lastOpen_(preferences->value(kCurrent).toString()) {
  model_.setCurrent(currentId());
  connect(store_, &ConversationStore::opened, this, &ConversationsController::onStoreOpened);
  connect(store_, &ConversationStore::problemChanged, this,
          &ConversationsController::onStoreProblem);
  connect(chat_, &ChatController::conversationChanged, this,
          &ConversationsController::onCurrentChanged);
  connect(chat_, &ChatController::summaryChanged, this, [this](const ConversationSummary& summary) {
    model_.put(summary);
    preferences_->set(kCurrent, summary.id);
  });
}

QString ConversationsController::currentId() const { return chat_->conversationId(); }

QString ConversationsController::undoText() const {
  if (!removed_) return {};
  return removed_->title.isEmpty() ? tr("Deleted the conversation")
                                   : tr("Deleted \"%1\"").arg(removed_->title);
}

void ConversationsController::setFilter(const QString& filter) {
  if (filter == filter_) return;
  filter_ = filter;
  model_.setFilter(filter);
  emit filterChanged();
}

void ConversationsController::setStoreError(const QString& error) {
  if (error == storeError_) return;
  storeError_ = error;
  emit storeErrorChanged();
}

void ConversationsController::onStoreOpened(const StoreState& state) {
  readOnly_ = state.readOnly || !state.open;
  storeError_ = state.problem;
  emit storeErrorChanged();
  if (!state.notice.isEmpty()) {
    storeNotice_ = state.notice;
    emit storeNoticeChanged();
  }
  if (loaded_) reloadCurrent();
  store_->loadSummaries(this, [this](const QList<ConversationSummary>& summaries) {
    model_.reset(summaries);
    const bool first = !loaded_;
    loaded_ = true;
    emit loadedChanged();
    if (!chat_->isUntouched()) {
      model_.put(chat_->summary());  // it may have come after these summaries were read
    } else if (first && model_.find(lastOpen_)) {
      load(lastOpen_, Unless::touched);
    } else if (first && !model_.newestId().isEmpty()) {
      load(model_.newestId(), Unless::touched);
    }
  });
}

void ConversationsController::reloadCurrent() {
  // Another window may have gone on with this conversation; what is typed here stays.
  const QString draft = chat_->draft();
  const QString id = currentId();
  store_->loadConversation(id, this,
                           [this, id, draft](const std::optional<LoadedConversation>& loaded) {
                             if (id != currentId()) return;
                             if (loaded) {
                               chat_->show(*loaded);
                             } else if (chat_->messages()->count() > 0) {
                               chat_->showNew();  // the other window deleted it
                             } else {
                               chat_->saveAgain();
                               return;
                             }
                             if (!draft.isEmpty()) chat_->setDraft(draft);
                           });
}

void ConversationsController::onStoreProblem(const QString& problem) { setStoreError(problem); }

void ConversationsController::onCurrentChanged() {
  wanted_.clear();
  model_.setCurrent(currentId());
  if (model_.find(currentId())) preferences_->set(kCurrent, currentId());
  emit currentIdChanged();
}

void ConversationsController::create() {
  // One empty conversation is enough.
  if (!chat_->isUntouched()) chat_->showNew();
}

void ConversationsController::open(const QString& id) {
  if (id == currentId()) {
    wanted_.clear();
    return;
  }
  load(id, Unless::never);
}

void ConversationsController::load(const QString& id, Unless unless) {
  wanted_ = id;
  store_->loadConversation(
      id, this, [this, id, unless](const std::optional<LoadedConversation>& loaded) {
        if (id != wanted_) return;
        if (unless == Unless::touched && !chat_->isUntouched()) {
          wanted_.clear();
          model_.put(chat_->summary());
        } else if (!loaded) {
          setStoreError(tr("That conversation could not be read."));
        } else if (chat_->isOutdated(*loaded)) {
          // Its end went to the store before this second question does.
          store_->loadConversation(id, this,
                                   [this, id](const std::optional<LoadedConversation>& again) {
                                     if (id == wanted_ && again) chat_->show(*again);
                                   });
        } else {
          chat_->show(*loaded);
        }
      });
}

void ConversationsController::rename(const QString& id, const QString& title) {
  const QString name = title.simplified();
  const std::optional<ConversationSummary> known = model_.find(id);
  if (name.isEmpty() || !known || known->title == name) return;
  ConversationSummary renamed = *known;
  renamed.title = name;
  model_.put(renamed);
  if (id == currentId()) chat_->setTitle(name);
  store_->rename(id, name, this, [this, known](const SaveOutcome& outcome) {
    if (outcome.saved) return;
    model_.put(*known);
    setStoreError(outcome.problem);
  });
}

void ConversationsController::remove(const QString& id) {
  const std::optional<ConversationSummary> known = model_.find(id);
  if (!known) {
    if (id == currentId()) chat_->showNew();
    return;
  }
  chat_->forget(id);
  model_.remove(id);
  removed_ = known;
  emit undoChanged();
  if (id == currentId()) {
    chat_->showNew();
    if (!model_.newestId().isEmpty()) open(model_.newestId());
  }
  store_->setDeleted(id, QDateTime::currentMSecsSinceEpoch(), this,
                     [this, known](const SaveOutcome& outcome) {
                       if (outcome.saved) return;
                       model_.put(*known);
                       if (removed_ && removed_->id == known->id) dismissUndo();
                       setStoreError(outcome.problem);
                     });
}

void ConversationsController::undoRemove() {
  if (!removed_) return;
  const ConversationSummary summary = *removed_;
  dismissUndo();
  store_->setDeleted(summary.id, 0, this, [this, summary](const SaveOutcome& outcome) {
    if (!outcome.saved) {
      setStoreError(outcome.problem);
      return;
    }
    model_.put(summary);
    open(summary.id);
  });
}

void ConversationsController::dismissUndo() {
  removed_.reset();
  emit undoChanged();
}

void ConversationsController::dismissStoreNotice() {
  storeNotice_.clear();
  emit storeNoticeChanged();
}

}  // namespace cria::app
