// Qt Quick Test over the window with the mock of Cria.App: the tst_*.qml files here.
#include <QQmlEngine>
#include <QQuickStyle>
#include <QtQml/QQmlExtensionPlugin>
#include <QtQuickTest/quicktest.h>

#include "tests/ui/mock_engine.h"

Q_IMPORT_QML_PLUGIN(CriaPlugin)

class Setup : public QObject {
  Q_OBJECT

 public slots:
  void applicationAvailable() { QQuickStyle::setStyle(QStringLiteral("Fusion")); }
  void qmlEngineAvailable(QQmlEngine* engine) { cria::tests::useMock(*engine, interceptor_); }

 private:
  cria::tests::FromSource interceptor_;
};

QUICK_TEST_MAIN_WITH_SETUP(ui, Setup)

#include "window_test.moc"
