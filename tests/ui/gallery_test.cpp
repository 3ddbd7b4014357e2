// Opens the window in each of its states, light and dark, at three sizes: no QML warning, no text
// outside the window. With CRIA_GALLERY_DIR set it writes the pictures there, to be looked at.
#include <QGuiApplication>
#include <QQmlApplicationEngine>
#include <QQmlComponent>
#include <QQuickItem>
#include <QQuickStyle>
#include <QQuickWindow>
#include <QTest>
#include <QtQml/QQmlExtensionPlugin>

#include "tests/ui/mock_engine.h"

Q_IMPORT_QML_PLUGIN(CriaPlugin)

namespace {

QStringList warnings;

void collect(QtMsgType type, const QMessageLogContext&, const QString& message) {
  if (type != QtDebugMsg && type != QtInfoMsg) {
    warnings << message;
  }
}

bool seen(const QQuickItem* item) {
  for (; item != nullptr; item = item->parentItem()) {
    if (!item->isVisible() || item->opacity() == 0) {
      return false;
    }
  }
  return true;
}

bool scrolls(const QQuickItem* item) {
  for (; item != nullptr; item = item->parentItem()) {
    if (item->inherits("QQuickFlickable")) {
      return true;
    }
  }
  return false;
}

// Words that reach beyond the window or are narrower than themselves without saying so by an
// ellipsis.
void findClipped(QQuickItem* item, const QRectF& window, QStringList& clipped) {
  if (item->inherits("QQuickText") && seen(item) && !item->property("text").toString().isEmpty()) {
    const QRectF place = item->mapRectToScene(item->boundingRect());
    const bool outside = !window.adjusted(-1, -1, 1, 1).contains(place) && !scrolls(item);
    const bool cut = item->property("elide").toInt() == Qt::ElideNone &&
                     item->property("contentWidth").toReal() > item->width() + 1 &&
                     item->width() > 0;
    if (outside || cut) {
      clipped << item->property("text").toString();
    }
  }
  for (QQuickItem* child : item->childItems()) {
    findClipped(child, window, clipped);
  }
}

bool inPopup(const QQuickItem* item) {
  for (; item != nullptr; item = item->parentItem()) {
    if (item->inherits("QQuickPopupItem") || item->inherits("QQuickOverlay")) {
      return true;
    }
  }
  return false;
}

void collectTexts(QQuickItem* item, QList<std::pair<QRectF, QString>>& texts) {
  if (item->inherits("QQuickText") && seen(item) && !scrolls(item) && !inPopup(item)) {
    const QString text = item->property("text").toString();
    if (!text.isEmpty()) {
      texts.append({item->mapRectToScene(item->boundingRect()).adjusted(1, 3, -1, -3), text});
    }
  }
  for (QQuickItem* child : item->childItems()) {
    collectTexts(child, texts);
  }
}

// Words that lie on other words.
QStringList overlaps(QQuickItem* root) {
  QList<std::pair<QRectF, QString>> texts;
  collectTexts(root, texts);
  QStringList found;
  for (qsizetype a = 0; a < texts.size(); ++a) {
    for (qsizetype b = a + 1; b < texts.size(); ++b) {
      if (texts[a].first.intersects(texts[b].first)) {
        found << texts[a].second + QStringLiteral(" on ") + texts[b].second;
      }
    }
  }
  return found;
}

}  // namespace

class GalleryTest : public QObject {
  Q_OBJECT

 private slots:
  void states_data();
  void states();
};

void GalleryTest::states_data() {
  QTest::addColumn<QString>("scene");
  QTest::addColumn<QString>("theme");
  QTest::addColumn<QSize>("size");
  cria::tests::MockEngine mock;
  QQmlComponent component(&mock.engine, QUrl::fromLocalFile(CRIA_UI_TEST_DIR "/Gallery.qml"));
  std::unique_ptr<QObject> gallery(component.create());
  QVERIFY2(gallery, qPrintable(component.errorString()));
  const QStringList scenes = gallery->property("scenes").toStringList();
  for (const QString& scene : scenes) {
    for (const char* theme : {"light", "dark"}) {
      for (const QSize size : {QSize(1360, 860), QSize(900, 700), QSize(640, 480)}) {
        QTest::addRow("%s-%s-%d", qPrintable(scene), theme, size.width()) << scene << theme << size;
      }
    }
  }
}

void GalleryTest::states() {
  QFETCH(QString, scene);
  QFETCH(QString, theme);
  QFETCH(QSize, size);
  warnings.clear();
  const QtMessageHandler before = qInstallMessageHandler(collect);
  QStringList clipped;
  {
    cria::tests::MockEngine mock;
    QQmlComponent maker(&mock.engine, QUrl::fromLocalFile(CRIA_UI_TEST_DIR "/Gallery.qml"));
    std::unique_ptr<QObject> gallery(maker.create());
    QVERIFY2(gallery, qPrintable(maker.errorString()));
    QObject* app = gallery->property("app").value<QObject*>();
    QObject* settings = app->property("window").value<QObject*>();
    settings->setProperty("theme", theme);
    settings->setProperty("width", size.width());
    settings->setProperty("height", size.height());
    QMetaObject::invokeMethod(gallery.get(), "prepare", Q_ARG(QString, scene));
    QQmlComponent component(&mock.engine, QUrl(QStringLiteral("qrc:/qt/qml/Cria/Main.qml")));
    QVERIFY2(component.isReady(), qPrintable(component.errorString()));
    std::unique_ptr<QObject> made(
        component.createWithInitialProperties({{QStringLiteral("app"), QVariant::fromValue(app)}}));
    QVERIFY2(made, qPrintable(component.errorString()));
    auto* window = qobject_cast<QQuickWindow*>(made.get());
    QVERIFY(window);
    QVERIFY(QTest::qWaitForWindowExposed(window));
    QMetaObject::invokeMethod(gallery.get(), "act", Q_ARG(QString, scene),
                              Q_ARG(QVariant, QVariant::fromValue(made.get())));
    QTest::qWait(60);
    const QImage picture = window->grabWindow();
    QCOMPARE(picture.size(), size);
    findClipped(window->contentItem(), QRectF(QPointF(0, 0), size), clipped);
    if (!window->property("drawerOpen").toBool()) {
      clipped << overlaps(window->contentItem());
    }
    const QString folder = qEnvironmentVariable("CRIA_GALLERY_DIR");
    if (!folder.isEmpty()) {
      QVERIFY(picture.save(folder + QLatin1Char('/') +
                           QString::fromLatin1(QTest::currentDataTag()) + QStringLiteral(".png")));
    }
  }
  qInstallMessageHandler(before);
  QVERIFY2(warnings.isEmpty(), qPrintable(warnings.join(QLatin1Char('\n'))));
  QVERIFY2(clipped.isEmpty(), qPrintable(clipped.join(u'\n')));
}

int main(int argc, char** argv) {
  QGuiApplication application(argc, argv);
  QQuickStyle::setStyle(QStringLiteral("Fusion"));
  GalleryTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "gallery_test.moc"
