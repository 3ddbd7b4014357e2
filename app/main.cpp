// Wires the objects and opens the window; with a command, runs that instead.
#include <QGuiApplication>
#include <QQmlApplicationEngine>
#include <QQuickStyle>
#include <QUrl>
#include <cstdio>
#include <memory>
#include <utility>

#include "app/application.h"
#include "app/checkpoints/demo_checkpoints.h"
#include "app/commands/display.h"
#include "app/commands/run_command.h"
#include "app/inference/fake_engine.h"
#include "app/quit_on_signal.h"
#include "app/window_options.h"

int main(int argc, char** argv) {
  if (cria::app::is_command(argc, argv)) return cria::app::run_command(argc, argv);
  if (!cria::app::has_display(argc, argv)) return cria::app::refuse_without_display();

  QGuiApplication::setApplicationName(QStringLiteral("cria"));
  QGuiApplication::setApplicationVersion(QStringLiteral(CRIA_VERSION));
  QGuiApplication::setApplicationDisplayName(QStringLiteral("Cria"));
  QGuiApplication::setDesktopFileName(QStringLiteral("cria"));
  const QGuiApplication gui(argc, argv);
  QQuickStyle::setStyle(QStringLiteral("Fusion"));

  cria::app::WindowOptions options = cria::app::parseWindowOptions(gui.arguments());
  if (!options.error.isEmpty()) {
    std::fprintf(stderr, "%s\n", qPrintable(options.error));
    return 2;
  }
  auto engine = options.fakeEngine ? cria::app::makeFakeEngine() : cria::engine::make_engine();
  if (!options.fakeEngine) {
    for (const auto& checkpoint : cria::app::demo_checkpoints()) {
      options.application.demo.append(QString::fromStdString(checkpoint.string()));
    }
  }
  cria::app::Application application(std::move(engine), options.application);
  const cria::app::QuitOnSignal quitOnSignal;
  int result = 0;
  {
    // Gone before the objects that it shows.
    QQmlApplicationEngine window;
    window.addImportPath(QStringLiteral("qrc:/qt/qml"));
    window.setInitialProperties({{QStringLiteral("app"), QVariant::fromValue(&application)}});
    QObject::connect(
        &window, &QQmlApplicationEngine::objectCreationFailed, &gui,
        [] { QCoreApplication::exit(1); }, Qt::QueuedConnection);
    window.load(QUrl(QStringLiteral("qrc:/qt/qml/Cria/Main.qml")));
    application.start();
    result = QGuiApplication::exec();
  }
  application.shutdown();
  return result;
}
