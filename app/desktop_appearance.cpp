#include "app/desktop_appearance.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QEvent>
#include <QFile>
#include <QGuiApplication>
#include <QPalette>

namespace cria::app {

namespace {

constexpr auto kService = "org.freedesktop.portal.Desktop";
constexpr auto kPath = "/org/freedesktop/portal/desktop";
constexpr auto kInterface = "org.freedesktop.portal.Settings";
constexpr auto kAppearance = "org.freedesktop.appearance";
constexpr auto kColorScheme = "color-scheme";  ///< 0 no preference, 1 dark, 2 light
constexpr auto kGnome = "org.gnome.desktop.interface";
constexpr auto kAnimations = "enable-animations";

/// Without one, asking for the session bus may start a program.
bool hasSessionBus() {
  return qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS") ||
         QFile::exists(qEnvironmentVariable("XDG_RUNTIME_DIR") + QLatin1String("/bus"));
}

/// Read() wraps the value twice.
QVariant unwrapped(QVariant value) {
  while (value.metaType() == QMetaType::fromType<QDBusVariant>()) {
    value = value.value<QDBusVariant>().variant();
  }
  return value;
}

}  // namespace

DesktopAppearance::DesktopAppearance(QObject* parent) : QObject(parent) {
  if (qGuiApp) qGuiApp->installEventFilter(this);
  if (!hasSessionBus()) return;
  QDBusConnection::sessionBus().connect(QLatin1String(kService), QLatin1String(kPath),
                                        QLatin1String(kInterface), QStringLiteral("SettingChanged"),
                                        this,
                                        SLOT(onPortalChanged(QString, QString, QDBusVariant)));
  ask(QLatin1String(kAppearance), QLatin1String(kColorScheme));
  ask(QLatin1String(kGnome), QLatin1String(kAnimations));
}

bool DesktopAppearance::dark() const {
  if (portalDark_) return *portalDark_;
  // Qt 6.4 tells no colour scheme; its palette does.
  const QPalette palette = QGuiApplication::palette();
  return palette.color(QPalette::Window).lightnessF() <
         palette.color(QPalette::WindowText).lightnessF();
}

void DesktopAppearance::ask(const QString& group, const QString& key) {
  QDBusMessage question =
      QDBusMessage::createMethodCall(QLatin1String(kService), QLatin1String(kPath),
                                     QLatin1String(kInterface), QStringLiteral("Read"));
  question << group << key;
  auto* answer =
      new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(question), this);
  connect(answer, &QDBusPendingCallWatcher::finished, this,
          [this, group, key](QDBusPendingCallWatcher* watcher) {
            const QDBusPendingReply<QVariant> reply = *watcher;
            if (reply.isValid()) apply(group, key, unwrapped(reply.value()));
            watcher->deleteLater();
          });
}

void DesktopAppearance::onPortalChanged(const QString& group, const QString& key,
                                        const QDBusVariant& value) {
  apply(group, key, unwrapped(value.variant()));
}

void DesktopAppearance::apply(const QString& group, const QString& key, const QVariant& value) {
  if (group == QLatin1String(kAppearance) && key == QLatin1String(kColorScheme)) {
    const uint scheme = value.toUInt();
    portalDark_ = scheme == 1 || scheme == 2 ? std::optional(scheme == 1) : std::nullopt;
  } else if (group == QLatin1String(kGnome) && key == QLatin1String(kAnimations)) {
    reducedMotion_ = !value.toBool();
  } else {
    return;
  }
  emit changed();
}

bool DesktopAppearance::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::ApplicationPaletteChange) emit changed();
  return QObject::eventFilter(watched, event);
}

}  // namespace cria::app
