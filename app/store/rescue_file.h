// A file in another place than the database, for what the database could not take when the program
// ended; the next start takes it over. Any thread; waits for the disk.
#pragma once

#include <QString>
#include <QStringList>
#include <optional>

#include "app/store/unsaved_rows.h"

namespace cria::app {

/// Where to try, best first: the home folder outlives a restart, the others may lie on another
/// disk.
QStringList rescueFolders();

/// The file of that database in `folder`.
QString rescuePath(const QString& folder, const QString& database);

/// Into the first folder that takes it. Returns the file's path; "": no folder did.
QString writeRescue(const QStringList& folders, const QString& database, const UnsavedRows& rows);

/// Nothing: there is no such file, or it is not this user's, or it is damaged. Replies that were
/// being written come back as interrupted.
std::optional<UnsavedRows> readRescue(const QString& path);

}  // namespace cria::app
