#include "app/conversations/message_list_model.h"

#include <QJsonDocument>
#include <utility>

#include "app/sampling/sampling_values.h"

namespace cria::app {

int MessageListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : count();
}

QHash<int, QByteArray> MessageListModel::roleNames() const {
  return {{MessageIdRole, "messageId"},
          {RoleRole, "role"},
          {TextRole, "text"},
          {StatusRole, "status"},
          {ErrorTextRole, "errorText"},
          {CheckpointNameRole, "checkpointName"},
          {CheckpointLabelRole, "checkpointLabel"},
          {SeedRole, "seed"},
          {TokensPerSecondRole, "tokensPerSecond"},
          {NewTokensRole, "newTokens"},
          {SiblingIndexRole, "siblingIndex"},
          {SiblingCountRole, "siblingCount"},
          {SettingsSummaryRole, "settingsSummary"},
          {CreatedAtRole, "createdAt"}};
}

QVariant MessageListModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const MessageRecord& record = tree_.at(path_.at(index.row()));
  switch (role) {
    case MessageIdRole:
      return record.id;
    case RoleRole:
      return nameOf(record.role);
    case Qt::DisplayRole:
    case TextRole:
      return record.text;
    case StatusRole:
      return nameOf(record.status);
    case ErrorTextRole:
      return record.errorText;
    case CheckpointNameRole:
      return record.checkpointName;
    case CheckpointLabelRole:
      return record.checkpointLabel;
    case SeedRole:
      return record.seed;
    case TokensPerSecondRole:
      return record.tokensPerSecond;
    case NewTokensRole:
      return record.newTokens;
    case SiblingIndexRole:
      return static_cast<int>(tree_.siblings(record.id).indexOf(record.id)) + 1;
    case SiblingCountRole:
      return static_cast<int>(tree_.siblings(record.id).size());
    case SettingsSummaryRole:
      return summaryOf(QJsonDocument::fromJson(record.settingsJson.toUtf8()).object());
    case CreatedAtRole:
      return record.createdAt;
    default:
      return {};
  }
}

void MessageListModel::reset(MessageTree tree) {
  beginResetModel();
  tree_ = std::move(tree);
  path_ = tree_.path();
  endResetModel();
  emit countChanged();
}

void MessageListModel::apply(const QList<MessageRecord>& records, const QString& leaf) {
  for (const MessageRecord& record : records) {
    if (tree_.contains(record.id)) {
      update(record);
    } else {
      tree_.put(record);
    }
  }
  tree_.setLeaf(leaf);
  setPath(tree_.path());
  // A new sibling changes < 1/2 > of a row that stays.
  if (path_.isEmpty()) return;
  static const QList<int> kSiblings = {SiblingIndexRole, SiblingCountRole};
  emit dataChanged(index(0), index(count() - 1), kSiblings);
}

void MessageListModel::setPath(const QStringList& path) {
  const int before = count();
  int kept = 0;
  while (kept < path_.size() && kept < path.size() && path_.at(kept) == path.at(kept)) ++kept;
  if (kept < path_.size()) {
    beginRemoveRows({}, kept, count() - 1);
    path_.resize(kept);
    endRemoveRows();
  }
  if (kept < path.size()) {
    beginInsertRows({}, kept, static_cast<int>(path.size()) - 1);
    path_ = path;
    endInsertRows();
  }
  if (count() != before) emit countChanged();
}

void MessageListModel::update(const MessageRecord& record) {
  tree_.put(record);
  const auto row = static_cast<int>(path_.lastIndexOf(record.id));
  if (row < 0) return;
  static const QList<int> kRoles = {TextRole,           StatusRole,          ErrorTextRole,
                                    SeedRole,           SettingsSummaryRole, NewTokensRole,
                                    TokensPerSecondRole};
  emit dataChanged(index(row), index(row), kRoles);
}

}  // namespace cria::app
