#include "app/window_settings.h"

#include <QGuiApplication>
#include <QScreen>

namespace cria::app {

namespace {
constexpr auto kWidth = "window/width";
constexpr auto kHeight = "window/height";
constexpr auto kLeft = "window/leftPane";
constexpr auto kRight = "window/rightPane";
constexpr auto kTheme = "window/theme";
constexpr int kDefaultWidth = 1360;
constexpr int kDefaultHeight = 860;
constexpr int kLeastWidth = 640;
constexpr int kLeastHeight = 480;

/// At most what all screens together have without panels, if there is one. A larger window would
/// hide its own edge, and the composer with it, where no window manager cuts it.
QSize fitted(int width, int height) {
  QSize size(width, height);
  if (const QScreen* screen = QGuiApplication::primaryScreen(); screen != nullptr)
    size = size.boundedTo(screen->availableVirtualSize());
  return size.expandedTo(QSize(kLeastWidth, kLeastHeight));
}
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

int WindowSettings::width() const {
  return fitted(preferences_->value(kWidth).toInt(kDefaultWidth), 0).width();
}
int WindowSettings::height() const {
  return fitted(0, preferences_->value(kHeight).toInt(kDefaultHeight)).height();
}
bool WindowSettings::leftPaneOpen() const { return preferences_->value(kLeft).toBool(true); }
bool WindowSettings::rightPaneOpen() const { return preferences_->value(kRight).toBool(true); }
QString WindowSettings::theme() const {
  const QString theme = preferences_->value(kTheme).toString();
  return theme == QLatin1String("light") || theme == QLatin1String("dark")
             ? theme
             : QStringLiteral("system");
}

void WindowSettings::setWidth(int value) { set(kWidth, value, width()); }
void WindowSettings::setHeight(int value) { set(kHeight, value, height()); }
void WindowSettings::setLeftPaneOpen(bool value) { set(kLeft, value, leftPaneOpen()); }
void WindowSettings::setRightPaneOpen(bool value) { set(kRight, value, rightPaneOpen()); }
void WindowSettings::setTheme(const QString& value) { set(kTheme, value, theme()); }

}  // namespace cria::app
