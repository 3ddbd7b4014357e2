// The rows of the conversation that is shown: the path through its tree.
#pragma once

#include <QAbstractListModel>
#include <QStringList>
#include <QtQmlIntegration>

#include "app/conversations/message_tree.h"

namespace cria::app {

/// GUI thread. Roles: messageId, role ("user", "assistant"), text, status, errorText,
/// checkpointName, checkpointLabel, seed, tokensPerSecond, newTokens, siblingIndex (from 1),
/// siblingCount, settingsSummary, createdAt (ms).
class MessageListModel : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by ChatController")
  Q_PROPERTY(int count READ count NOTIFY countChanged)

 public:
  enum Role {
    MessageIdRole = Qt::UserRole + 1,
    RoleRole,
    TextRole,
    StatusRole,
    ErrorTextRole,
    CheckpointNameRole,
    CheckpointLabelRole,
    SeedRole,
    TokensPerSecondRole,
    NewTokensRole,
    SiblingIndexRole,
    SiblingCountRole,
    SettingsSummaryRole,
    CreatedAtRole,
  };

  explicit MessageListModel(QObject* parent = nullptr) : QAbstractListModel(parent) {}

  int count() const { return static_cast<int>(path_.size()); }
  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  const MessageTree& tree() const { return tree_; }
  /// Another conversation.
  void reset(MessageTree tree);
  /// Adds or replaces messages and shows the path to `leaf`; rows that stay keep their delegates.
  void apply(const QList<MessageRecord>& records, const QString& leaf);
  /// A message that streams: text, status, rate.
  void update(const MessageRecord& record);

 signals:
  void countChanged();

 private:
  void setPath(const QStringList& path);

  MessageTree tree_;
  QStringList path_;
};

}  // namespace cria::app
