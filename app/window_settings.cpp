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

WindowSettings::WindowSettings(QSettings* settings, QObject* parent)
    : QObject(parent), settings_(settings) {
  connect(&desktop_, &DesktopAppearance::changed, this, &WindowSettings::desktopChanged);
}

void WindowSettings::set(const char* key, const QVariant& value, const QVariant& before) {
  if (value == before) return;
  settings_->setValue(key, value);
  emit changed();
}

int WindowSettings::x() const { return settings_->value(kX, 0).toInt(); }
int WindowSettings::y() const { return settings_->value(kY, 0).toInt(); }
int WindowSettings::width() const {
  return std::max(settings_->value(kWidth, kDefaultWidth).toInt(), kLeastWidth);
}
int WindowSettings::height() const {
  return std::max(settings_->value(kHeight, kDefaultHeight).toInt(), kLeastHeight);
}
bool WindowSettings::placed() const { return settings_->contains(kX) && settings_->contains(kY); }
bool WindowSettings::leftPaneOpen() const { return settings_->value(kLeft, true).toBool(); }
bool WindowSettings::rightPaneOpen() const { return settings_->value(kRight, true).toBool(); }
QString WindowSettings::theme() const {
  const QString theme = settings_->value(kTheme).toString();
  return theme == QLatin1String("light") || theme == QLatin1String("dark")
             ? theme
             : QStringLiteral("system");
}

void WindowSettings::setX(int value) { set(kX, value, placed() ? x() : QVariant()); }
void WindowSettings::setY(int value) { set(kY, value, placed() ? y() : QVariant()); }
void WindowSettings::setWidth(int value) { set(kWidth, value, width()); }
void WindowSettings::setHeight(int value) { set(kHeight, value, height()); }
void WindowSettings::setLeftPaneOpen(bool value) { set(kLeft, value, leftPaneOpen()); }
void WindowSettings::setRightPaneOpen(bool value) { set(kRight, value, rightPaneOpen()); }
void WindowSettings::setTheme(const QString& value) { set(kTheme, value, theme()); }

}  // namespace cria::app
