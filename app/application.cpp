#include "app/application.h"

#include <QDir>
#include <QStandardPaths>
#include <utility>

namespace cria::app {

namespace {

QString folderOf(const ApplicationOptions& options) {
  const QString folder = options.dataFolder.isEmpty() ? defaultDataFolder() : options.dataFolder;
  return QDir(folder).absolutePath();
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
      preferences_(folderOf(options), options.writePreferences),
      store_({.folder = folderOf(options), .rescueFolders = options.rescueFolders}),
      inference_(std::move(engine)),
      sampling_(&preferences_),
      checkpoints_(&inference_, &preferences_, DemoLlama(options.demo)),
      chat_(&inference_, &store_, &checkpoints_, &sampling_),
      conversations_(&store_, &chat_, &preferences_),
      window_(&preferences_),
      closing_(&store_, &chat_) {}

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
  inference_.shutdown();
  chat_.saveTails();
  store_.shutdown();
  preferences_.shutdown();
}

}  // namespace cria::app
