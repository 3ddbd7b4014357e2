// Looks for checkpoint folders on the disk. Any thread; may be slow.
#pragma once

#include <QString>
#include <QStringList>

namespace cria::app {

/// config.json with weights beside it.
bool isCheckpointFolder(const QString& path);

struct CheckpointScan {
  QString target;      ///< what to open: the folder asked for, or the last trained one in it
  QStringList found;   ///< all checkpoints, in the order of their training, the target among them
  QStringList beside;  ///< of them, those not asked for: other ages of the target's run
};

/// `path` is a checkpoint (then its run's other checkpoints beside it are found too), a weight file
/// in one, or a folder of checkpoints, at most two folders deep. Nothing found: the target is
/// `path`, and the engine says what is missing.
CheckpointScan scanForCheckpoints(const QString& path);

}  // namespace cria::app
