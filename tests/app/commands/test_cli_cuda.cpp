// The cria program on a simulated card (tests/simt).
#include <QJsonObject>
#include <QTest>

#include "tests/app/commands/cria_process.h"
#include "tests/kernels/backends.h"

using namespace cria::app::testing;

class TestCliCuda : public QObject {
  Q_OBJECT

 private slots:
  // Every measurement takes the same time.
  void benchSaysWhatTheCardMeasured() {
    const auto plugin = QString::fromStdString(cria::kernels::testing::simulated_cuda());
    if (plugin.isEmpty()) {
      QSKIP("the simulated card is not built");
    }
    const QStringList arguments = {
        "bench", "--shape",  "tiny", "--prompt",    "3",  "--generate",    "2",   "--repeat",
        "1",     "--device", "cuda", "--precision", "q4", "--cuda-plugin", plugin};
    const Ran ran = runCria(arguments + QStringList{"--json"});
    QVERIFY2(ran.code == 0, ran.err.constData());
    const QJsonObject measured = object(ran.out);
    QCOMPARE(measured["device"].toString(), QStringLiteral("cuda:0"));
    QCOMPARE(measured["precision"].toString(), QStringLiteral("q4"));
    for (const auto* key : {"decode_tok_s", "read_GBps", "bandwidth_GBps", "bandwidth_percent",
                            "launches_per_token"}) {
      QVERIFY2(measured[QLatin1String(key)].toDouble() > 0, key);
    }
    const QJsonObject stages = measured["stage_us"].toObject();
    QCOMPARE(stages.keys(), QStringList({"attend", "attention_in", "attention_out", "embed",
                                         "ffn_in", "ffn_out", "logits"}));
    QCOMPARE(stages["attend"].toDouble(), 250.0);
    QCOMPARE(measured["stages_us"].toDouble(), 7 * 250.0);
    QVERIFY(!measured.contains("peak_percent"));

    const Ran table = runCria(arguments);
    QVERIFY2(table.code == 0, table.err.constData());
    QVERIFY2(table.out.contains("\nstage_us.attend\t250.0\n"), table.out.constData());
  }
};

QTEST_APPLESS_MAIN(TestCliCuda)
#include "test_cli_cuda.moc"
