#include "app/closing_controller.h"

#include <QDir>

#include "app/conversations/chat_controller.h"

namespace cria::app {

ClosingController::ClosingController(ConversationStore* store, ChatController* chat,
                                     QObject* parent)
    : QObject(parent), store_(store), chat_(chat) {}

bool ClosingController::mayClose() {
  if (state_ == State::done || (saving_ && !asking())) return true;
  if (!saving_) settle();
  return false;
}

void ClosingController::tryAgain() {
  if (asking() && !saving_) settle();
}

void ClosingController::settle() {
  saving_ = true;
  emit changed();
  chat_->saveNow();
  store_->settle(this, [this](const Unsaved& unsaved) { onSettled(unsaved); });
}

void ClosingController::onSettled(const Unsaved& unsaved) {
  saving_ = false;
  unsaved_ = unsaved;
  setState(unsaved.any ? State::asking : State::done);
}

void ClosingController::saveText(const QUrl& file) {
  const QString path = file.isLocalFile() ? file.toLocalFile() : file.toString();
  store_->writeText(path, this, [this, path](const QString& problem) {
    textResult_ =
        problem.isEmpty() ? tr("Saved as %1.").arg(QDir::toNativeSeparators(path)) : problem;
    emit changed();
  });
}

void ClosingController::closeAnyway() {
  if (asking()) setState(State::done);
}

void ClosingController::stay() {
  if (asking() && !saving_) setState(State::open);
}

void ClosingController::setState(State state) {
  state_ = state;
  if (state != State::asking) textResult_.clear();
  emit changed();
  if (state == State::done) emit closeNow();
}

}  // namespace cria::app
