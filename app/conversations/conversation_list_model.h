// The list of conversations, newest first, with a filter on their titles.
#pragma once

#include <QAbstractListModel>
#include <QtQmlIntegration>
#include <optional>

#include "app/store/records.h"

namespace cria::app {

/// GUI thread. Roles: conversationId, title, subtitle, section, current.
class ConversationListModel : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by ConversationsController")
  Q_PROPERTY(int count READ count NOTIFY countChanged)

 public:
  enum Role {
    ConversationIdRole = Qt::UserRole + 1,
    TitleRole,
    SubtitleRole,
    SectionRole,
    CurrentRole,
  };

  explicit ConversationListModel(QObject* parent = nullptr) : QAbstractListModel(parent) {}

  int count() const { return static_cast<int>(shown_.size()); }
  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  void reset(const QList<ConversationSummary>& summaries);
  /// Adds it, or changes it and moves it to its place.
  void put(const ConversationSummary& summary);
  void remove(const QString& id);
  void setCurrent(const QString& id);
  void setFilter(const QString& filter);

  std::optional<ConversationSummary> find(const QString& id) const;
  QString newestId() const;  ///< whatever the filter; "" when there is none

 signals:
  void countChanged();

 private:
  bool matches(const ConversationSummary& summary) const;
  int shownRow(const QString& id) const;
  void removeShown(const QString& id);
  void insertShown(const ConversationSummary& summary);
  void refilter();

  QList<ConversationSummary> all_;    ///< newest first
  QList<ConversationSummary> shown_;  ///< those that match, in the same order
  QString filter_;
  QString current_;
};

}  // namespace cria::app
