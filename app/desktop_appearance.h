// What the desktop asks of its programs: dark colours, less motion.
#pragma once

#include <QObject>
#include <QString>
#include <QVariant>
#include <optional>

class QDBusVariant;

namespace cria::app {

/// GUI thread; never waits for the desktop. Sources: the palette that Qt was given, and over it the
/// settings portal (https://flatpak.github.io/xdg-desktop-portal, org.freedesktop.portal.Settings).
class DesktopAppearance : public QObject {
  Q_OBJECT

 public:
  explicit DesktopAppearance(QObject* parent = nullptr);

  bool dark() const;
  bool reducedMotion() const { return reducedMotion_; }

  /// What the portal says of one of its settings; others are left alone.
  void apply(const QString& group, const QString& key, const QVariant& value);

  bool eventFilter(QObject* watched, QEvent* event) override;

 signals:
  void changed();

 private slots:
  void onPortalChanged(const QString& group, const QString& key, const QDBusVariant& value);

 private:
  void ask(const QString& group, const QString& key);

  std::optional<bool> portalDark_;
  bool reducedMotion_ = false;
};

}  // namespace cria::app
