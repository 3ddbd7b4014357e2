// A real trained model: the ids that it is known to write.
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>
#include <cmath>

#include "tests/engine/model/backend_rows.h"
#include "tests/engine/model/open_model.h"

using cria::engine::testing::backend_rows;
using cria::engine::testing::BackendRow;
using cria::engine::testing::OpenModel;

namespace {
const QString folder = QStringLiteral(CRIA_SHARED_DIR "/data/stories260K");
}

class StoriesTest : public QObject {
  Q_OBJECT

 private slots:
  void writes_the_known_story_data() {
    QTest::addColumn<int>("backend");
    QTest::addColumn<QString>("precision");
    const std::vector<BackendRow> rows = backend_rows();
    if (rows.empty()) QSKIP(cria::kernels::testing::no_backend);
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (const char* precision : {"f32", "f16"})
        QTest::addRow("%s, %s", rows[i].name.c_str(), precision)
            << static_cast<int>(i) << precision;
  }

  void writes_the_known_story() {
    QFETCH(int, backend);
    QFETCH(QString, precision);
    if (!QFileInfo::exists(folder)) QSKIP("The shared data is not here.");
    QFile file(folder + "/golden_greedy.json");
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject golden = QJsonDocument::fromJson(file.readAll()).object();
    std::vector<std::int32_t> expected;
    for (const QJsonValue id : golden["ids"].toArray()) expected.push_back(id.toInt());
    QCOMPARE(expected.size(), std::size_t{201});

    const auto asked = cria::engine::parse_precision(precision.toStdString());
    QVERIFY(asked);
    auto opened = OpenModel::open(
        folder.toStdString(), backend_rows()[static_cast<std::size_t>(backend)].options, *asked);
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    OpenModel& open = **opened;

    const auto first = open.prefill({1}, 1);
    QVERIFY(first);
    const double tolerance = precision == "f32" ? 2e-5 : 2e-2;
    const QJsonArray head = golden["logits_after_BOS_first8"].toArray();
    for (qsizetype i = 0; i < head.size(); ++i)
      QVERIFY2(std::abs(head[i].toDouble() -
                        static_cast<double>((*first)[static_cast<std::size_t>(i)])) < tolerance,
               qPrintable(QString("logit %1").arg(i)));
    QCOMPARE(open.best(*first), golden["argmax_after_BOS"].toInt());

    const auto ids = open.greedy({1}, 200);
    QVERIFY2(ids, ids ? "" : ids.error().message.c_str());
    QCOMPARE(*ids, std::vector<std::int32_t>(expected.begin() + 1, expected.end()));
  }
};

QTEST_APPLESS_MAIN(StoriesTest)
#include "stories_test.moc"
