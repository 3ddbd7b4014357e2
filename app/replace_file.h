// Puts a small file in place, whole or not at all.
#pragma once

#include <QByteArray>
#include <QString>
#include <functional>

namespace cria::app {

/// "", or one sentence for the user: what could not be written and why.
using FileWriter = std::function<QString(const QString& path, const QByteArray& bytes)>;

/// Any thread; waits for the disk. Makes the folder. Whoever looks, even after a kill or a power
/// cut, finds the file of before or the new one; only its owner may read it.
QString replaceFile(const QString& path, const QByteArray& bytes);

/// What replaceFile() was writing in this folder when it was killed. A younger file than a minute
/// may still be somebody's.
void removeUnfinished(const QString& path);

}  // namespace cria::app
