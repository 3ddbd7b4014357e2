// The messages of one conversation as a tree, and the path through it that is shown.
#pragma once

#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

#include "app/store/records.h"

namespace cria::app {

/// A plain value. "" stands for no message.
class MessageTree {
 public:
  MessageTree() = default;
  /// `messages` as the store gives them. `leaf` is the end of the path; one that is not there means
  /// the newest message.
  MessageTree(const QList<MessageRecord>& messages, const QString& leaf);

  bool isEmpty() const { return records_.isEmpty(); }
  bool contains(const QString& id) const { return records_.contains(id); }
  /// Precondition: contains(id).
  const MessageRecord& at(const QString& id) const { return *records_.constFind(id); }

  /// Adds a child to its parent; or replaces the message with that id.
  void put(const MessageRecord& record);

  QString leaf() const { return leaf_; }
  /// The path then ends in `id`; "" is the empty path.
  void setLeaf(const QString& id) { leaf_ = id; }
  /// From the root to the leaf.
  QStringList path() const { return pathTo(leaf_); }
  QStringList pathTo(const QString& id) const;
  QList<MessageRecord> recordsTo(const QString& id) const;

  /// All children of the same parent, `id` among them, oldest first.
  QStringList siblings(const QString& id) const;
  /// From `id` down, always to the newest child.
  QString newestLeafBelow(const QString& id) const;
  /// On all paths.
  int countReplies() const;

 private:
  QHash<QString, MessageRecord> records_;
  QHash<QString, QStringList> children_;  ///< by parent id, "" for the roots
  QString leaf_;
};

}  // namespace cria::app
