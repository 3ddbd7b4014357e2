// Whether a window could open: asked before Qt, which would abort the program instead.
#pragma once

namespace cria::app {

/// True where an X11 or Wayland display, or a Qt platform of the person's own choice, is named.
bool has_display(int argc, const char* const* argv);

/// Says on standard error what can be done without a display; returns the exit code.
int refuse_without_display();

}  // namespace cria::app
