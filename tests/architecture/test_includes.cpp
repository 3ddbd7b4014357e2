// Reads every #include of the project: ui -> app -> engine -> kernels, never the other way; no Qt
// below app; no SIMD or CUDA header in a header of ours that others see.
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>
#include <QTextStream>

namespace {

struct Include {
  QString file;  ///< relative to the project's root
  QString name;  ///< as written, without quotes or brackets
  bool system = false;
};

const QRegularExpression qtHeader(QStringLiteral("^(Q[A-Z]|Qt[A-Z]|q[a-z]+\\.h$)"));
const QRegularExpression simdHeader(
    QStringLiteral("(^|/)([a-z]*intrin\\.h|arm_(neon|sve)\\.h|cpuid\\.h)$"));
const QRegularExpression cudaHeader(QStringLiteral("(^|/)(cuda|cublas|device_launch)[^/]*$"));

// Why `include` may not be there; empty when it may.
QString objection(const Include& include) {
  const QString& file = include.file;
  const QString& name = include.name;
  const bool kernels = file.startsWith(u"kernels/");
  const bool engine = file.startsWith(u"engine/");
  const bool app = file.startsWith(u"app/");
  const bool qt = include.system && qtHeader.match(name).hasMatch();
  if (kernels && (name.startsWith(u"engine/") || name.startsWith(u"app/"))) {
    return QStringLiteral("kernels/ knows nothing above it");
  }
  if (engine && name.startsWith(u"app/")) {
    return QStringLiteral("engine/ knows nothing above it");
  }
  if ((kernels || engine) && qt) {
    return QStringLiteral("there is no Qt below app/");
  }
  if ((kernels || engine || app) && name.startsWith(u"tests/")) {
    return QStringLiteral("the program does not need its tests");
  }
  if (file.startsWith(u"ui/") && (name.startsWith(u"engine/") || name.startsWith(u"kernels/"))) {
    return QStringLiteral("ui/ knows app/ and nothing deeper");
  }
  if (app && name.startsWith(u"ui/")) {
    return QStringLiteral("app/ knows nothing above it");
  }
  if (file.startsWith(u"app/commands/") && qt) {
    return QStringLiteral("commands run without Qt");
  }
  if (app && name.startsWith(u"kernels/") && name != u"kernels/result.h") {
    return QStringLiteral("app/ knows the engine and nothing deeper");
  }
  static const QStringList doors = {QStringLiteral("engine/carried_on.h"),
                                    QStringLiteral("engine/machine_limits.h"),
                                    QStringLiteral("engine/step_profile.h"),
                                    QStringLiteral("engine/engine.h"),
                                    QStringLiteral("engine/generation/request.h"),
                                    QStringLiteral("engine/prompt/prompt.h"),
                                    QStringLiteral("engine/random_llama/random_llama.h"),
                                    QStringLiteral("engine/sampling/settings.h")};
  if (app && name.startsWith(u"engine/") && !doors.contains(name)) {
    return QStringLiteral("app/ comes in by engine/engine.h and plain values");
  }
  static const QRegularExpression backend(QStringLiteral("^kernels/(cpu|cuda|reference)/"));
  if (engine && backend.match(name).hasMatch()) {
    return QStringLiteral("the factory is the only place that names a backend");
  }
  const bool cuda = file.startsWith(u"kernels/cuda/");
  if (!cuda && cudaHeader.match(name).hasMatch()) {
    return QStringLiteral("CUDA stays in kernels/cuda/");
  }
  if (simdHeader.match(name).hasMatch() && !cuda && !file.startsWith(u"kernels/cpu/")) {
    return QStringLiteral("SIMD stays in kernels/cpu/");
  }
  return {};
}

QList<Include> includesIn(const QString& root) {
  static const QRegularExpression line(
      QStringLiteral("^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"]"));
  QList<Include> includes;
  for (const auto& folder : {"kernels", "engine", "app", "ui"}) {
    QDirIterator files(root + u'/' + QString::fromLatin1(folder),
                       {"*.h", "*.cpp", "*.cu", "*.cuh", "*.inc"}, QDir::Files,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
      QFile file(files.next());
      if (!file.open(QIODevice::ReadOnly)) {
        continue;
      }
      const QString name = QDir(root).relativeFilePath(file.fileName());
      QTextStream text(&file);
      while (!text.atEnd()) {
        if (const auto match = line.match(text.readLine()); match.hasMatch()) {
          includes.append({name, match.captured(2), match.captured(1) == u"<"});
        }
      }
    }
  }
  return includes;
}

}  // namespace

class TestIncludes : public QObject {
  Q_OBJECT

 private slots:
  void arrowsPointDown() {
    const auto includes = includesIn(QStringLiteral(CRIA_SOURCE_DIR));
    QVERIFY2(includes.size() > 100, "the sources were not found");
    QStringList objections;
    for (const Include& include : includes) {
      if (const QString reason = objection(include); !reason.isEmpty()) {
        objections.append(
            QStringLiteral("%1 includes %2: %3").arg(include.file, include.name, reason));
      }
    }
    QVERIFY2(objections.isEmpty(), qPrintable(objections.join(u'\n')));
  }

  void objectionsAreRaised_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("system");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char* file, const char* name, bool system, bool allowed) {
      QTest::addRow("%s <- %s", file, name)
          << QString::fromLatin1(file) << QString::fromLatin1(name) << system << allowed;
    };
    row("kernels/cpu/gemv.cpp", "engine/engine.h", false, false);
    row("kernels/backend.h", "app/application.h", false, false);
    row("kernels/backend.h", "QString", true, false);
    row("kernels/backend.h", "immintrin.h", true, false);
    row("kernels/backend.h", "cuda_runtime.h", true, false);
    row("kernels/cpu/gemv_avx2.cpp", "immintrin.h", true, true);
    row("engine/engine.h", "app/application.h", false, false);
    row("engine/engine.h", "QtCore/QObject", true, false);
    row("engine/engine.h", "qobject.h", true, false);
    row("engine/engine.h", "kernels/result.h", false, true);
    row("engine/model/x.cpp", "kernels/cpu/thread_team.h", false, false);
    row("app/commands/generate.cpp", "QString", true, false);
    row("app/main.cpp", "QGuiApplication", true, true);
    row("app/application.h", "ui/text/blocks.h", false, false);
    row("ui/text/blocks.cpp", "engine/engine.h", false, false);
    row("ui/text/blocks.cpp", "kernels/result.h", false, false);
    row("ui/text/blocks.cpp", "app/application.h", false, true);
    row("app/main.cpp", "kernels/backend.h", false, false);
    row("app/main.cpp", "engine/model/weights.h", false, false);
    row("app/main.cpp", "engine/engine.h", false, true);
    row("app/main.cpp", "tests/app/fake_engine.h", false, false);
  }

  void objectionsAreRaised() {
    QFETCH(QString, file);
    QFETCH(QString, name);
    QFETCH(bool, system);
    QFETCH(bool, allowed);
    QCOMPARE(objection({file, name, system}).isEmpty(), allowed);
  }
};

QTEST_APPLESS_MAIN(TestIncludes)
#include "test_includes.moc"
