// What could not be written to the database yet.
#pragma once

#include <algorithm>
#include <optional>

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
  /// That conversation as it will be once these rows are saved; `stored` as it is now.
  std::optional<LoadedConversation> laidOver(std::optional<LoadedConversation> stored,
                                             const QString& id) const {
    for (const ConversationRecord& record : conversations) {
      if (record.id != id) continue;
      if (!stored) stored.emplace();
      stored->conversation = record;
    }
    if (!stored) return std::nullopt;
    for (const MessageRecord& record : messages) {
      if (record.conversationId == id) replaceOrAppend(stored->messages, record);
    }
    return stored;
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
