// What the window remembers: size, panes, theme; and what the desktop asks for.
#pragma once

#include <QObject>
#include <QtQmlIntegration>

#include "app/desktop_appearance.h"
#include "app/preferences/preferences.h"

namespace cria::app {

/// GUI thread.
class WindowSettings : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by Application")
  Q_PROPERTY(int width READ width WRITE setWidth NOTIFY changed)
  Q_PROPERTY(int height READ height WRITE setHeight NOTIFY changed)
  Q_PROPERTY(bool leftPaneOpen READ leftPaneOpen WRITE setLeftPaneOpen NOTIFY changed)
  Q_PROPERTY(bool rightPaneOpen READ rightPaneOpen WRITE setRightPaneOpen NOTIFY changed)
  Q_PROPERTY(QString theme READ theme WRITE setTheme NOTIFY changed)  ///< system, light, dark
  Q_PROPERTY(bool systemDark READ systemDark NOTIFY desktopChanged)
  Q_PROPERTY(bool reducedMotion READ reducedMotion NOTIFY desktopChanged)

 public:
  /// `preferences` outlives it.
  explicit WindowSettings(Preferences* preferences, QObject* parent = nullptr);

  int width() const;
  int height() const;
  bool leftPaneOpen() const;
  bool rightPaneOpen() const;
  QString theme() const;
  bool systemDark() const { return desktop_.dark(); }
  bool reducedMotion() const { return desktop_.reducedMotion(); }
  DesktopAppearance& desktop() { return desktop_; }

  void setWidth(int value);
  void setHeight(int value);
  void setLeftPaneOpen(bool value);
  void setRightPaneOpen(bool value);
  void setTheme(const QString& value);

 signals:
  void changed();
  void desktopChanged();

 private:
  void set(const char* key, const QJsonValue& value, const QJsonValue& before);

  Preferences* preferences_;
  DesktopAppearance desktop_;
};

}  // namespace cria::app
