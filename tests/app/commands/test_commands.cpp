// What commands print, and every exit code.
#include <QTest>
#include <bit>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "app/commands/printable.h"
#include "tests/app/commands/command_run.h"

namespace {

using cria::Error;
using cria::ErrorKind;
using cria::engine::FinishReason;
using cria::test::Arguments;
using cria::test::generate;
using Run = cria::test::CommandRun;
using Json = nlohmann::ordered_json;

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

  void theCpuCarriesOnWhereTheGpuIsLost() {
    Run run;
    run.script().info.device = "cuda:0";
    run.script().gpu_lost_after = 1;
    run(generate({"--num-return-sequences", "2", "--seed", "1", "--json"}));
    QCOMPARE(run.code, 0);
    QVERIFY(run.console.notes.find("The card fell off.") != std::string::npos);
    QVERIFY(run.console.notes.find("the CPU carries on") != std::string::npos);
    const auto& requests = run.script().requests;
    QCOMPARE(requests.size(), std::size_t{3});
    for (const std::size_t i : {1, 2}) {
      QCOMPARE(requests[i].prompt.text, requests[0].prompt.text + "Hello");
      QCOMPARE(requests[i].num_return_sequences, 1);
      QCOMPARE(requests[i].first_sequence, static_cast<std::int32_t>(i) - 1);
    }
    // The scripted engine says its pieces again whatever the prompt.
    QVERIFY(run.console.out.find("\"text\":\"HelloHello world\"") != std::string::npos);
    QVERIFY(run.console.out.find("\"device\":\"cpu\"") != std::string::npos);
    QVERIFY(run.console.out.find("cuda") == std::string::npos);

    Run asked;
    asked.script().info.device = "cuda:0";
    asked.script().gpu_lost_after = 1;
    asked(generate({"--device", "cuda"}));
    QCOMPARE(asked.code, 4);
    QCOMPARE(asked.script().requests.size(), std::size_t{1});
  }

  void textStreams() {
    Run run;
    run(generate({}));
    QCOMPARE(run.code, 0);
    QCOMPARE(run.console.out, std::string("Hello world\n"));
    QVERIFY(run.console.notes.find("f16 on cpu") != std::string::npos);
  }

  void theDemoSpeaksWhereNoCheckpointIsNamed() {
    for (const Arguments& arguments :
         {Arguments{"generate", "--prompt", "Hi"}, Arguments{"chat"}}) {
      Run run;
      run.demo = "/usr/share/cria/demo/step-003200";
      run(arguments);
      QCOMPARE(run.code, 0);
      QCOMPARE(run.script().path, run.demo);
      QVERIFY(run.console.notes.find("step-003200") != std::string::npos);
      QVERIFY(run.console.notes.find("demo") != std::string::npos);
    }
    Run named;
    named.demo = "/usr/share/cria/demo/step-003200";
    named(generate({}));
    QCOMPARE(named.script().path, std::filesystem::path("/models/x"));
    QVERIFY(named.console.notes.find("demo") == std::string::npos);
    // Scores of the demo would be taken for another model's: these commands want a name.
    for (const Arguments& arguments :
         {Arguments{"logits", "--ids", "1"}, Arguments{"tokenize", "--text", "x"}}) {
      Run run;
      run.demo = "/usr/share/cria/demo/step-003200";
      run(arguments);
      QCOMPARE(run.code, 2);
    }
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
        QCOMPARE(std::bit_cast<std::uint32_t>(read),
                 std::bit_cast<std::uint32_t>(run.script().logits[i++]));
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

  void namesFromAFileDoNotReachTheTerminalAsTheyAre() {
    QCOMPARE(cria::app::printable("plain\ttext\n\xC3\xA9 \xE2\x82\xAC"),
             std::string("plain\ttext\n\xC3\xA9 \xE2\x82\xAC"));
    QCOMPARE(cria::app::printable("\x1B[2J\x07\x7F\xC2\x9B"),
             std::string("\\x1B[2J\\x07\\x7F\\x9B"));
    Run run;
    run.script().inspection.format = "safetensors";
    run.script().inspection.tensors = {{"\x1B]0;x\x07", "F16", {1}}};
    run({"inspect", "/models/x"});
    QVERIFY(run.console.out.find('\x1B') == std::string::npos);
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
    run.script().info.weight_bytes_per_token = 996000;
    run.script().info.precision = "f32";
    run({"bench", "--checkpoint", "x", "--depth", "8", "--prompt", "4", "--repeat", "2",
         "--threads", "1", "--json"});
    QCOMPARE(run.code, 0);
    const Json object = Json::parse(run.console.out);
    for (const auto* key :
         {"prefill_tok_s", "decode_tok_s", "weight_bytes", "read_GBps", "bandwidth_GBps",
          "bandwidth_percent", "prefill_Gops", "peak_f32_Gops", "peak_int8_Gops", "peak_percent",
          "load_ms", "first_token_ms", "peak_rss_bytes"}) {
      QVERIFY2(object.contains(key) && object[key].is_number(), key);
    }
    QCOMPARE(run.script().requests.size(), std::size_t{6});  // one run is not counted
    QCOMPARE(run.script().requests[0].prompt.ids.size(), std::size_t{8});
    QCOMPARE(run.script().requests[1].prompt.ids.size(), std::size_t{12});
    // Nothing of a run's prompt is left in the cache by the one before.
    QVERIFY(run.script().requests[1].prompt.ids[0] != run.script().requests[3].prompt.ids[0]);
    QCOMPARE(object["decode_tok_s"].get<double>(), 250.0);  // one token in 4 ms
    QCOMPARE(object["weight_bytes_read_per_token"].get<int>(), 996000);
    QCOMPARE(object["read_GBps"].get<double>(), 996000 * 250.0 / 1e9);
    QVERIFY(object["bandwidth_GBps"].get<double>() > 0.1);
    QVERIFY(object["peak_rss_bytes"].get<std::uint64_t>() > 1000000);
  }

  // Four replies at once: four tokens a step, and the weights read once for all of them.
  void benchWritesSeveralReplies() {
    Run run;
    run.script().info.weight_bytes_per_token = 1000000;
    run({"bench", "--checkpoint", "x", "--prompt", "4", "--repeat", "1", "--threads", "1",
         "--variants", "4", "--json"});
    QCOMPARE(run.code, 0);
    const Json object = Json::parse(run.console.out);
    QCOMPARE(run.script().requests.back().num_return_sequences, 4);
    QVERIFY(run.script().settings.do_sample);
    QCOMPARE(object["decode_tok_s"].get<double>(), 1000.0);
    QCOMPARE(object["read_GBps"].get<double>(), 1000000 * 250.0 / 1e9);
    Run none;
    none({"bench", "--checkpoint", "x", "--variants", "0"});
    QCOMPARE(none.code, 2);
    Run long_reply;
    long_reply(
        {"bench", "--checkpoint", "x", "--depth", "60", "--prompt", "30", "--generate", "11"});
    QCOMPARE(long_reply.code, 2);
    QVERIFY(long_reply.console.notes.find("101 tokens together; the context holds 100") !=
            std::string::npos);
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

  void anInterruptEndsTheReplyAndSigtermTheChat() {
    for (const bool terminated : {false, true}) {
      Run run;
      run.console.input = {"One", "Two"};
      run.console.terminated = terminated;
      run.console.source.request_stop();
      run({"chat", "--checkpoint", "x"});
      QCOMPARE(run.code, terminated ? 130 : 0);
      QCOMPARE(run.script().requests.size(), std::size_t(terminated ? 1 : 2));
    }
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
};

QTEST_APPLESS_MAIN(TestCommands)
#include "test_commands.moc"
