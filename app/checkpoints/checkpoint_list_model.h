// The checkpoints that Cria knows, by run, in the order of their training.
#pragma once

#include <QAbstractListModel>
#include <QStringList>
#include <QtQmlIntegration>

#include "app/checkpoints/checkpoint_name.h"

namespace cria::app {

/// GUI thread. Roles: path, name, label, shortLabel, run, step, tokens (0: not known), current,
/// spare (in memory besides the current one), available.
class CheckpointListModel : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by CheckpointController")
  Q_PROPERTY(int count READ count NOTIFY countChanged)

 public:
  enum Role {
    PathRole = Qt::UserRole + 1,
    NameRole,
    LabelRole,
    ShortLabelRole,
    RunRole,
    StepRole,
    TokensRole,
    CurrentRole,
    SpareRole,
    AvailableRole,
  };

  explicit CheckpointListModel(QObject* parent = nullptr) : QAbstractListModel(parent) {}

  int count() const { return static_cast<int>(rows_.size()); }
  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  void add(const QString& path, const CheckpointName& name);
  void remove(const QString& path);
  void setCurrent(const QString& path);
  void setSpare(const QString& path);
  void setAvailable(const QString& path, bool available);
  QStringList paths() const;

 signals:
  void countChanged();

 private:
  struct Row {
    QString path;
    CheckpointName name;
    bool available = true;
  };
  int rowOf(const QString& path) const;
  void mark(QString* marked, const QString& path, Role role);

  QList<Row> rows_;
  QString current_;
  QString spare_;
};

}  // namespace cria::app
