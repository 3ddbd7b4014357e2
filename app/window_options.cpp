#include "app/window_options.h"

#include <QCoreApplication>

namespace cria::app {

namespace {

constexpr const char* kDataFolder = "--data-dir";
constexpr const char* kCheckpoint = "--checkpoint";
constexpr const char* kFakeEngine = "--fake-engine";

/// "--name value" or "--name=value"; moves `at` to the value.
bool take(const QStringList& arguments, qsizetype* at, const char* name, QString* value) {
  const QString& argument = arguments.at(*at);
  const QString prefix = QLatin1String(name) + QLatin1Char('=');
  if (argument.startsWith(prefix)) {
    *value = argument.mid(prefix.size());
    return true;
  }
  if (argument != QLatin1String(name) || *at + 1 >= arguments.size()) return false;
  *value = arguments.at(++*at);
  return true;
}

}  // namespace

WindowOptions parseWindowOptions(const QStringList& arguments) {
  WindowOptions options;
  for (qsizetype at = 1; at < arguments.size(); ++at) {
    if (take(arguments, &at, kDataFolder, &options.application.dataFolder)) continue;
    if (take(arguments, &at, kCheckpoint, &options.application.checkpoint)) continue;
    if (arguments.at(at) == QLatin1String(kFakeEngine)) {
      options.fakeEngine = true;
    } else {
      options.error =
          QCoreApplication::translate("cria::Window", "%1 is not understood here. See cria --help.")
              .arg(arguments.at(at));
    }
  }
  return options;
}

}  // namespace cria::app
