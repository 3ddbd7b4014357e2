#include "app/window_settings.h"

#include <algorithm>

namespace cria::app {

namespace {
constexpr auto kX = "window/x";
constexpr auto kY = "window/y";
constexpr auto kWidth = "window/width";
constexpr auto kHeight = "window/height";
constexpr auto kLeft = "window/leftPane";
constexpr auto kRight = "window/rightPane";
constexpr auto kTheme = "window/theme";
constexpr int kDefaultWidth = 1360;
constexpr int kDefaultHeight = 860;
constexpr int kLeastWidth = 640;
constexpr int kLeastHeight = 480;
}  // namespace

WindowSettings::WindowSettings(Preferences* preferences, QObject* parent)
    : QObject(parent), preferences_(preferences) {
  connect(&desktop_, &DesktopAppearance::changed, this, &WindowSettings::desktopChanged);
}

void WindowSettings::set(const char* key, const QJsonValue& value, const QJsonValue& before) {
  if (value == before) return;
  preferences_->set(key, value);
  emit changed();
}

int WindowSettings::x() const { return preferences_->value(kX).toInt(0); }
int WindowSettings::y() const { return preferences_->value(kY).toInt(0); }
int WindowSettings::width() const {
  return std::max(preferences_->value(kWidth).toInt(kDefaultWidth), kLeastWidth);
}
int WindowSettings::height() const {
  return std::max(preferences_->value(kHeight).toInt(kDefaultHeight), kLeastHeight);
}
bool WindowSettings::placed() const {
  return preferences_->contains(kX) && preferences_->contains(kY);
}
bool WindowSettings::leftPaneOpen() const { return preferences_->value(kLeft).toBool(true); }
bool WindowSettings::rightPaneOpen() const { return preferences_->value(kRight).toBool(true); }
QString WindowSettings::theme() const {
  const QString theme = preferences_->value(kTheme).toString();
  return theme == QLatin1String("light") || theme == QLatin1String("dark")
             ? theme
             : QStringLiteral("system");
}

void WindowSettings::setX(int value) { set(kX, value, placed() ? x() : QJsonValue()); }
void WindowSettings::setY(int value) { set(kY, value, placed() ? y() : QJsonValue()); }
void WindowSettings::setWidth(int value) { set(kWidth, value, width()); }
void WindowSettings::setHeight(int value) { set(kHeight, value, height()); }
void WindowSettings::setLeftPaneOpen(bool value) { set(kLeft, value, leftPaneOpen()); }
void WindowSettings::setRightPaneOpen(bool value) { set(kRight, value, rightPaneOpen()); }
void WindowSettings::setTheme(const QString& value) { set(kTheme, value, theme()); }

}  // namespace cria::app
