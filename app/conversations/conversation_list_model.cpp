#include "app/conversations/conversation_list_model.h"

#include <QDateTime>
#include <algorithm>

namespace cria::app {

namespace {

bool newer(const ConversationSummary& a, const ConversationSummary& b) {
  return a.updatedAt > b.updatedAt;
}

}  // namespace

int ConversationListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : count();
}

QHash<int, QByteArray> ConversationListModel::roleNames() const {
  return {{ConversationIdRole, "conversationId"},
          {TitleRole, "title"},
          {SubtitleRole, "subtitle"},
          {SectionRole, "section"},
          {CurrentRole, "current"}};
}

QVariant ConversationListModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const ConversationSummary& summary = shown_.at(index.row());
  switch (role) {
    case ConversationIdRole:
      return summary.id;
    case Qt::DisplayRole:
    case TitleRole:
      return summary.title.isEmpty() ? tr("New conversation") : summary.title;
    case SubtitleRole: {
      // No plural form of English is taken for granted: a translation has its own.
      const QString replies =
          summary.replies == 1 ? tr("1 reply") : tr("%1 replies").arg(summary.replies);
      return summary.checkpointLabel.isEmpty()
                 ? replies
                 : tr("%1 · %2").arg(summary.checkpointLabel, replies);
    }
    case SectionRole: {
      const QDate day = QDateTime::fromMSecsSinceEpoch(summary.updatedAt).date();
      const qint64 days = day.daysTo(QDate::currentDate());
      if (days <= 0) return tr("Today");
      if (days == 1) return tr("Yesterday");
      return days <= 7 ? tr("Last week") : tr("Older");
    }
    case CurrentRole:
      return summary.id == current_;
    default:
      return {};
  }
}

bool ConversationListModel::matches(const ConversationSummary& summary) const {
  return filter_.isEmpty() || summary.title.contains(filter_, Qt::CaseInsensitive);
}

void ConversationListModel::refilter() {
  beginResetModel();
  shown_.clear();
  for (const ConversationSummary& summary : std::as_const(all_)) {
    if (matches(summary)) shown_.append(summary);
  }
  endResetModel();
  emit countChanged();
}

void ConversationListModel::reset(const QList<ConversationSummary>& summaries) {
  all_ = summaries;
  std::stable_sort(all_.begin(), all_.end(), newer);
  refilter();
}

int ConversationListModel::shownRow(const QString& id) const {
  for (int row = 0; row < count(); ++row) {
    if (shown_.at(row).id == id) return row;
  }
  return -1;
}

void ConversationListModel::removeShown(const QString& id) {
  const int row = shownRow(id);
  if (row < 0) return;
  beginRemoveRows({}, row, row);
  shown_.removeAt(row);
  endRemoveRows();
  emit countChanged();
}

void ConversationListModel::insertShown(const ConversationSummary& summary) {
  const auto row = static_cast<int>(std::lower_bound(shown_.begin(), shown_.end(), summary, newer) -
                                    shown_.begin());
  beginInsertRows({}, row, row);
  shown_.insert(row, summary);
  endInsertRows();
  emit countChanged();
}

void ConversationListModel::put(const ConversationSummary& summary) {
  all_.removeIf([&](const ConversationSummary& other) { return other.id == summary.id; });
  all_.insert(std::lower_bound(all_.begin(), all_.end(), summary, newer), summary);

  const int row = shownRow(summary.id);
  if (!matches(summary)) {
    removeShown(summary.id);
  } else if (row < 0) {
    insertShown(summary);
  } else if ((row == 0 || !newer(summary, shown_.at(row - 1))) &&
             (row == count() - 1 || !newer(shown_.at(row + 1), summary))) {
    shown_[row] = summary;
    emit dataChanged(index(row), index(row));
  } else {
    removeShown(summary.id);
    insertShown(summary);
  }
}

void ConversationListModel::remove(const QString& id) {
  all_.removeIf([&](const ConversationSummary& other) { return other.id == id; });
  removeShown(id);
}

void ConversationListModel::setCurrent(const QString& id) {
  if (id == current_) return;
  const QString before = current_;
  current_ = id;
  for (const QString& changed : {before, id}) {
    const int row = shownRow(changed);
    if (row >= 0) emit dataChanged(index(row), index(row), {CurrentRole});
  }
}

void ConversationListModel::setFilter(const QString& filter) {
  if (filter == filter_) return;
  filter_ = filter;
  refilter();
}

std::optional<ConversationSummary> ConversationListModel::find(const QString& id) const {
  for (const ConversationSummary& summary : all_) {
    if (summary.id == id) return summary;
  }
  return std::nullopt;
}

QString ConversationListModel::newestId() const {
  return all_.isEmpty() ? QString() : all_.first().id;
}

}  // namespace cria::app
