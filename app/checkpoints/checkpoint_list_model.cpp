#include "app/checkpoints/checkpoint_list_model.h"

#include <algorithm>

namespace cria::app {

int CheckpointListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : count();
}

QHash<int, QByteArray> CheckpointListModel::roleNames() const {
  return {{PathRole, "path"},     {NameRole, "name"},
          {LabelRole, "label"},   {ShortLabelRole, "shortLabel"},
          {RunRole, "run"},       {StepRole, "step"},
          {TokensRole, "tokens"}, {CurrentRole, "current"},
          {SpareRole, "spare"},   {AvailableRole, "available"}};
}

QVariant CheckpointListModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Row& row = rows_.at(index.row());
  switch (role) {
    case PathRole:
      return row.path;
    case Qt::DisplayRole:
    case NameRole:
      return row.name.name;
    case LabelRole:
      return row.name.label;
    case ShortLabelRole:
      return row.name.shortLabel;
    case RunRole:
      return row.name.run;
    case StepRole:
      return row.name.step;
    case TokensRole:
      return row.name.tokens;
    case CurrentRole:
      return row.path == current_;
    case SpareRole:
      return row.path == spare_;
    case AvailableRole:
      return row.available;
    default:
      return {};
  }
}

int CheckpointListModel::rowOf(const QString& path) const {
  for (int row = 0; row < count(); ++row) {
    if (rows_.at(row).path == path) return row;
  }
  return -1;
}

void CheckpointListModel::add(const QString& path, const CheckpointName& name) {
  if (rowOf(path) >= 0) {
    setAvailable(path, true);
    return;
  }
  const Row added{path, name, true};
  const auto place =
      std::upper_bound(rows_.begin(), rows_.end(), added,
                       [](const Row& a, const Row& b) { return trainedBefore(a.name, b.name); });
  const auto row = static_cast<int>(place - rows_.begin());
  beginInsertRows({}, row, row);
  rows_.insert(row, added);
  endInsertRows();
  emit countChanged();
}

void CheckpointListModel::remove(const QString& path) {
  const int row = rowOf(path);
  if (row < 0) return;
  beginRemoveRows({}, row, row);
  rows_.removeAt(row);
  endRemoveRows();
  emit countChanged();
}

void CheckpointListModel::setCurrent(const QString& path) { mark(&current_, path, CurrentRole); }

void CheckpointListModel::setSpare(const QString& path) { mark(&spare_, path, SpareRole); }

void CheckpointListModel::mark(QString* marked, const QString& path, Role role) {
  if (path == *marked) return;
  const QString before = std::exchange(*marked, path);
  for (const QString& changed : {before, path}) {
    const int row = rowOf(changed);
    if (row >= 0) emit dataChanged(index(row), index(row), {role});
  }
}

void CheckpointListModel::setAvailable(const QString& path, bool available) {
  const int row = rowOf(path);
  if (row < 0 || rows_.at(row).available == available) return;
  rows_[row].available = available;
  emit dataChanged(index(row), index(row), {AvailableRole});
}

QStringList CheckpointListModel::paths() const {
  QStringList paths;
  for (const Row& row : rows_) paths.append(row.path);
  return paths;
}

}  // namespace cria::app
