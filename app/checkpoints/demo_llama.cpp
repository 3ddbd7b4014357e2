#include "app/checkpoints/demo_llama.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace cria::app {

namespace {

const QLatin1String kPrefix("demo:");

QString say(const char* text) { return QCoreApplication::translate("cria::Checkpoints", text); }

}  // namespace

CheckpointName DemoLlama::name(const QString& path) const {
  CheckpointName name = checkpointName(path);
  if (has(path)) {
    name.name = say(QT_TRANSLATE_NOOP("cria::Checkpoints", "Demo llama"));
    name.signature = say(QT_TRANSLATE_NOOP("cria::Checkpoints", "demo %1")).arg(name.shortLabel);
    name.run = say(QT_TRANSLATE_NOOP("cria::Checkpoints", "Demo llama · comes with Cria"));
  }
  return name;
}

QString DemoLlama::kept(const QString& path) const {
  return has(path) ? kPrefix + QFileInfo(path).fileName() : path;
}

QString DemoLlama::path(const QString& kept) const {
  if (!kept.startsWith(kPrefix)) return kept;
  for (const QString& path : checkpoints_) {
    if (this->kept(path) == kept) return path;
  }
  return {};
}

}  // namespace cria::app
