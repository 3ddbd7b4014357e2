// What options become, what is refused, and what is given where none is.
#include <QTest>
#include <set>

#include "tests/app/commands/command_run.h"

namespace {

using cria::test::Arguments;
using cria::test::generate;
using Run = cria::test::CommandRun;

Arguments fromQt(const QStringList& list) {
  Arguments arguments;
  for (const QString& argument : list) {
    arguments.push_back(argument.toStdString());
  }
  return arguments;
}

}  // namespace

class TestCommandOptions : public QObject {
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
    reply("device number", {"--device", "cuda:x"}, "--device");
    reply("device without number", {"--device", "cuda:"}, "--device");
    reply("precision", {"--precision", "f8"}, "--precision");
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
                  "cuda:1",
                  "--precision",
                  "bf16",
                  "--threads",
                  "2",
                  "--instruction-set",
                  "avx2",
                  "--cuda-plugin",
                  "/nowhere/plugin.so"}));
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
    QCOMPARE(run.script().load.device, std::string("cuda:1"));
    QCOMPARE(run.script().load.precision, std::string("bf16"));
    QCOMPARE(run.script().load.threads, 2);
    QCOMPARE(run.script().load.instruction_set, std::string("avx2"));
    QCOMPARE(run.script().load.cuda_plugin, std::string("/nowhere/plugin.so"));
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
      QVERIFY2(help.console.out.find("cuda-plugin") == std::string::npos, command);
    }
    Run version;
    version({"--version"});
    QCOMPARE(version.code, 0);
    QVERIFY(version.console.out.starts_with("cria "));
  }
};

QTEST_APPLESS_MAIN(TestCommandOptions)
#include "test_command_options.moc"
