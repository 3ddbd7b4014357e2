// What the window remembers, and its few options.
#include <QPalette>
#include <QScreen>
#include <QSignalSpy>

#include "app/window_options.h"
#include "tests/app/support.h"

using namespace cria::app;

class WindowTest : public QObject {
  Q_OBJECT

 private slots:
  void remembers() {
    const QTemporaryDir folder;
    {
      Preferences preferences(folder.path());
      WindowSettings window(&preferences);
      QCOMPARE(window.theme(), QStringLiteral("system"));
      QVERIFY(window.leftPaneOpen());
      QSignalSpy changes(&window, &WindowSettings::changed);
      window.setWidth(700);
      window.setHeight(100);
      window.setLeftPaneOpen(false);
      window.setTheme(QStringLiteral("dark"));
      QCOMPARE(changes.size(), 4);
      window.setTheme(QStringLiteral("dark"));
      QCOMPARE(changes.size(), 4);
    }
    Preferences preferences(folder.path());
    const WindowSettings window(&preferences);
    QCOMPARE(window.width(), 700);
    QCOMPARE(window.height(), 480);  // never too small to be used
    QVERIFY(!window.leftPaneOpen());
    QCOMPARE(window.theme(), QStringLiteral("dark"));
  }

  void isNoLargerThanTheScreen() {
    const QTemporaryDir folder;
    Preferences preferences(folder.path());
    WindowSettings window(&preferences);
    const QSize screen = QGuiApplication::primaryScreen()->availableVirtualSize();
    QVERIFY(window.width() <= screen.width() && window.height() <= screen.height());
    window.setWidth(screen.width() + 100);
    window.setHeight(screen.height() + 100);
    QCOMPARE(QSize(window.width(), window.height()), screen);
  }

  void followsTheDesktop() {
    const QTemporaryDir folder;
    Preferences preferences(folder.path());
    const WindowSettings window(&preferences);
    QSignalSpy changes(&window, &WindowSettings::desktopChanged);
    const QPalette before = QGuiApplication::palette();
    QPalette dark;
    dark.setColor(QPalette::Window, Qt::black);
    dark.setColor(QPalette::WindowText, Qt::white);
    QGuiApplication::setPalette(dark);
    QTRY_VERIFY(window.systemDark());
    QCOMPARE(changes.size(), 1);
    QGuiApplication::setPalette(before);
    QTRY_VERIFY(!window.systemDark());
  }

  void thePortalWinsOverThePalette() {
    const QTemporaryDir folder;
    Preferences preferences(folder.path());
    WindowSettings window(&preferences);
    const QString appearance = QStringLiteral("org.freedesktop.appearance");
    window.desktop().apply(appearance, QStringLiteral("color-scheme"), 1U);
    QVERIFY(window.systemDark());
    window.desktop().apply(appearance, QStringLiteral("color-scheme"), 2U);
    QVERIFY(!window.systemDark());
    window.desktop().apply(appearance, QStringLiteral("accent"), 1U);
    QVERIFY(!window.systemDark());
    QVERIFY(!window.reducedMotion());
    window.desktop().apply(QStringLiteral("org.gnome.desktop.interface"),
                           QStringLiteral("enable-animations"), false);
    QVERIFY(window.reducedMotion());
  }

  void options() {
    const WindowOptions none = parseWindowOptions({QStringLiteral("cria")});
    QVERIFY(!none.fakeEngine);
    QVERIFY(none.application.dataFolder.isEmpty());
    QVERIFY(none.error.isEmpty());
    for (const char* wrong : {"--data-dir", "--nonsense", "--checkpoint"}) {
      const WindowOptions options =
          parseWindowOptions({QStringLiteral("cria"), QLatin1String(wrong)});
      QVERIFY2(options.error.contains(QLatin1String(wrong)), wrong);
    }
    const WindowOptions all = parseWindowOptions(
        {QStringLiteral("cria"), QStringLiteral("--fake-engine"), QStringLiteral("--data-dir"),
         QStringLiteral("/d e"), QStringLiteral("--checkpoint=/c=d")});
    QVERIFY(all.fakeEngine);
    QCOMPARE(all.application.dataFolder, QStringLiteral("/d e"));
    QCOMPARE(all.application.checkpoint, QStringLiteral("/c=d"));
  }

  void dataFolder() {
    qputenv("CRIA_DATA_DIR", "/somewhere");
    QCOMPARE(defaultDataFolder(), QStringLiteral("/somewhere"));
    qunsetenv("CRIA_DATA_DIR");
    QVERIFY(defaultDataFolder() != QStringLiteral("/somewhere"));
  }
};

CRIA_TEST_MAIN(WindowTest)
#include "window_test.moc"
