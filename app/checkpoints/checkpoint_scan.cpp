#include "app/checkpoints/checkpoint_scan.h"

#include <QDir>
#include <QFileInfo>
#include <algorithm>

#include "app/checkpoints/checkpoint_name.h"

namespace cria::app {

namespace {

/// Enough for any run, and an end to a home folder that was opened by mistake.
constexpr int kMostFolders = 2000;

QStringList subfolders(const QString& path) {
  const QDir folder(path);
  QStringList result;
  for (const QString& name : folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
    result.append(folder.filePath(name));
  }
  return result;
}

void collect(const QString& path, int depth, int* budget, QStringList* found) {
  for (const QString& folder : subfolders(path)) {
    if (--*budget < 0) return;
    if (isCheckpointFolder(folder)) {
      found->append(folder);
    } else if (depth > 1) {
      collect(folder, depth - 1, budget, found);
    }
  }
}

}  // namespace

bool isCheckpointFolder(const QString& path) {
  const QDir folder(path);
  if (!folder.exists(QStringLiteral("config.json"))) return false;
  return !folder
              .entryList(
                  {QStringLiteral("*.safetensors"), QStringLiteral("*.safetensors.index.json"),
                   QStringLiteral("pytorch_model*.bin"),
                   QStringLiteral("pytorch_model.bin.index.json")},
                  QDir::Files)
              .isEmpty();
}

CheckpointScan scanForCheckpoints(const QString& path) {
  CheckpointScan scan;
  const QFileInfo info(path);
  const QString folder =
      QDir::cleanPath(info.isFile() ? info.absolutePath() : info.absoluteFilePath());
  int budget = kMostFolders;
  if (isCheckpointFolder(folder)) {
    scan.target = folder;
    scan.found.append(folder);
    const QString run = checkpointName(folder).run;
    for (const QString& sibling : subfolders(QFileInfo(folder).absolutePath())) {
      if (--budget < 0) break;
      if (sibling != folder && checkpointName(sibling).run == run && isCheckpointFolder(sibling)) {
        scan.beside.append(sibling);
      }
    }
    scan.found += scan.beside;
  } else {
    collect(folder, 2, &budget, &scan.found);
  }
  std::sort(scan.found.begin(), scan.found.end(), [](const QString& a, const QString& b) {
    return trainedBefore(checkpointName(a), checkpointName(b));
  });
  if (scan.target.isEmpty()) scan.target = scan.found.isEmpty() ? folder : scan.found.last();
  return scan;
}

}  // namespace cria::app
