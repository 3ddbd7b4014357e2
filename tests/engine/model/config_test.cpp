// config.json: defaults, both spellings, and everything that is refused.
#include "engine/model/config.h"

#include <QtTest>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

using cria::ErrorKind;
using cria::engine::parse_config;
using cria::engine::RopeType;
using nlohmann::json;

Q_DECLARE_METATYPE(std::string)

namespace {

json smallest() {
  return json::parse(R"({"model_type": "llama", "hidden_size": 64, "intermediate_size": 172,
                         "num_hidden_layers": 5, "num_attention_heads": 8, "vocab_size": 512})");
}

}  // namespace

class ConfigTest : public QObject {
  Q_OBJECT

 private slots:
  void missing_keys_have_transformers_defaults() {
    const auto config = parse_config(smallest().dump(), "config.json");
    QVERIFY(config);
    QCOMPARE(config->num_key_value_heads, 8);
    QCOMPARE(config->head_dim, 8);
    QCOMPARE(config->rms_norm_eps, 1e-6);
    QCOMPARE(config->max_position_embeddings, 2048);
    QCOMPARE(config->rope.rope_theta, 10000.0);
    QVERIFY(config->rope.type == RopeType::plain);
    QVERIFY(!config->tie_word_embeddings && !config->attention_bias && !config->mlp_bias);
    QCOMPARE(config->bos_token_id.value_or(-1), 1);
    QCOMPARE(config->eos_token_id, std::vector<std::int32_t>{2});
    const auto shape = config->shape();
    QCOMPARE(shape.rotary_dim, 8);
    QCOMPARE(shape.attention_scale, 1 / std::sqrt(8.0F));
  }

  void null_counts_as_missing() {
    json object = smallest();
    for (const char* key : {"num_key_value_heads", "head_dim", "rope_theta", "rope_scaling",
                            "rms_norm_eps", "attention_bias", "quantization_config"})
      object[key] = nullptr;
    const auto config = parse_config(object.dump(), "config.json");
    QVERIFY2(config, config ? "" : config.error().message.c_str());
    QCOMPARE(config->num_key_value_heads, 8);
    object["eos_token_id"] = nullptr;
    object["bos_token_id"] = nullptr;
    const auto endless = parse_config(object.dump(), "config.json");
    QVERIFY(endless->eos_token_id.empty());
    QVERIFY(!endless->bos_token_id);
  }

  void counts_tinyllama() {
    json object = smallest();
    object["hidden_size"] = 2048;
    object["intermediate_size"] = 5632;
    object["num_hidden_layers"] = 22;
    object["num_attention_heads"] = 32;
    object["num_key_value_heads"] = 4;
    object["vocab_size"] = 32000;
    QCOMPARE(parse_config(object.dump(), "")->parameters(), std::uint64_t{1100048384});
  }

  void eos_may_be_a_list() {
    json object = smallest();
    object["eos_token_id"] = {2, 7, 511, 512, 100000, -1};
    QCOMPARE(parse_config(object.dump(), "")->eos_token_id, (std::vector<std::int32_t>{2, 7, 511}));
  }

  void architecture_alone_is_enough() {
    json object = smallest();
    object.erase("model_type");
    object["architectures"] = {"LlamaForCausalLM"};
    QVERIFY(parse_config(object.dump(), ""));
  }

  void rope_of_transformers_4_and_5_are_the_same() {
    json old = smallest();
    old["rope_theta"] = 500000.0;
    old["rope_scaling"] = json::parse(
        R"({"type": "llama3", "factor": 8, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
            "original_max_position_embeddings": 1024})");
    json renewed = smallest();
    renewed["rope_parameters"] = old["rope_scaling"];
    renewed["rope_parameters"].erase("type");
    renewed["rope_parameters"]["rope_type"] = "llama3";
    renewed["rope_parameters"]["rope_theta"] = 500000.0;
    for (const json& object : {old, renewed}) {
      const auto config = parse_config(object.dump(), "");
      QVERIFY2(config, config ? "" : config.error().message.c_str());
      QVERIFY(config->rope.type == RopeType::llama3);
      QCOMPARE(config->rope.rope_theta, 500000.0);
      QCOMPARE(config->rope.factor, 8.0);
      QCOMPARE(config->rope.original_max_position_embeddings, 1024);
    }
  }

  void yarn_defaults() {
    json object = smallest();
    object["rope_scaling"] = {{"rope_type", "yarn"}, {"original_max_position_embeddings", 512}};
    const auto config = parse_config(object.dump(), "");
    QVERIFY(config);
    QCOMPARE(config->rope.factor, 4.0);  // 2048 / 512
    QCOMPARE(config->rope.beta_fast, 32.0);
    QCOMPARE(config->rope.beta_slow, 1.0);
    QVERIFY(config->rope.truncate && !config->rope.attention_factor);
  }

  void refuses_data() {
    QTest::addColumn<std::string>("patch");  // merged over the smallest config
    QTest::addColumn<std::string>("key");    // what the sentence must name
    const auto row = [](const char* name, const char* patch, const char* key) {
      QTest::newRow(name) << std::string(patch) << std::string(key);
    };
    row("another model", R"({"model_type": "gpt_neox"})", "gpt_neox");
    row("another head", R"({"architectures": ["LlamaForSequenceClassification"]})",
        "LlamaForSequenceClassification");
    row("architectures no list", R"({"architectures": "LlamaForCausalLM"})", "architectures");
    row("neither type nor architecture", R"({"model_type": null})", "model_type");
    row("another activation", R"({"hidden_act": "gelu"})", "gelu");
    row("activation no string", R"({"hidden_act": 3})", "hidden_act");
    row("quantized", R"({"quantization_config": {"quant_method": "gptq", "bits": 4}})", "gptq");
    row("hidden missing", R"({"hidden_size": null})", "hidden_size");
    row("hidden zero", R"({"hidden_size": 0})", "hidden_size");
    row("hidden negative", R"({"hidden_size": -64})", "hidden_size");
    row("hidden huge", R"({"hidden_size": 2147483648})", "hidden_size");
    row("hidden beyond 64 bits", R"({"hidden_size": 99999999999999999999999})", "hidden_size");
    row("hidden beyond signed", R"({"hidden_size": 18446744073709551615})", "hidden_size");
    row("hidden a fraction", R"({"hidden_size": 64.5})", "hidden_size");
    row("hidden a string", R"({"hidden_size": "64"})", "hidden_size");
    row("hidden a list", R"({"hidden_size": [64]})", "hidden_size");
    row("hidden not divisible", R"({"hidden_size": 65})", "hidden_size");
    row("kv heads not dividing", R"({"num_key_value_heads": 3})", "num_key_value_heads");
    row("more kv heads than heads", R"({"num_key_value_heads": 16})", "num_key_value_heads");
    row("kv heads zero", R"({"num_key_value_heads": 0})", "num_key_value_heads");
    row("odd head", R"({"head_dim": 9})", "head_dim");
    row("odd derived head", R"({"hidden_size": 72})", "head_dim");
    row("head too large", R"({"head_dim": 1048576})", "head_dim");
    row("heads too large together", R"({"num_attention_heads": 4096, "hidden_size": 4096,
        "head_dim": 4096})",
        "head_dim");
    row("no layers", R"({"num_hidden_layers": 0})", "num_hidden_layers");
    row("too many layers", R"({"num_hidden_layers": 100000000})", "num_hidden_layers");
    row("vocabulary huge", R"({"vocab_size": 2147483647})", "vocab_size");
    row("intermediate huge", R"({"intermediate_size": 1e18})", "intermediate_size");
    row("context zero", R"({"max_position_embeddings": 0})", "max_position_embeddings");
    row("eps zero", R"({"rms_norm_eps": 0})", "rms_norm_eps");
    row("eps negative", R"({"rms_norm_eps": -1e-5})", "rms_norm_eps");
    row("eps a string", R"({"rms_norm_eps": "1e-5"})", "rms_norm_eps");
    row("tie a number", R"({"tie_word_embeddings": 1})", "tie_word_embeddings");
    row("bias a string", R"({"attention_bias": "false"})", "attention_bias");
    row("theta zero", R"({"rope_theta": 0})", "rope_theta");
    row("theta huge", R"({"rope_theta": 1e300})", "rope_theta");
    row("partial rotation", R"({"partial_rotary_factor": 0.5})", "partial_rotary_factor");
    row("longrope", R"({"rope_scaling": {"type": "longrope"}})", "longrope");
    row("rope no object", R"({"rope_scaling": "linear"})", "rope_scaling");
    row("rope type no string", R"({"rope_scaling": {"type": 1}})", "type");
    row("linear without factor", R"({"rope_scaling": {"type": "linear"}})", "factor");
    row("linear factor zero", R"({"rope_scaling": {"type": "linear", "factor": 0}})", "factor");
    row("linear factor negative", R"({"rope_scaling": {"type": "linear", "factor": -2}})",
        "factor");
    row("dynamic with heads of 2",
        R"({"hidden_size": 16, "rope_scaling": {"type": "dynamic", "factor": 2}})", "head_dim");
    row("llama3 without low_freq_factor",
        R"({"rope_scaling": {"rope_type": "llama3", "factor": 8, "high_freq_factor": 4}})",
        "low_freq_factor");
    row("llama3 upside down",
        R"({"rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 4,
            "high_freq_factor": 4}})",
        "high_freq_factor");
    row("yarn with theta 1", R"({"rope_theta": 1, "rope_scaling": {"type": "yarn", "factor": 2}})",
        "rope_theta");
    row("rope inside rope_parameters", R"({"rope_parameters": {"rope_type": "mrope"}})", "mrope");
    row("eos a string", R"({"eos_token_id": "2"})", "eos_token_id");
    row("eos a list of strings", R"({"eos_token_id": [2, "3"]})", "eos_token_id");
    row("bos a list", R"({"bos_token_id": [1]})", "bos_token_id");
  }

  void refuses() {
    QFETCH(std::string, patch);
    QFETCH(std::string, key);
    json object = smallest();
    object.merge_patch(json::parse(patch));
    const auto config = parse_config(object.dump(), "/some/where/config.json");
    QVERIFY(!config);
    QVERIFY(config.error().kind == ErrorKind::checkpoint);
    const QString message = QString::fromStdString(config.error().message);
    QVERIFY2(message.contains(QString::fromStdString(key)), qPrintable(message));
    QVERIFY2(message.startsWith("/some/where/config.json: "), qPrintable(message));
    QVERIFY2(message.contains("found") || message.contains("missing") || message.contains("should"),
             qPrintable(message));
    QVERIFY2(message.size() < 250 && !message.contains('\n'), qPrintable(message));
  }

  void refuses_what_is_no_json_data() {
    QTest::addColumn<std::string>("text");
    QTest::newRow("nothing") << std::string();
    QTest::newRow("cut off") << smallest().dump().substr(0, 40);
    QTest::newRow("a list") << std::string("[1, 2]");
    QTest::newRow("zeros") << std::string(100, '\0');
    QTest::newRow("deep lists") << std::string(500000, '[');
    QTest::newRow("deep and whole") << std::string(200000, '[') + std::string(200000, ']');
    QTest::newRow("bad UTF-8") << std::string("{\"model_type\": \"\xff\xfe\"}");
    QTest::newRow("deep value") << R"({"model_type": "llama", "hidden_size": )" +
                                       std::string(200000, '[') + std::string(200000, ']') + "}";
  }

  void refuses_what_is_no_json() {
    QFETCH(std::string, text);
    const auto config = parse_config(text, "config.json");
    QVERIFY(!config);
    QVERIFY(config.error().message.size() < 250);
  }

  void says_when_there_is_none() {
    QTemporaryDir folder;
    const auto config = cria::engine::read_config(folder.path().toStdString());
    QVERIFY(!config);
    QVERIFY(config.error().kind == ErrorKind::checkpoint);
    QVERIFY(QString::fromStdString(config.error().message).contains("config.json"));
  }

  void a_folder_in_its_place_is_no_config() {
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir("config.json"));
    QVERIFY(!cria::engine::read_config(folder.path().toStdString()));
  }

  void a_pipe_does_not_hang() {
    QTemporaryDir folder;
    QCOMPARE(::mkfifo(qPrintable(folder.filePath("config.json")), 0600), 0);
    QVERIFY(!cria::engine::read_config(folder.path().toStdString()));
  }

  void refuses_a_giant_file() {
    QTemporaryDir folder;
    std::ofstream(folder.filePath("config.json").toStdString())
        << smallest().dump() << std::string(2 << 20, ' ');
    const auto config = cria::engine::read_config(folder.path().toStdString());
    QVERIFY(!config);
    QVERIFY(QString::fromStdString(config.error().message).contains("1 MiB"));
  }
};

QTEST_APPLESS_MAIN(ConfigTest)
#include "config_test.moc"
