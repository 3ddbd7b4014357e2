// The command line in process, before a scripted engine: what options become, what is printed, and
// every exit code.
#include <QTest>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <sstream>

#include "app/commands/run_command.h"
#include "tests/app/commands/scripted_engine.h"

namespace {

using cria::Error;
using cria::ErrorKind;
using cria::engine::FinishReason;
using cria::test::RecordingConsole;
using cria::test::ScriptedEngine;
using Arguments = std::vector<std::string>;
using Json = nlohmann::ordered_json;

struct Run {
  ScriptedEngine engine;
  RecordingConsole console;
  int code = -1;

  Run() {
    engine.script.info.path = "/models/x";
    engine.script.info.device = "cpu";
    engine.script.info.precision = "f16";
    engine.script.info.vocab_size = 3;
    engine.script.info.context_length = 100;
  }
  void operator()(const Arguments& arguments) {
    code = cria::app::run_command(arguments, engine, console);
  }
  cria::test::Script& script() { return engine.script; }
};

Arguments generate(const Arguments& more) {
  Arguments all = {"generate", "--checkpoint", "/models/x", "--prompt", "Hi"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

Arguments fromQt(const QStringList& list) {
  Arguments arguments;
  for (const QString& argument : list) {
    arguments.push_back(argument.toStdString());
  }
  return arguments;
}

QStringList keys(const Json& object) {
  QStringList names;
  for (const auto& [key, value] : object.items()) {
    names.append(QString::fromStdString(key));
  }
  return names;
}

}  // namespace

class TestCommands : public QObject {
  Q_OBJECT

 private slots:
  void windowOrCommand() {
    const char* const none[] = {"cria"};
    const char* const option[] = {"cria", "-platform", "xcb"};
    const char* const command[] = {"cria", "generate"};
    const char* const unknown[] = {"cria", "nonsense"};
    const char* const help[] = {"cria", "--help"};
    QVERIFY(!cria::app::is_command(0, none));
    QVERIFY(!cria::app::is_command(1, none));
    QVERIFY(!cria::app::is_command(3, option));
    QVERIFY(cria::app::is_command(2, command));
    QVERIFY(cria::app::is_command(2, unknown));
    QVERIFY(cria::app::is_command(2, help));
  }

  void usageErrors_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const QStringList& arguments, const char* says) {
      QTest::newRow(name) << arguments << QString::fromLatin1(says);
    };
    const auto reply = [&row](const char* name, const QStringList& options, const char* says) {
      row(name, QStringList{"generate", "--checkpoint", "x", "--prompt", "Hi"} + options, says);
    };
    row("unknown command", {"nonsense"}, "nonsense");
    row("no command", {}, "ubcommand");
    row("no checkpoint", {"generate", "--prompt", "Hi"}, "--checkpoint");
    row("no prompt", {"generate", "--checkpoint", "x"}, "--prompt");
    row("empty checkpoint", {"generate", "--checkpoint", "", "--prompt", "x"}, "--checkpoint");
    reply("unknown option", {"--bogus"}, "--bogus");
    reply("left over", {"word"}, "word");
    reply("not a number", {"--top-k", "many"}, "--top-k");
    reply("not whole", {"--top-k", "1.5"}, "--top-k");
    reply("too large", {"--top-k", "99999999999"}, "--top-k");
    reply("negative temperature", {"--temperature", "-1"}, "--temperature");
    reply("temperature nan", {"--temperature", "nan"}, "--temperature");
    reply("temperature inf", {"--temperature", "inf"}, "--temperature");
    reply("top-p 0", {"--top-p", "0"}, "--top-p");
    reply("top-p 2", {"--top-p", "2"}, "--top-p");
    reply("min-p", {"--min-p", "1.5"}, "--min-p");
    reply("typical-p", {"--typical-p", "0"}, "--typical-p");
    reply("penalty 0", {"--repetition-penalty", "0"}, "--repetition-penalty");
    reply("ngram", {"--no-repeat-ngram", "-1"}, "--no-repeat-ngram");
    reply("no tokens", {"--max-new-tokens", "0"}, "--max-new-tokens");
    reply("no length", {"--max-length", "0"}, "--max-length");
    reply("no sequences", {"--num-return-sequences", "0"}, "--num-return");
    reply("greedy variants", {"--num-return-sequences", "2", "--greedy"}, "needs sampling");
    reply("cold variants", {"--num-return-sequences", "2", "--temperature", "0"}, "needs sampling");
    reply("negative seed", {"--seed", "-1"}, "--seed");
    reply("seed too large", {"--seed", "18446744073709551616"}, "--seed");
    reply("empty stop", {"--stop", ""}, "--stop");
    reply("stop without text", {"--stop"}, "--stop");
    reply("device", {"--device", "tpu"}, "--device");
    reply("precision", {"--precision", "f8"}, "--precision");
    reply("precision q8", {"--precision", "q8"}, "q8 is not in this version");
    reply("precision q4", {"--precision", "q4"}, "q4 is not in this version");
    reply("threads", {"--threads", "-2"}, "--threads");
    reply("system", {"--system", "s"}, "--chat");
    row("ids", {"logits", "--checkpoint", "x", "--ids", "1,x"}, "\"x\"");
    row("ids empty", {"logits", "--checkpoint", "x", "--ids", ""}, "--ids");
    row("ids end", {"logits", "--checkpoint", "x", "--ids", "1,"}, "--ids");
    row("ids negative", {"logits", "--checkpoint", "x", "--ids", "-1"}, "\"-1\"");
    row("ids large", {"logits", "--checkpoint", "x", "--ids", "99999999999"}, "99999999999");
    row("inspect nothing", {"inspect"}, "--devices");
    row("inspect both", {"inspect", "x", "--devices"}, "--devices");
    row("bench nothing", {"bench"}, "--shape");
    row("bench both", {"bench", "--checkpoint", "x", "--shape", "tiny"}, "--shape");
    row("bench shape", {"bench", "--shape", "huge"}, "huge");
    row("bench counts", {"bench", "--checkpoint", "x", "--generate", "1"}, "--generate");
    row("tokenize", {"tokenize", "--checkpoint", "x"}, "--text");
    row("chat", {"chat", "--checkpoint", "x", "--top-p", "7"}, "--top-p");
    row("chat without checkpoint", {"chat"}, "heckpoint");
  }

  void usageErrors() {
    QFETCH(QStringList, arguments);
    QFETCH(QString, says);
    Run run;
    run(fromQt(arguments));
    QCOMPARE(run.code, 2);
    QVERIFY(run.console.out.empty());
    const auto notes = QString::fromStdString(run.console.notes);
    QVERIFY2(notes.contains(says), qPrintable(notes));
    QCOMPARE(notes.count(u'\n'), 1);
    QVERIFY2(run.script().path.empty(), "a checkpoint was opened before the options were checked");
  }

  void errorsBecomeExitCodes_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("code");
    QTest::newRow("usage") << int(ErrorKind::usage) << 2;
    QTest::newRow("checkpoint") << int(ErrorKind::checkpoint) << 3;
    QTest::newRow("device") << int(ErrorKind::device) << 4;
    QTest::newRow("cancelled") << int(ErrorKind::cancelled) << 130;
    QTest::newRow("io") << int(ErrorKind::io) << 1;
  }

  void errorsBecomeExitCodes() {
    QFETCH(int, kind);
    QFETCH(int, code);
    const Error error{static_cast<ErrorKind>(kind), "It is broken."};
    for (const Arguments& arguments :
         {generate({}), Arguments{"logits", "--checkpoint", "x", "--ids", "1", "--json"},
          Arguments{"inspect", "x", "--json"}, Arguments{"bench", "--checkpoint", "x"},
          Arguments{"chat", "--checkpoint", "x"}}) {
      Run run;
      run.script().open_error = error;
      run(arguments);
      QCOMPARE(run.code, code);
      QCOMPARE(run.console.notes, std::string("It is broken.\n"));
      QVERIFY(run.console.out.empty());
    }
    Run run;
    run.script().generate_error = error;
    run(generate({"--json"}));
    QCOMPARE(run.code, code);
  }

  void textStreams() {
    Run run;
    run(generate({}));
    QCOMPARE(run.code, 0);
    QCOMPARE(run.console.out, std::string("Hello world\n"));
    QVERIFY(run.console.notes.find("f16 on cpu") != std::string::npos);
  }

  void severalTextsAreSeparated() {
    Run run;
    run(generate({"--num-return-sequences", "3"}));
    QCOMPARE(run.code, 0);
    QCOMPARE(run.console.out,
             std::string("Hello world\n\n--- 2 ---\nHello world\n\n--- 3 ---\nHello world\n"));
  }

  void jsonHasTheFieldsOfTheDesign() {
    Run run;
    run(generate({"--json", "--num-return-sequences", "2", "--seed", "18446744073709551615"}));
    QCOMPARE(run.code, 0);
    std::istringstream lines(run.console.out);
    std::string line;
    int sequence = 0;
    while (std::getline(lines, line)) {
      const Json object = Json::parse(line);
      QCOMPARE(keys(object), QStringList({"sequence", "prompt_ids", "ids", "text", "finish_reason",
                                          "prompt_tokens", "new_tokens", "prefill_ms", "decode_ms",
                                          "device", "precision", "seed", "checkpoint"}));
      QCOMPARE(object["sequence"].get<int>(), sequence++);
      QCOMPARE(object["prompt_ids"].dump(), std::string("[1,7]"));
      QCOMPARE(object["ids"].dump(), std::string("[10,11]"));
      QCOMPARE(object["text"].get<std::string>(), std::string("Hello world"));
      QCOMPARE(object["finish_reason"].get<std::string>(), std::string("eos"));
      QCOMPARE(object["prompt_tokens"].get<int>(), 2);
      QCOMPARE(object["new_tokens"].get<int>(), 2);
      QCOMPARE(object["seed"].get<std::uint64_t>(), std::numeric_limits<std::uint64_t>::max());
      QCOMPARE(object["device"].get<std::string>(), std::string("cpu"));
      QCOMPARE(object["precision"].get<std::string>(), std::string("f16"));
      QCOMPARE(object["checkpoint"].get<std::string>(), std::string("/models/x"));
    }
    QCOMPARE(sequence, 2);
  }

  void jsonIsValidUtf8WhateverComes() {
    Run run;
    run.script().pieces = {"a\xFF\xC3", "\xE2\x82"};
    run.script().info.path = "/models/\xFE";
    run(generate({"--json"}));
    const QByteArray out = QByteArray::fromStdString(run.console.out);
    QCOMPARE(QString::fromUtf8(out).toUtf8(), out);
    QVERIFY(Json::accept(run.console.out));
  }

  void interruptedRepliesArePrintedAndSaidSo() {
    for (const bool json : {false, true}) {
      Run run;
      run.script().finish_reason = FinishReason::cancelled;
      run(generate(json ? Arguments{"--json"} : Arguments{}));
      QCOMPARE(run.code, 130);
      QVERIFY(run.console.out.find("Hello world") != std::string::npos);
    }
  }

  void lostOutputIsNoSuccess() {
    Run run;
    run.console.out_limit = 3;
    run(generate({}));
    QCOMPARE(run.code, 1);
  }

  void fullContextIsSaid() {
    Run run;
    run.script().info.context_length = 4;
    run.script().finish_reason = FinishReason::length;
    run(generate({}));
    QCOMPARE(run.code, 0);
    QVERIFY(run.console.notes.find("The context of 4 tokens is full") != std::string::npos);
  }

  void optionsBecomeSettings() {
    Run run;
    run(generate({"--temperature",
                  "0.5",
                  "--top-k",
                  "7",
                  "--top-p",
                  "0.9",
                  "--min-p",
                  "0.1",
                  "--typical-p",
                  "0.8",
                  "--repetition-penalty",
                  "1.5",
                  "--no-repeat-ngram",
                  "3",
                  "--max-new-tokens",
                  "9",
                  "--max-length",
                  "50",
                  "--stop",
                  "[a,b]",
                  "--stop",
                  "-c d",
                  "--seed",
                  "5",
                  "--device",
                  "cpu",
                  "--precision",
                  "bf16",
                  "--threads",
                  "2",
                  "--instruction-set",
                  "avx2"}));
    QCOMPARE(run.code, 0);
    const auto& settings = run.script().settings;
    QVERIFY(settings.do_sample);
    QCOMPARE(settings.temperature, 0.5F);
    QCOMPARE(settings.top_k, 7);
    QCOMPARE(settings.top_p, 0.9F);
    QCOMPARE(settings.min_p, 0.1F);
    QCOMPARE(settings.typical_p, 0.8F);
    QCOMPARE(settings.repetition_penalty, 1.5F);
    QCOMPARE(settings.no_repeat_ngram_size, 3);
    QCOMPARE(settings.max_new_tokens.value_or(0), 9);
    QCOMPARE(settings.max_length.value_or(0), 50);
    QCOMPARE(settings.stop_strings, (std::vector<std::string>{"[a,b]", "-c d"}));
    QCOMPARE(run.script().requests.front().seed, std::uint64_t{5});
    QCOMPARE(run.script().load.device, std::string("cpu"));
    QCOMPARE(run.script().load.precision, std::string("bf16"));
    QCOMPARE(run.script().load.threads, 2);
    QCOMPARE(run.script().load.instruction_set, std::string("avx2"));
  }

  void checkpointDefaultsStand() {
    Run run;
    run.script().info.defaults.do_sample = true;
    run.script().info.defaults.temperature = 0.7F;
    run.script().info.defaults.max_new_tokens = 256;
    run.script().info.defaults.stop_strings = {"own"};
    run(generate({"--stop", "mine"}));
    QVERIFY(run.script().settings.do_sample);
    QCOMPARE(run.script().settings.temperature, 0.7F);
    QCOMPARE(run.script().settings.max_new_tokens.value_or(0), 256);
    QCOMPARE(run.script().settings.stop_strings, (std::vector<std::string>{"own", "mine"}));
    run(generate({"--max-length", "500"}));
    QVERIFY(!run.script().settings.max_new_tokens);
    QCOMPARE(run.script().settings.max_length.value_or(0), 500);
  }

  void whenItSamples_data() {
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<bool>("byDefault");
    QTest::addColumn<bool>("samples");
    QTest::newRow("nothing") << QStringList{} << false << false;
    QTest::newRow("checkpoint") << QStringList{} << true << true;
    QTest::newRow("greedy") << QStringList{"--greedy"} << true << false;
    QTest::newRow("greedy wins") << QStringList{"--greedy", "--top-k", "3"} << false << false;
    QTest::newRow("temperature 0") << QStringList{"--temperature", "0"} << true << false;
    QTest::newRow("temperature 1") << QStringList{"--temperature", "1"} << false << true;
    QTest::newRow("top-k") << QStringList{"--top-k", "10"} << false << true;
    QTest::newRow("top-p") << QStringList{"--top-p", "0.9"} << false << true;
    QTest::newRow("min-p") << QStringList{"--min-p", "0.1"} << false << true;
    QTest::newRow("typical-p") << QStringList{"--typical-p", "0.9"} << false << true;
    QTest::newRow("seed") << QStringList{"--seed", "1"} << false << true;
    QTest::newRow("variants") << QStringList{"--num-return-sequences", "2"} << false << true;
    QTest::newRow("penalty") << QStringList{"--repetition-penalty", "1.1"} << false << false;
  }

  void whenItSamples() {
    QFETCH(QStringList, options);
    QFETCH(bool, byDefault);
    QFETCH(bool, samples);
    Run run;
    run.script().info.defaults.do_sample = byDefault;
    run(generate(fromQt(options)));
    QCOMPARE(run.code, 0);
    QCOMPARE(run.script().settings.do_sample, samples);
  }

  void seedsDifferUnlessGiven() {
    std::set<std::uint64_t> seeds;
    for (int i = 0; i < 4; ++i) {
      Run run;
      run(generate({"--top-k", "5"}));
      seeds.insert(run.script().requests.front().seed);
    }
    QCOMPARE(seeds.size(), std::size_t{4});
  }

  void prompts() {
    Run run;
    run(generate({"--no-bos"}));
    run({"generate", "--checkpoint", "x", "--prompt", ""});
    run({"generate", "--checkpoint", "x", "--prompt=--odd one", "--chat", "--system", "Be kind."});
    run({"generate", "--checkpoint", "x", "--prompt", "-5 degrees"});
    const auto& requests = run.script().requests;
    QCOMPARE(requests.size(), std::size_t{4});
    QCOMPARE(requests[0].prompt.text, std::string("Hi"));
    QVERIFY(requests[0].prompt.add_bos == std::optional<bool>(false));
    QVERIFY(requests[1].prompt.add_bos == std::optional<bool>(true));
    QVERIFY(requests[2].prompt.mode == cria::engine::PromptMode::chat);
    QCOMPARE(requests[2].prompt.messages.size(), std::size_t{2});
    QCOMPARE(requests[2].prompt.messages[0].text, std::string("Be kind."));
    QCOMPARE(requests[2].prompt.messages[1].text, std::string("--odd one"));
    QVERIFY(!requests[2].prompt.add_bos);
    QCOMPARE(requests[3].prompt.text, std::string("-5 degrees"));
    QVERIFY(requests[3].context_policy == cria::engine::ContextPolicy::stop);
  }

  void chatUsesTheTemplatesStopStrings() {
    Run run;
    run(generate({"--chat"}));
    QCOMPARE(run.script().settings.stop_strings, (std::vector<std::string>{"\nUser:"}));
  }

  void logitsReadBackAsTheSameFloats() {
    Run run;
    const auto seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    for (int i = 0; i < 3000; ++i) {
      const auto bits = static_cast<std::uint32_t>(random());
      float value = 0;
      std::memcpy(&value, &bits, sizeof value);
      run.script().logits.push_back(std::isfinite(value) ? value : 1.0F / 3.0F);
    }
    run({"logits", "--checkpoint", "x", "--ids", " 1, 403,407 ", "--all-positions", "--json"});
    QCOMPARE(run.code, 0);
    QCOMPARE(run.script().ids, (std::vector<std::int32_t>{1, 403, 407}));
    QVERIFY(run.script().all_positions);
    const Json object = Json::parse(run.console.out);
    QCOMPARE(keys(object), QStringList({"ids", "logits"}));
    QCOMPARE(object["logits"].size(), std::size_t{1000});
    std::size_t i = 0;
    for (const auto& row : object["logits"]) {
      QCOMPARE(row.size(), std::size_t{3});
      for (const auto& value : row) {
        const auto read = static_cast<float>(value.get<double>());
        QVERIFY(std::memcmp(&read, &run.script().logits[i++], sizeof read) == 0);
      }
    }
  }

  void logitsThatAreNoNumbers() {
    Run run;
    run.script().logits = {std::nanf(""), std::numeric_limits<float>::infinity(), -1.5F};
    run({"logits", "--checkpoint", "x", "--ids", "1", "--json"});
    QCOMPARE(run.console.out, std::string("{\"ids\":[1],\"logits\":[[null,null,-1.5]]}\n"));
    QVERIFY(!run.script().all_positions);
  }

  void inspectPrintsEverything() {
    Run run;
    run.script().inspection = {
        "safetensors", R"({"hidden_size":64})", {{"a", "F32", {2, 3}}}, 24, {}};
    run({"inspect", "/models/x", "--json"});
    QCOMPARE(run.code, 0);
    QCOMPARE(
        run.console.out,
        std::string(R"({"format":"safetensors","config":{"hidden_size":64},"tensors":[{"name":)"
                    R"("a","dtype":"F32","shape":[2,3]}],"total_bytes":24,"problems":[]})"
                    "\n"));
  }

  void inspectProblemsAreExitCode3() {
    Run run;
    run.script().inspection.config_json = "{broken";
    run.script().inspection.problems = {"model.norm.weight is missing."};
    run({"inspect", "/models/x", "--json"});
    QCOMPARE(run.code, 3);
    const Json object = Json::parse(run.console.out);
    QVERIFY(object["config"].is_null());
    QCOMPARE(object["problems"][0].get<std::string>(),
             std::string("model.norm.weight is missing."));
    QCOMPARE(run.console.notes, std::string("model.norm.weight is missing.\n"));
  }

  void inspectDevices() {
    Run run;
    run({"inspect", "--devices", "--json"});
    QCOMPARE(run.code, 0);
    const Json device = Json::parse(run.console.out)["devices"][0];
    QCOMPARE(keys(device),
             QStringList({"device", "name", "instruction_set", "threads", "memory_available"}));
    Run text;
    text({"inspect", "--devices"});
    QVERIFY(text.console.out.find("8192 MiB") != std::string::npos);
  }

  void benchReports() {
    Run run;
    run.script().info.weight_bytes = 1000000;
    run.script().info.precision = "f32";
    run.script().inspection.tensors = {{"lm_head.weight", "F32", {100, 10}},
                                       {"model.embed_tokens.weight", "F32", {100, 10}}};
    run({"bench", "--checkpoint", "x", "--depth", "8", "--prompt", "4", "--repeat", "2",
         "--threads", "1", "--json"});
    QCOMPARE(run.code, 0);
    const Json object = Json::parse(run.console.out);
    for (const auto* key :
         {"prefill_tok_s", "decode_tok_s", "weight_bytes", "read_GBps", "bandwidth_GBps",
          "bandwidth_percent", "load_ms", "first_token_ms", "peak_rss_bytes"}) {
      QVERIFY2(object.contains(key) && object[key].is_number(), key);
    }
    QCOMPARE(run.script().requests.size(), std::size_t{4});
    QCOMPARE(run.script().requests[0].prompt.ids.size(), std::size_t{8});
    QCOMPARE(run.script().requests[1].prompt.ids.size(), std::size_t{12});
    QCOMPARE(object["decode_tok_s"].get<double>(), 250.0);  // one token in 4 ms
    QCOMPARE(object["weight_bytes_read_per_token"].get<int>(), 996000);
    QCOMPARE(object["read_GBps"].get<double>(), 996000 * 250.0 / 1e9);
    QVERIFY(object["bandwidth_GBps"].get<double>() > 0.1);
    QVERIFY(object["peak_rss_bytes"].get<std::uint64_t>() > 1000000);
  }

  void chatTakesTurns() {
    Run run;
    run.script().info.chat_tuned = true;
    run.script().info.chat_template = cria::engine::ChatTemplate::zephyr;
    run.console.input = {"One", "", "Two", "/new", "Three", "/quit", "never"};
    run({"chat", "--checkpoint", "x", "--system", "Be kind."});
    QCOMPARE(run.code, 0);
    const auto& requests = run.script().requests;
    QCOMPARE(requests.size(), std::size_t{3});
    QCOMPARE(requests[0].prompt.messages.size(), std::size_t{2});
    QCOMPARE(requests[1].prompt.messages.size(), std::size_t{4});
    QCOMPARE(requests[1].prompt.messages[2].text, std::string("Hello world"));
    QCOMPARE(requests[2].prompt.messages.size(), std::size_t{2});
    QVERIFY(requests[0].context_policy == cria::engine::ContextPolicy::slide);
    QCOMPARE(run.script().settings.max_new_tokens.value_or(0), 512);
  }

  void chatWithABaseCheckpointContinuesText() {
    Run run;
    run.console.input = {"/models/x", "Once", "", "Twice"};
    run({"chat"});
    QCOMPARE(run.code, 0);
    QCOMPARE(run.script().path.string(), std::string("/models/x"));
    const auto& requests = run.script().requests;
    QCOMPARE(requests.size(), std::size_t{3});
    QCOMPARE(requests[0].prompt.text, std::string("Once"));
    QCOMPARE(requests[1].prompt.text, std::string("OnceHello world"));
    QCOMPARE(requests[2].prompt.text, std::string("Twice"));
  }

  void chatOutlivesAnError() {
    Run run;
    run.script().info.chat_tuned = true;
    run.script().generate_error = Error{ErrorKind::usage, "Too long."};
    run.console.input = {"One", "Two"};
    run({"chat", "--checkpoint", "x"});
    QCOMPARE(run.code, 0);
    QCOMPARE(run.script().requests.size(), std::size_t{2});
    QCOMPARE(run.script().requests[1].prompt.messages.size(), std::size_t{1});
  }

  void helpNamesEveryCommand() {
    Run run;
    run({"--help"});
    QCOMPARE(run.code, 0);
    for (const auto* command : {"generate", "logits", "tokenize", "inspect", "bench", "chat"}) {
      QVERIFY2(run.console.out.find(command) != std::string::npos, command);
      Run help;
      help({command, "--help"});
      QCOMPARE(help.code, 0);
      QVERIFY(help.console.out.find("--") != std::string::npos);
      QVERIFY2(help.console.out.find("instruction-set") == std::string::npos, command);
    }
    Run version;
    version({"--version"});
    QCOMPARE(version.code, 0);
    QVERIFY(version.console.out.starts_with("cria "));
  }
};

QTEST_APPLESS_MAIN(TestCommands)
#include "test_commands.moc"
