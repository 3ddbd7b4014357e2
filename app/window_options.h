// The few options of the window itself; everything else is a command (app/commands).
#pragma once

#include <QStringList>

#include "app/application.h"

namespace cria::app {

struct WindowOptions {
  ApplicationOptions application;
  bool fakeEngine = false;  ///< --fake-engine: a window without any checkpoint, for development
  QString error;            ///< for the user, when an argument is not understood
};

/// --data-dir DIR, --checkpoint PATH (also as --x=y), --fake-engine; Qt has taken its own away.
WindowOptions parseWindowOptions(const QStringList& arguments);

}  // namespace cria::app
