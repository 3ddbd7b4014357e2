#include "app/conversations/message_tree.h"

#include <algorithm>

namespace cria::app {

MessageTree::MessageTree(const QList<MessageRecord>& messages, const QString& leaf) {
  for (const MessageRecord& record : messages) put(record);
  if (records_.contains(leaf)) {
    leaf_ = leaf;
  } else if (!messages.isEmpty()) {
    leaf_ = messages.last().id;
  }
}

void MessageTree::put(const MessageRecord& record) {
  const auto known = records_.find(record.id);
  if (known != records_.end()) {
    *known = record;
    return;
  }
  records_.insert(record.id, record);
  children_[record.parentId].append(record.id);
}

QStringList MessageTree::pathTo(const QString& id) const {
  QStringList path;
  // The bound ends a walk in a circle, which no file of ours has.
  for (QString at = id; records_.contains(at) && path.size() <= records_.size();
       at = records_.constFind(at)->parentId) {
    path.append(at);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

QList<MessageRecord> MessageTree::recordsTo(const QString& id) const {
  QList<MessageRecord> records;
  for (const QString& each : pathTo(id)) records.append(at(each));
  return records;
}

QStringList MessageTree::siblings(const QString& id) const {
  const auto record = records_.constFind(id);
  return record == records_.constEnd() ? QStringList() : children_.value(record->parentId);
}

QString MessageTree::newestLeafBelow(const QString& id) const {
  QString leaf = id;
  for (qsizetype depth = 0; depth <= records_.size(); ++depth) {
    const auto children = children_.constFind(leaf);
    if (children == children_.constEnd()) break;
    leaf = children->last();
  }
  return leaf;
}

int MessageTree::countReplies() const {
  return static_cast<int>(std::count_if(records_.begin(), records_.end(), [](const auto& record) {
    return record.role == MessageRole::assistant;
  }));
}

}  // namespace cria::app
