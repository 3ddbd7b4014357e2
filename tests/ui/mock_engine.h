// A QML engine with the window's own QML over the mock of Cria.App (mock/Cria/App). The module Cria
// is read from the source folder, so that nothing compiled against the real controllers stands in
// between.
#pragma once

#include <QQmlAbstractUrlInterceptor>
#include <QQmlEngine>

namespace cria::tests {

class FromSource : public QQmlAbstractUrlInterceptor {
 public:
  QUrl intercept(const QUrl& url, DataType type) override {
    const QString prefix = QStringLiteral("qrc:/qt/qml/Cria/");
    const QString text = url.toString();
    if (type == QmlFile && text.startsWith(prefix)) {
      return QUrl::fromLocalFile(QStringLiteral(CRIA_UI_SOURCE_DIR "/") + text.mid(prefix.size()));
    }
    return url;
  }
};

inline void useMock(QQmlEngine& engine, FromSource& interceptor) {
  engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
  engine.addImportPath(QStringLiteral(CRIA_UI_TEST_DIR "/mock"));
  engine.addUrlInterceptor(&interceptor);
}

struct MockEngine {
  FromSource interceptor;
  QQmlEngine engine;
  MockEngine() { useMock(engine, interceptor); }
};

}  // namespace cria::tests
