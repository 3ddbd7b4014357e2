// The cria program itself, as a script calls it: no display, exit codes, signals, JSON.
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <stop_token>
#include <sys/types.h>

#include "engine/random_llama/random_llama.h"
#include "kernels/factory.h"
#include "tests/app/commands/cria_process.h"

namespace {

const QString sharedModel = QStringLiteral(CRIA_SHARED_DIR "/data/stories260K");

}  // namespace

using namespace cria::app::testing;

class TestCli : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir folder_;
  QString model_;    ///< a random checkpoint with a very long context
  QString endless_;  ///< the same, whose replies do not end by themselves

  // One clear sentence: a line that names the program, and nothing on standard output.
  static void verifyRefused(const Ran& ran, int code) {
    QVERIFY2(ran.code == code, ran.err.constData());
    QVERIFY(ran.out.isEmpty());
    QVERIFY2(ran.err.startsWith("cria: ") && ran.err.count('\n') == 1, ran.err.constData());
  }

  QString copyOfModel(const QString& name) {
    QString copy = folder_.filePath(name);
    QDir().mkpath(copy);
    for (const QFileInfo& file : QDir(model_).entryInfoList(QDir::Files)) {
      QFile::copy(file.filePath(), copy + u'/' + file.fileName());
    }
    return copy;
  }

 private slots:
  void initTestCase() {
    QVERIFY(folder_.isValid());
    model_ = folder_.filePath(QStringLiteral("random"));
    QVERIFY(QDir().mkpath(model_));
    auto shape = *cria::engine::random_llama_named("tiny");
    shape.max_position_embeddings = 100000;
    const auto written =
        cria::engine::write_random_llama(model_.toStdString(), shape, std::stop_token());
    QVERIFY2(written, written ? "" : written.error().message.c_str());
    endless_ = copyOfModel(QStringLiteral("endless"));
    QFile defaults(endless_ + QStringLiteral("/generation_config.json"));
    QVERIFY(defaults.open(QIODevice::WriteOnly));
    defaults.write("{\"eos_token_id\": 2, \"min_new_tokens\": 98000}");
  }

  void jsonAndTextAgree() {
    const QStringList arguments = {"generate", "--checkpoint",     model_, "--prompt", "w5 w6",
                                   "--greedy", "--max-new-tokens", "20"};
    const Ran json = runCria(arguments + QStringList{"--json"});
    QVERIFY2(json.code == 0, json.err.constData());
    QCOMPARE(json.out.count('\n'), 1);
    const QJsonObject reply = object(json.out);
    QCOMPARE(reply.keys().size(), 13);
    QCOMPARE(reply["prompt_ids"].toArray().at(0).toInt(), 1);
    QCOMPARE(reply["prompt_tokens"].toInt(), reply["prompt_ids"].toArray().size());
    QCOMPARE(reply["new_tokens"].toInt(), reply["ids"].toArray().size());
    QCOMPARE(reply["device"].toString(), QStringLiteral("cpu"));
    const Ran text = runCria(arguments);
    QCOMPARE(text.code, 0);
    QCOMPARE(QString::fromUtf8(text.out), reply["text"].toString() + u'\n');
    const Ran bare = runCria(arguments + QStringList{"--json", "--no-bos"});
    QVERIFY(object(bare.out)["prompt_ids"].toArray().at(0).toInt() != 1);
  }

  void seedsRepeatReplies() {
    const QStringList arguments = {"generate",
                                   "--checkpoint",
                                   model_,
                                   "--prompt",
                                   "w5",
                                   "--temperature",
                                   "1.5",
                                   "--max-new-tokens",
                                   "16",
                                   "--json",
                                   "--num-return-sequences",
                                   "3"};
    const Ran first = runCria(arguments);
    QCOMPARE(first.out.count('\n'), 3);
    const QByteArray line = first.out.split('\n').first();
    const auto found = line.indexOf("\"seed\":") + 7;
    const QByteArray seed = line.mid(found, line.indexOf(',', found) - found);
    const Ran again = runCria(arguments + QStringList{"--seed", QString::fromLatin1(seed)});
    const Ran other = runCria(arguments + QStringList{"--seed", "12345"});
    const auto ids = [](const Ran& ran) {
      QList<QJsonArray> all;
      for (const QByteArray& text : ran.out.trimmed().split('\n')) {
        all.append(object(text)["ids"].toArray());
      }
      return all;
    };
    QCOMPARE(ids(again), ids(first));
    QVERIFY(ids(other) != ids(first));
    QVERIFY(ids(first).at(0) != ids(first).at(1));
  }

  void logitsOfEveryPosition() {
    const Ran all = runCria({"logits", "--checkpoint", model_, "--ids", "1,300,301",
                             "--all-positions", "--precision", "f32", "--json"});
    const Ran last = runCria(
        {"logits", "--checkpoint", model_, "--ids", "1,300,301", "--precision", "f32", "--json"});
    QVERIFY2(all.code == 0, all.err.constData());
    const QJsonArray rows = object(all.out)["logits"].toArray();
    QCOMPARE(rows.size(), 3);
    QCOMPARE(rows.at(0).toArray().size(), 320);
    QCOMPARE(object(last.out)["logits"].toArray(), QJsonArray{rows.at(2)});
  }

  void tokenizeNeedsNoWeights() {
    const QString copy = copyOfModel(QStringLiteral("weightless"));
    QFile::remove(copy + QStringLiteral("/model.safetensors"));
    const Ran ran = runCria({"tokenize", "--checkpoint", copy, "--text", "w5 é", "--json"});
    QVERIFY2(ran.code == 0, ran.err.constData());
    const QJsonObject tokens = object(ran.out);
    QCOMPARE(tokens.keys(), QStringList({"ids", "pieces"}));
    QCOMPARE(tokens["ids"].toArray().at(0).toInt(), 1);
    QCOMPARE(tokens["pieces"].toArray().at(0).toString(), QStringLiteral("<s>"));
    QCOMPARE(tokens["ids"].toArray().size(), tokens["pieces"].toArray().size());
  }

  void inspectListsTensors() {
    const Ran ran = runCria({"inspect", model_, "--json"});
    QVERIFY2(ran.code == 0, ran.err.constData());
    const QJsonObject found = object(ran.out);
    QCOMPARE(found["tensors"].toArray().size(), 3 + 2 * 9);
    QCOMPARE(found["config"].toObject()["hidden_size"].toInt(), 64);
    QVERIFY(found["total_bytes"].toInt() > 100000);
    QVERIFY(found["problems"].toArray().isEmpty());
    QCOMPARE(runCria({"inspect", "--devices", "--json"}).code, 0);
  }

  void benchMeasures() {
    const Ran ran = runCria({"bench", "--shape", "tiny", "--prompt", "16", "--generate", "8",
                             "--repeat", "1", "--json"});
    QVERIFY2(ran.code == 0, ran.err.constData());
    const QJsonObject measured = object(ran.out);
    for (const auto* key : {"prefill_tok_s", "decode_tok_s", "weight_bytes", "read_GBps", "load_ms",
                            "first_token_ms", "peak_rss_bytes"}) {
      QVERIFY2(measured[QLatin1String(key)].toDouble() > 0, key);
    }
  }

  void checkpointsThatCannotBeRead() {
    const QStringList start = {"generate",         "--prompt", "w5",
                               "--max-new-tokens", "2",        "--checkpoint"};
    verifyRefused(runCria(start + QStringList{folder_.filePath("nowhere")}), 3);
    QVERIFY(QDir().mkpath(folder_.filePath("empty")));
    verifyRefused(runCria(start + QStringList{folder_.filePath("empty")}), 3);

    const QString cut = copyOfModel(QStringLiteral("cut"));
    QFile weights(cut + QStringLiteral("/model.safetensors"));
    QVERIFY(weights.resize(weights.size() - 1));
    const Ran ran = runCria(start + QStringList{cut});
    verifyRefused(ran, 3);
    QVERIFY2(ran.err.contains("model.safetensors"), ran.err.constData());

    const QString strange = copyOfModel(QStringLiteral("strange"));
    QFile config(strange + QStringLiteral("/config.json"));
    QVERIFY(config.open(QIODevice::WriteOnly));
    config.write("{\"model_type\":\"mamba\",\"architectures\":[\"MambaForCausalLM\"]}");
    config.close();
    const Ran unknown = runCria(start + QStringList{strange});
    verifyRefused(unknown, 3);
    QVERIFY2(unknown.err.toLower().contains("mamba"), unknown.err.constData());
    verifyRefused(runCria({"tokenize", "--checkpoint", folder_.filePath("empty"), "--text", "x"}),
                  3);
    QCOMPARE(runCria({"inspect", folder_.filePath("nowhere"), "--json"}).code, 3);
  }

  void usageErrors() {
    verifyRefused(runCria({"nonsense"}), 2);
    verifyRefused(runCria({"generate"}), 2);
    verifyRefused(runCria({"generate", "--checkpoint", model_, "--prompt", "x", "--top-p", "3"}),
                  2);
    verifyRefused(
        runCria({"generate", "--checkpoint", model_, "--prompt", "x", "--precision", "q5"}), 2);
    verifyRefused(runCria({"logits", "--checkpoint", model_, "--ids", "1,320", "--json"}), 2);
    QCOMPARE(runCria({"--help"}).code, 0);
    QCOMPARE(runCria({"--version"}).code, 0);
  }

  void noDisplay() {
    const Ran ran = runCria({});
    verifyRefused(ran, 4);
    QVERIFY2(ran.err.contains("no display"), ran.err.constData());
  }

  void missingDevice() {
    const Ran devices = runCria({"inspect", "--devices", "--json"});
    if (devices.out.contains("\"cuda")) {
      QSKIP("this machine has a CUDA device");
    }
    verifyRefused(
        runCria({"generate", "--checkpoint", model_, "--prompt", "x", "--device", "cuda"}), 4);
  }

  void interrupted_data() {
    QTest::addColumn<QStringList>("more");
    QTest::newRow("text") << QStringList{};
    QTest::newRow("json") << QStringList{"--json"};
  }

  void interrupted() {
    QFETCH(QStringList, more);
    QProcess process;
    prepare(process);
    process.start(QStringLiteral(CRIA_BINARY),
                  QStringList{"generate", "--checkpoint", endless_, "--prompt", "w5", "--seed", "1",
                              "--max-length", "99000"} +
                      more);
    QVERIFY(process.waitForStarted());
    if (more.isEmpty()) {
      QVERIFY(process.waitForReadyRead(60000));  // the reply is being written
    } else {
      QTest::qWait(1500);
    }
    QVERIFY(process.state() == QProcess::Running);  // else its id is 0: our own process group
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(20000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 130);
    const QByteArray out = process.readAllStandardOutput();
    if (!more.isEmpty() && !out.isEmpty()) {
      QCOMPARE(object(out)["finish_reason"].toString(), QStringLiteral("cancelled"));
      QVERIFY(object(out)["new_tokens"].toInt() < 98000);
    }
  }

  void readersThatLeave() {
    const QString call = QStringLiteral("set -o pipefail; '" CRIA_BINARY
                                        "' generate --checkpoint '%1' --prompt w5 --seed 1 "
                                        "--max-length 99000 | head -c 20")
                             .arg(endless_);
    const Ran ran = shell(call);
    QCOMPARE(ran.out.size(), 20);
    QCOMPARE(ran.code, 1);
    const Ran full =
        shell(QStringLiteral("'" CRIA_BINARY "' inspect '%1' --json >/dev/full").arg(model_));
    QCOMPARE(full.code, 1);
    QVERIFY2(full.err.contains("cannot be written"), full.err.constData());
  }

  void chatInTheTerminal() {
    const QByteArray said = "w5 w6\n\n/new\nw7\n/quit\n";
    const QStringList options = {"chat", "--max-new-tokens", "5", "--greedy"};
    const Ran named = runCria(options + QStringList{"--checkpoint", model_}, said);
    QVERIFY2(named.code == 0, named.err.constData());
    QVERIFY(named.out.count("> ") >= 4);
    // Without the demo beside it, it asks for a folder.
    const QString alone = folder_.filePath(QStringLiteral("cria"));
    QVERIFY(QFile::copy(QStringLiteral(CRIA_BINARY), alone));
    const Ran asked = run(alone, options, model_.toUtf8() + '\n' + said);
    QVERIFY2(asked.code == 0, asked.err.constData());
    QVERIFY(asked.out.count("> ") >= 4);
    QCOMPARE(run(alone, {"generate", "--prompt", "x"}, {}).code, 2);
  }

  void aSignalEndsTheChat_data() {
    QTest::addColumn<int>("number");
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("Ctrl+C at the prompt") << SIGINT << QByteArray();
    QTest::newRow("SIGTERM at the prompt") << SIGTERM << QByteArray();
    QTest::newRow("SIGTERM in mid-reply") << SIGTERM << QByteArray("w5\n");
  }

  void aSignalEndsTheChat() {
    QFETCH(int, number);
    QFETCH(QByteArray, said);
    QProcess process;
    prepare(process);
    process.start(QStringLiteral(CRIA_BINARY),
                  {"chat", "--checkpoint", endless_, "--max-new-tokens", "90000", "--greedy"});
    process.write(said);
    // The prompt, and behind it the reply.
    QByteArray out;
    while (out.size() < (said.isEmpty() ? 2 : 8) && process.waitForReadyRead(60000)) {
      out += process.readAllStandardOutput();
    }
    QVERIFY2(out.startsWith("> "), out.constData());
    QVERIFY(process.state() == QProcess::Running);  // else its id is 0: our own process group
    ::kill(static_cast<pid_t>(process.processId()), number);
    QVERIFY(process.waitForFinished(20000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 130);
  }

  void theDemoSpeaksWhereNoCheckpointIsNamed() {
    const Ran story = runCria({"generate", "--prompt", "Once upon a time", "--seed", "1"});
    QVERIFY2(story.code == 0, story.err.constData());
    QVERIFY2(story.err.contains("demo llama speaks, step-"), story.err.constData());
    QVERIFY2(story.out.split(' ').size() > 60, story.out.constData());
    const Ran answer =
        runCria({"generate", "--chat", "--prompt", "Hello! Who are you?", "--greedy", "--json"});
    QVERIFY2(answer.code == 0, answer.err.constData());
    QCOMPARE(object(answer.out)["prompt_ids"].toArray().at(0).toInt(), 1);
    QVERIFY2(object(answer.out)["checkpoint"].toString().contains(QStringLiteral("/demo/step-")),
             answer.out.constData());
    const Ran chat = runCria({"chat", "--greedy"}, "Hello!\n/quit\n");
    QVERIFY2(chat.code == 0, chat.err.constData());
    QVERIFY2(chat.err.contains("demo llama speaks, step-"), chat.err.constData());
  }

  void goldenStory_data() {
    QTest::addColumn<QString>("instructionSet");
    QTest::addColumn<QString>("precision");
    QTest::addColumn<QString>("threads");
    for (const auto& set : cria::kernels::cpu_instruction_sets()) {
      for (const auto* precision : {"f32", "f16"}) {
        for (const auto* threads : {"1", "2"}) {
          QTest::addRow("%s %s %s", set.c_str(), precision, threads)
              << QString::fromStdString(set) << QString::fromLatin1(precision)
              << QString::fromLatin1(threads);
        }
      }
    }
  }

  void goldenStory() {
    if (!QFile::exists(sharedModel)) {
      QSKIP("stories260K is not on this machine");
    }
    QFETCH(QString, instructionSet);
    QFETCH(QString, precision);
    QFETCH(QString, threads);
    QFile file(sharedModel + QStringLiteral("/golden_greedy.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject golden = object(file.readAll());
    const Ran ran =
        runCria({"generate", "--checkpoint", sharedModel, "--prompt", "", "--greedy",
                 "--max-length", QString::number(golden["ids"].toArray().size()), "--precision",
                 precision, "--threads", threads, "--instruction-set", instructionSet, "--json"});
    QVERIFY2(ran.code == 0, ran.err.constData());
    const QJsonObject reply = object(ran.out);
    QJsonArray ids = reply["prompt_ids"].toArray();
    for (const auto id : reply["ids"].toArray()) {
      ids.append(id);
    }
    QCOMPARE(ids, golden["ids"].toArray());
    QCOMPARE(reply["precision"].toString(), precision);
  }

  void goldenTokens() {
    QFile file(QStringLiteral(CRIA_SHARED_DIR "/data/tokenizer/golden_tokens.json"));
    if (!file.open(QIODevice::ReadOnly)) {
      QSKIP("the golden tokens are not on this machine");
    }
    const QJsonObject golden = object(file.readAll());
    for (const auto* list : {"no_bos", "with_bos"}) {
      const bool bos = qstrcmp(list, "with_bos") == 0;
      for (const auto pair : golden[QLatin1String(list)].toArray()) {
        QStringList arguments = {"tokenize",     "--json",
                                 "--checkpoint", QStringLiteral(CRIA_SHARED_DIR "/data/tinyllama"),
                                 "--text",       pair.toObject()["text"].toString()};
        if (!bos) {
          arguments.append("--no-bos");
        }
        const Ran ran = runCria(arguments);
        QVERIFY2(ran.code == 0, ran.err.constData());
        QCOMPARE(object(ran.out)["ids"].toArray(), pair.toObject()["ids"].toArray());
      }
    }
  }
};

QTEST_GUILESS_MAIN(TestCli)
#include "test_cli.moc"
