#include "app/commands/display.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "app/commands/command.h"

namespace cria::app {

bool has_display(int argc, const char* const* argv) {
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') {
      return true;
    }
  }
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "-platform" || argument == "--platform" || argument == "-display") {
      return true;
    }
  }
  return false;
}

int refuse_without_display() {
  std::fputs(
      "cria: There is no display to open the window on; \"cria chat\" chats in the "
      "terminal.\n",
      stderr);
  return exit_code::device;
}

}  // namespace cria::app
