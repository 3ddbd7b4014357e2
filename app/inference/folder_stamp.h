// Whether a checkpoint on the disk is still the one that was opened.
#pragma once

#include <QByteArray>
#include <QString>

namespace cria::app {

/// Names, sizes and times of the files that `path` (a checkpoint's folder, or a file in one) has
/// now: another stamp, another checkpoint. A trainer may write a new one into the same folder.
QByteArray folderStamp(const QString& path);

}  // namespace cria::app
