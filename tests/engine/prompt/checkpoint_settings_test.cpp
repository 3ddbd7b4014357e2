// What a checkpoint's small files say: generation settings and chat format.
#include <QDir>
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "engine/prompt/generation_config.h"
#include "engine/prompt/recognize_chat_template.h"

using namespace cria::engine;
using Ids = std::vector<std::int32_t>;

class CheckpointSettingsTest : public QObject {
  Q_OBJECT

 private slots:
  void init();
  void without_files_transformers_defaults();
  void reads_every_setting();
  void eos_is_an_id_or_a_list();
  void eos_of_config_json_only_without_generation_config();
  void length_20_is_not_given();
  void null_is_the_default();
  void wrong_types_are_errors_data();
  void wrong_types_are_errors();
  void tinyllama_settings();
  void recognizes_templates_data();
  void recognizes_templates();
  void recognizes_the_name();
  void recognizes_chatml_tokens();
  void recognizes_chat_v0_1();
  void tinyllama_is_zephyr();

 private:
  void write(const char* name, std::string_view text) const {
    std::ofstream(folder() / name, std::ios::binary) << text;
  }
  std::filesystem::path folder() const { return dir_->path().toStdString(); }
  GenerationSettings settings() const {
    auto read = read_generation_settings(folder());
    if (read) return *read;
    qWarning("%s", read.error().message.c_str());
    GenerationSettings unlike_any;
    unlike_any.temperature = -1;
    return unlike_any;
  }
  ChatFormat format(const std::filesystem::path& in) const {
    QDir().mkpath(QString::fromStdString(in.string()));
    std::filesystem::copy_file(CRIA_TEST_DATA_DIR "/tokenizer/tokenizer.model",
                               in / "tokenizer.model",
                               std::filesystem::copy_options::overwrite_existing);
    const auto tokenizer = open_tokenizer(in);
    if (!tokenizer) qFatal("%s", tokenizer.error().message.c_str());
    const auto found = recognize_chat_template(in, **tokenizer);
    if (!found) qFatal("%s", found.error().message.c_str());
    return *found;
  }

  std::unique_ptr<QTemporaryDir> dir_;
};

void CheckpointSettingsTest::init() { dir_ = std::make_unique<QTemporaryDir>(); }

void CheckpointSettingsTest::without_files_transformers_defaults() {
  QVERIFY(settings() == GenerationSettings());
  write("generation_config.json", "{}");
  QVERIFY(settings() == GenerationSettings());
}

void CheckpointSettingsTest::reads_every_setting() {
  write("generation_config.json", R"({"do_sample": true, "temperature": 0.5, "top_k": 10,
    "top_p": 0.9, "min_p": 0.05, "typical_p": 0.8, "epsilon_cutoff": 0.001, "eta_cutoff": 0.002,
    "repetition_penalty": 1.5, "no_repeat_ngram_size": 3, "max_new_tokens": 256,
    "max_length": 2048.0, "min_new_tokens": 4, "min_length": 5, "eos_token_id": 2,
    "stop_strings": ["a", "b"], "pad_token_id": 0, "transformers_version": "4.35.0"})");
  GenerationSettings expected;
  expected.do_sample = true;
  expected.temperature = 0.5F;
  expected.top_k = 10;
  expected.top_p = 0.9F;
  expected.min_p = 0.05F;
  expected.typical_p = 0.8F;
  expected.epsilon_cutoff = 0.001F;
  expected.eta_cutoff = 0.002F;
  expected.repetition_penalty = 1.5F;
  expected.no_repeat_ngram_size = 3;
  expected.max_new_tokens = 256;
  expected.max_length = 2048;
  expected.min_new_tokens = 4;
  expected.min_length = 5;
  expected.eos_token_id = {2};
  expected.stop_strings = {"a", "b"};
  QVERIFY(settings() == expected);
}

void CheckpointSettingsTest::eos_is_an_id_or_a_list() {
  write("generation_config.json", R"({"eos_token_id": [2, 32002, -1]})");
  QCOMPARE(settings().eos_token_id, (Ids{2, 32002}));
  write("generation_config.json", R"({"eos_token_id": 7, "stop_strings": "x"})");
  QCOMPARE(settings().eos_token_id, Ids{7});
  QCOMPARE(settings().stop_strings, std::vector<std::string>{"x"});
}

void CheckpointSettingsTest::eos_of_config_json_only_without_generation_config() {
  write("config.json", R"({"eos_token_id": 5, "max_length": 99})");
  QCOMPARE(settings().eos_token_id, Ids{5});
  QCOMPARE(settings().max_length.value_or(0), 99);
  write("config.json", R"({"model_type": "llama"})");
  QCOMPARE(settings().eos_token_id, Ids{2});
  write("config.json", R"({"eos_token_id": null})");
  QCOMPARE(settings().eos_token_id, Ids{});
  write("config.json", R"({"eos_token_id": 5})");
  write("generation_config.json", R"({"bos_token_id": 1})");
  QCOMPARE(settings().eos_token_id, Ids{});
}

void CheckpointSettingsTest::length_20_is_not_given() {
  write("generation_config.json", R"({"max_length": 20})");
  QVERIFY(!settings().max_length);
}

void CheckpointSettingsTest::null_is_the_default() {
  write("generation_config.json",
        R"({"top_k": null, "min_p": null, "max_new_tokens": null, "eos_token_id": null})");
  QVERIFY(settings() == GenerationSettings());
}

void CheckpointSettingsTest::wrong_types_are_errors_data() {
  QTest::addColumn<QByteArray>("json");
  QTest::addColumn<QByteArray>("said");
  const auto row = [](const char* json, const char* said) {
    QTest::newRow(json) << QByteArray(json) << QByteArray(said);
  };
  row(R"({"temperature": "hot"})", "\"temperature\" should be a number, but is \"hot\"");
  row(R"({"temperature": 1e300})", "\"temperature\" should be a number that a float can hold");
  row(R"({"top_k": 2.5})", "\"top_k\" should be a whole number, but is 2.5");
  row(R"({"top_k": 99999999999})", "\"top_k\" should be a whole number");
  row(R"({"do_sample": 1})", "\"do_sample\" should be true or false, but is 1");
  row(R"({"eos_token_id": "</s>"})", "\"eos_token_id\" should be a token id or a list of them");
  row(R"({"eos_token_id": [[2]]})", "\"eos_token_id\" should be a token id or a list of them");
  row(R"({"max_length": {"a": 1}})", "\"max_length\" should be a whole number, but is {\"a\":1}");
  row(R"({"stop_strings": [1]})", "\"stop_strings\" should be a string or a list of them");
  row("[]", "a JSON object is expected");
  row("{", "it is not valid JSON");
  row("", "it is not valid JSON");
}

void CheckpointSettingsTest::wrong_types_are_errors() {
  QFETCH(QByteArray, json);
  QFETCH(QByteArray, said);
  write("generation_config.json", json.toStdString());
  const auto read = read_generation_settings(folder());
  QVERIFY(!read);
  QVERIFY(read.error().kind == cria::ErrorKind::checkpoint);
  const QByteArray message = QByteArray::fromStdString(read.error().message);
  QVERIFY2(message.contains(said) && message.contains("generation_config.json"),
           message.constData());
}

void CheckpointSettingsTest::tinyllama_settings() {
  const std::filesystem::path shared = CRIA_SHARED_DIR "/data/tinyllama";
  if (!std::filesystem::exists(shared)) QSKIP("the shared folder is not here");
  const auto read = read_generation_settings(shared);
  QVERIFY(read);
  GenerationSettings expected;
  expected.max_length = 2048;
  expected.eos_token_id = {2};
  QVERIFY(*read == expected);
}

void CheckpointSettingsTest::recognizes_templates_data() {
  QTest::addColumn<QByteArray>("file");
  QTest::addColumn<QByteArray>("text");
  QTest::addColumn<QByteArray>("name");
  QTest::addColumn<bool>("chat_tuned");
  const auto row = [](const char* file, const char* text, const char* name, bool tuned) {
    QTest::addRow("%s %s", file, text)
        << QByteArray(file) << QByteArray(text) << QByteArray(name) << tuned;
  };
  const char* config = "tokenizer_config.json";
  row(config, R"({})", "plain", false);
  row(config, R"({"chat_template": null})", "plain", false);
  row(config, R"({"chat_template": 7})", "plain", false);
  row(config, R"({"chat_template": "'<|user|>\n' '<|assistant|>'"})", "zephyr", true);
  row(config, R"({"chat_template": "'<|im_start|>' + message['role']"})", "chatml", true);
  row(config, R"({"chat_template": "bos_token + '[INST] '"})", "llama2", true);
  row(config, R"({"chat_template": "'### Human: '"})", "human", true);
  row(config, R"({"chat_template": "<|start_header_id|>"})", "plain", true);
  row(config,
      R"({"chat_template": [{"name": "rag", "template": "[INST]"},
          {"name": "default", "template": "<|im_start|>"}, {"name": "x", "template": "[INST]"}]})",
      "chatml", true);
  row("chat_template.jinja", "{{ '<|im_start|>' }}", "chatml", true);
}

void CheckpointSettingsTest::recognizes_templates() {
  QFETCH(QByteArray, file);
  QFETCH(QByteArray, text);
  QFETCH(QByteArray, name);
  QFETCH(bool, chat_tuned);
  write(file.constData(), text.toStdString());
  const ChatFormat found = format(folder());
  QCOMPARE(std::string(name_of(found.chat_template)), name.toStdString());
  QCOMPARE(found.chat_tuned, chat_tuned);
}

void CheckpointSettingsTest::recognizes_the_name() {
  const auto named = [&](const char* name) {
    const ChatFormat found = format(folder() / name);
    return std::string(name_of(found.chat_template)) + (found.chat_tuned ? "" : ", base");
  };
  QCOMPARE(named("TinyLlama-1.1B-Chat-v0.1"), std::string("human"));
  QCOMPARE(named("TinyLlama-1.1B-Chat-v0.3"), std::string("chatml"));
  QCOMPARE(named("TinyLlama-1.1B-Chat-v0.5/"), std::string("chatml"));
  QCOMPARE(named("TinyLlama-1.1B-Chat-v0.6"), std::string("zephyr"));
  QCOMPARE(named("tinyllama-1.1b-chat-v1.0"), std::string("zephyr"));
  QCOMPARE(named("models--PY007--TinyLlama-1.1B-Chat-v0.2/snapshots/ae666e2718bf72a193"),
           std::string("chatml"));
  QCOMPARE(named("Llama-2-7b-chat-hf"), std::string("llama2"));
  QCOMPARE(named("TinyLlama-1.1B-intermediate-step-480k-1T"), std::string("plain, base"));
  QCOMPARE(named("chat-v0."), std::string("plain, base"));
}

void CheckpointSettingsTest::recognizes_chatml_tokens() {
  write("added_tokens.json", R"({"<|im_start|>": 561, "<|im_end|>": 562, "[PAD]": 560})");
  const ChatFormat found = format(folder());
  QVERIFY(found.chat_tuned && found.chat_template == ChatTemplate::chatml);
}

void CheckpointSettingsTest::recognizes_chat_v0_1() {
  write("added_tokens.json", R"({"[PAD]": 32000})");
  const ChatFormat found = format(folder());
  QVERIFY(found.chat_tuned && found.chat_template == ChatTemplate::human_assistant);
}

void CheckpointSettingsTest::tinyllama_is_zephyr() {
  const std::filesystem::path shared = CRIA_SHARED_DIR "/data/tinyllama";
  if (!std::filesystem::exists(shared)) QSKIP("the shared folder is not here");
  const auto tokenizer = open_tokenizer(shared);
  QVERIFY(tokenizer);
  const auto found = recognize_chat_template(shared, **tokenizer);
  QVERIFY(found);
  QVERIFY(found->chat_tuned && found->chat_template == ChatTemplate::zephyr);
}

QTEST_APPLESS_MAIN(CheckpointSettingsTest)
#include "checkpoint_settings_test.moc"
