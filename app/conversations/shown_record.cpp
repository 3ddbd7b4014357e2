#include "app/conversations/shown_record.h"

#include <utility>

namespace cria::app {

namespace {
constexpr int kSaveAfterMs = 400;  ///< after the first change that is not saved
}

ShownRecord::ShownRecord(ConversationStore* store, QObject* parent)
    : QObject(parent), store_(store) {
  timer_.setSingleShot(true);
  timer_.setInterval(kSaveAfterMs);
  connect(&timer_, &QTimer::timeout, this, &ShownRecord::save);
}

void ShownRecord::show(ConversationRecord record, bool inStore) {
  flush();
  record_ = std::move(record);
  inStore_ = inStore;
}

bool ShownRecord::set(QString ConversationRecord::*field, const QString& value) {
  if (record_.*field == value) return false;
  record_.*field = value;
  touch();
  return true;
}

void ShownRecord::merge(const ConversationRecord& stored, const QString& sentText) {
  inStore_ = true;
  record_.title = stored.title;
  record_.currentLeaf = stored.currentLeaf;
  record_.checkpointPath = stored.checkpointPath;
  record_.settingsJson = stored.settingsJson;
  record_.updatedAt = stored.updatedAt;
  if (record_.draft == sentText) record_.draft.clear();
  if (record_ != stored) touch();
}

void ShownRecord::touch() {
  if (inStore_ && !timer_.isActive()) timer_.start();
}

void ShownRecord::save() {
  timer_.stop();
  if (!inStore_) return;
  store_->keep({record_, {}});
  emit saved();
}

void ShownRecord::flush() {
  if (timer_.isActive()) save();
}

void ShownRecord::forget() {
  timer_.stop();
  inStore_ = false;
}

}  // namespace cria::app
