// The demo llama that comes with Cria, as the library of checkpoints shows and remembers it.
#pragma once

#include <QString>
#include <QStringList>

#include "app/checkpoints/checkpoint_name.h"

namespace cria::app {

/// A plain value. Its folders move with Cria from version to version, so in the preferences a
/// checkpoint of it is "demo:step-000500" and no path.
class DemoLlama {
 public:
  /// The youngest first; none: Cria came without it.
  explicit DemoLlama(QStringList checkpoints = {}) : checkpoints_(std::move(checkpoints)) {}

  const QStringList& checkpoints() const { return checkpoints_; }
  bool has(const QString& path) const { return checkpoints_.contains(path); }
  /// Its last checkpoint; "": there is none.
  QString last() const { return checkpoints_.isEmpty() ? QString() : checkpoints_.last(); }

  /// checkpointName(path), with its own name in place of its folder's.
  CheckpointName name(const QString& path) const;
  /// What the preferences keep for `path`; other checkpoints are kept by their paths.
  QString kept(const QString& path) const;
  /// The path of what was kept; "" for one of the demo's that is no longer there.
  QString path(const QString& kept) const;

 private:
  QStringList checkpoints_;
};

}  // namespace cria::app
