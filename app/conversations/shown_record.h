// The record of the conversation that is shown, and its way to the store.
#pragma once

#include <QObject>
#include <QTimer>

#include "app/store/conversation_store.h"

namespace cria::app {

/// GUI thread. A change is saved a moment after it was made, with those that came meanwhile.
class ShownRecord : public QObject {
  Q_OBJECT

 public:
  /// `store` outlives it.
  explicit ShownRecord(ConversationStore* store, QObject* parent = nullptr);

  const ConversationRecord& operator*() const { return record_; }
  const ConversationRecord* operator->() const { return &record_; }

  /// Another conversation; the changes of the one before are saved first.
  void show(ConversationRecord record, bool inStore);
  /// True when that is a change.
  bool set(QString ConversationRecord::*field, const QString& value);
  /// For more than one field; save() or touch() afterwards.
  ConversationRecord& edit() { return record_; }
  /// What the store now has, with a turn whose `sentText` came from the draft. What was changed
  /// while that was being saved stays, and is saved in a moment.
  void merge(const ConversationRecord& stored, const QString& sentText);
  /// From now on it is worth a place in the store; an empty conversation is not.
  void deserveStore() { inStore_ = true; }

  void touch();   ///< saved in a moment
  void save();    ///< .. now
  void flush();   ///< .. now, if something has changed
  void forget();  ///< .. not any more
  /// Something else saves it.
  void pause() { timer_.stop(); }

 signals:
  void saved();

 private:
  ConversationStore* store_;
  ConversationRecord record_;
  bool inStore_ = false;
  QTimer timer_;
};

}  // namespace cria::app
