// What could not be written to the database yet.
#pragma once

#include <algorithm>

#include "app/store/records.h"

namespace cria::app {

/// Each id once, parents before children.
struct UnsavedRows {
  QList<ConversationRecord> conversations;
  QList<MessageRecord> messages;

  bool isEmpty() const { return conversations.isEmpty() && messages.isEmpty(); }
  /// A later row replaces an earlier one.
  void put(const ConversationRecord& record) { replaceOrAppend(conversations, record); }
  void put(const MessageRecord& record) { replaceOrAppend(messages, record); }
  void put(const UnsavedRows& rows) {
    for (const ConversationRecord& record : rows.conversations) put(record);
    for (const MessageRecord& record : rows.messages) put(record);
  }

 private:
  template <typename Record>
  static void replaceOrAppend(QList<Record>& records, const Record& record) {
    const auto same = std::find_if(records.begin(), records.end(),
                                   [&](const Record& other) { return other.id == record.id; });
    if (same == records.end()) {
      records.append(record);
    } else {
      *same = record;
    }
  }
};

}  // namespace cria::app
