#include "app/application.h"

#include <QDir>
#include <QLockFile>
#include <QStandardPaths>
#include <utility>

namespace cria::app {

namespace {

QString folderOf(const ApplicationOptions& options) {
  const QString folder = options.dataFolder.isEmpty() ? defaultDataFolder() : options.dataFolder;
  return QDir(folder).absolutePath();
}

// A Cria that was killed while QSettings wrote leaves QSettings' lock behind, and the first change
// of a setting would then block the window for half a minute. A write takes milliseconds, so a lock
// of a second's age belongs to nobody.
QString settingsFile(const ApplicationOptions& options) {
  QString file = QDir(folderOf(options)).filePath(QStringLiteral("cria.ini"));
  constexpr int kAbandonedAfterMs = 1000;
  QLockFile lock(file + QLatin1String(".lock"));
  lock.setStaleLockTime(kAbandonedAfterMs);
  if (lock.tryLock(2 * kAbandonedAfterMs)) lock.unlock();
  return file;
}

}  // namespace

QString defaultDataFolder() {
  const QString chosen = qEnvironmentVariable("CRIA_DATA_DIR");
  return chosen.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)
                          : chosen;
}

Application::Application(std::unique_ptr<engine::Engine> engine, const ApplicationOptions& options,
                         QObject* parent)
    : QObject(parent),
      options_(options),
      settings_(settingsFile(options), QSettings::IniFormat),
      store_({folderOf(options)}),
      inference_(std::move(engine)),
      sampling_(&settings_),
      checkpoints_(&inference_, &settings_),
      chat_(&inference_, &store_, &checkpoints_, &sampling_),
      conversations_(&store_, &chat_, &settings_),
      window_(&settings_) {}

Application::~Application() { shutdown(); }

void Application::start() {
  store_.open();
  if (!options_.checkpoint.isEmpty()) {
    checkpoints_.open(options_.checkpoint);
  } else if (options_.openLast) {
    checkpoints_.openLast();
  }
}

void Application::shutdown() {
  if (std::exchange(down_, true)) return;
  chat_.stopAll();
  inference_.shutdown();
  chat_.saveTails();
  store_.shutdown();
  settings_.sync();
}

}  // namespace cria::app
