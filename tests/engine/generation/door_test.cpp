// make_engine(): opening, inspecting, and what it says when it cannot.
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>
#include <cmath>
#include <cstring>
#include <fstream>

#include "engine/model_name.h"
#include "tests/engine/generation/testing.h"

namespace cria::engine {

using test::Recorder;
namespace fs = std::filesystem;

namespace {

bool mentions(const std::vector<std::string>& sentences, const std::string& word) {
  return std::any_of(sentences.begin(), sentences.end(), [&](const std::string& sentence) {
    return sentence.find(word) != std::string::npos;
  });
}

void write(const fs::path& file, const std::string& text) {
  fs::remove(file);
  std::ofstream(file, std::ios::binary) << text;
}

}  // namespace

class TestDoor : public QObject {
  Q_OBJECT

 private slots:
  void init();
  void opens_a_folder_and_a_file();
  void progress_and_cancel();
  void refusals_name_what_is_wrong_data();
  void refusals_name_what_is_wrong();
  void without_a_tokenizer_there_are_ids();
  void unusable_defaults_are_left_out();
  void logits_equal_the_golden_ones_data();
  void logits_equal_the_golden_ones();
  void logits_past_the_context();
  void a_smaller_context();
  void inspect_lists_what_is_there();
  void inspect_lists_what_is_wrong();
  void inspect_a_single_file();
  void devices_have_a_cpu();
  void names();

 private:
  fs::path folder() const { return fs::path(folder_->path().toStdString()) / "Tiny-Llama_v1"; }
  Result<std::unique_ptr<Model>> open(const fs::path& path, LoadOptions options = {}) {
    options.device = "cpu";
    options.threads = 1;
    return engine_->open(path, options, nullptr, {});
  }

  std::unique_ptr<QTemporaryDir> folder_;
  std::unique_ptr<Engine> engine_ = make_engine();
};

void TestDoor::init() {
  folder_ = std::make_unique<QTemporaryDir>();
  test::write_checkpoint(folder());
}

void TestDoor::opens_a_folder_and_a_file() {
  for (const fs::path& path : {folder(), folder() / "", folder() / "model.safetensors"}) {
    const auto model = open(path);
    QVERIFY2(model, test::why(model).c_str());
    const ModelInfo& info = (*model)->info();
    QCOMPARE(info.name, std::string("Tiny Llama v1"));
    QCOMPARE(info.format, std::string("safetensors"));
    QCOMPARE(info.vocab_size, 600);
    QCOMPARE(info.context_length, 160);
    QVERIFY(info.parameters > 50000);
    QVERIFY(info.weight_bytes > 0 && info.kv_bytes_per_token > 0 && info.load_ms > 0);
    QVERIFY(!info.chat_tuned || info.chat_template != ChatTemplate::plain);
    QCOMPARE(info.defaults.max_length, std::optional<std::int32_t>(160));
    QCOMPARE(info.defaults.eos_token_id, std::vector<std::int32_t>{2});
    QVERIFY(info.device.find("cpu") != std::string::npos);
  }
}

void TestDoor::progress_and_cancel() {
  LoadOptions options;
  options.device = "cpu";
  std::vector<LoadProgress> seen;
  const auto listen = [&](const LoadProgress& progress) { seen.push_back(progress); };
  QVERIFY(engine_->open(folder(), options, listen, {}));
  QVERIFY(seen.size() > 2);
  QCOMPARE(seen.back().bytes_done, seen.back().bytes_total);

  std::stop_source stop;
  const auto cancel = [&](const LoadProgress&) { stop.request_stop(); };
  const auto cancelled = engine_->open(folder(), options, cancel, stop.get_token());
  QVERIFY(!cancelled);
  QCOMPARE(cancelled.error().kind, ErrorKind::cancelled);
}

void TestDoor::refusals_name_what_is_wrong_data() {
  QTest::addColumn<std::function<void(const fs::path&)>>("spoil");
  QTest::addColumn<QString>("word");
  using Spoil = std::function<void(const fs::path&)>;
  const auto add = [](const char* name, const Spoil& spoil, const char* word) {
    QTest::newRow(name) << spoil << QString::fromLatin1(word);
  };
  add(
      "no folder", [](const fs::path& f) { fs::remove_all(f); }, "no such");
  add(
      "no config", [](const fs::path& f) { fs::remove(f / "config.json"); }, "config.json");
  add(
      "no weights", [](const fs::path& f) { fs::remove(f / "model.safetensors"); }, "safetensors");
  add(
      "config is not JSON", [](const fs::path& f) { write(f / "config.json", "{"); },
      "config.json");
  add(
      "another architecture",
      [](const fs::path& f) {
        write(f / "config.json", R"({"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2"})");
      },
      "gpt2");
  add(
      "truncated weights",
      [](const fs::path& f) {
        fs::resize_file(f / "model.safetensors", fs::file_size(f / "model.safetensors") - 100);
      },
      "model.safetensors");
  add(
      "tokenizer is not one", [](const fs::path& f) { write(f / "tokenizer.model", "junk"); },
      "tokenizer.model");
  add(
      "generation_config is not JSON",
      [](const fs::path& f) { write(f / "generation_config.json", "[1, 2"); },
      "generation_config.json");
}

void TestDoor::refusals_name_what_is_wrong() {
  QFETCH(const std::function<void(const fs::path&)>, spoil);
  QFETCH(const QString, word);
  spoil(folder());
  const auto model = open(folder());
  QVERIFY(!model);
  QCOMPARE(model.error().kind, ErrorKind::checkpoint);
  QVERIFY2(QString::fromStdString(model.error().message).contains(word),
           model.error().message.c_str());
}

void TestDoor::without_a_tokenizer_there_are_ids() {
  fs::remove(folder() / "tokenizer.model");
  const auto model = open(folder());
  QVERIFY2(model, test::why(model).c_str());
  QVERIFY(mentions((*model)->info().notes, "tokenizer.model"));
  auto session = (*model)->new_session({});
  QVERIFY(session);
  Recorder recorder(test::greedy(5));
  const auto text = (*session)->generate(test::complete("Hello"), recorder, {});
  QVERIFY(!text);
  QCOMPARE(text.error().kind, ErrorKind::checkpoint);
  QVERIFY(text.error().message.find("tokenizer.model") != std::string::npos);
  for (const auto& request : {test::from_ids({1, 50, 60}), test::complete("")}) {
    const auto result = (*session)->generate(request, recorder, {});
    QVERIFY2(result, test::why(result).c_str());
    QCOMPARE(result->sequences[0].ids.size(), std::size_t{5});
    QCOMPARE(result->sequences[0].text, std::string());
  }
  const auto outside = (*session)->generate(test::from_ids({1, 600}), recorder, {});
  QVERIFY(!outside);
  QCOMPARE(outside.error().kind, ErrorKind::usage);
  QVERIFY(outside.error().message.find("600") != std::string::npos);
}

void TestDoor::unusable_defaults_are_left_out() {
  write(folder() / "generation_config.json", R"({"eos_token_id": 2, "top_p": 3.0})");
  const auto model = open(folder());
  QVERIFY2(model, test::why(model).c_str());
  QCOMPARE((*model)->info().defaults.top_p, 1.0F);
  QCOMPARE((*model)->info().defaults.eos_token_id, std::vector<std::int32_t>{2});
  QVERIFY(mentions((*model)->info().notes, "top_p"));
}

void TestDoor::logits_equal_the_golden_ones_data() {
  QTest::addColumn<QString>("name");
  QTest::newRow("grouped_query") << "grouped_query";
  QTest::newRow("past max_position_embeddings") << "rope_dynamic_long_prompt";
}

void TestDoor::logits_equal_the_golden_ones() {
  QFETCH(QString, name);
  const fs::path golden = test::golden_model(name.toStdString());
  const auto model = test::open_model(golden);
  QVERIFY(model);
  auto session = model->new_session({});
  QVERIFY(session);
  QFile json(QString::fromStdString((golden / "expected.json").string()));
  QFile file(QString::fromStdString((golden / "expected_logits.f32").string()));
  QVERIFY(json.open(QIODevice::ReadOnly) && file.open(QIODevice::ReadOnly));
  std::vector<std::int32_t> prompt;
  for (const auto id : QJsonDocument::fromJson(json.readAll())["prompt"].toArray()) {
    prompt.push_back(id.toInt());
  }
  const QByteArray bytes = file.readAll();
  std::vector<float> expected(static_cast<std::size_t>(bytes.size()) / sizeof(float));
  std::memcpy(expected.data(), bytes.data(), expected.size() * sizeof(float));
  const auto all = (*session)->logits(prompt, true);
  QVERIFY2(all, test::why(all).c_str());
  QCOMPARE(all->size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    QVERIFY(std::abs((*all)[i] - expected[i]) < 1e-3F);
  }
  const auto last = (*session)->logits(prompt, false);
  QVERIFY(last);
  QVERIFY(std::equal(last->begin(), last->end(), all->end() - 64));
  QVERIFY(!(*session)->logits({}, false));
  QVERIFY(!(*session)->logits(std::vector<std::int32_t>{64}, false));
}

void TestDoor::logits_past_the_context() {
  const auto model = test::open_model(test::golden_model("grouped_query"));
  QVERIFY(model);
  auto session = model->new_session({});
  QVERIFY(session);
  // As in transformers, the context's end only ends a reply: logits are there past it, too.
  QCOMPARE(model->info().context_length, 128);
  const auto within = (*session)->logits(std::vector<std::int32_t>(128, 1), true);
  const auto past = (*session)->logits(std::vector<std::int32_t>(130, 1), true);
  QVERIFY2(within && past, test::why(past).c_str());
  QVERIFY(std::equal(within->begin(), within->end(), past->begin()));
}

void TestDoor::a_smaller_context() {
  const auto model = open(folder());
  QVERIFY(model);
  auto session = (*model)->new_session({.max_context = 40});
  QVERIFY(session);
  Recorder recorder(test::greedy(1000));
  const auto result = (*session)->generate(test::from_ids({1, 5, 6}), recorder, {});
  QVERIFY(result);
  QCOMPARE(result->sequences[0].ids.size(), std::size_t{37});
  QCOMPARE(recorder.prompt.context_length, 40);
  QVERIFY(!(*model)->new_session({.max_context = -1}));
}

void TestDoor::inspect_lists_what_is_there() {
  const auto found = engine_->inspect(folder());
  QVERIFY2(found, test::why(found).c_str());
  QVERIFY2(found->problems.empty(), found->problems.empty() ? "" : found->problems[0].c_str());
  QCOMPARE(found->format, std::string("safetensors"));
  QCOMPARE(found->tensors.size(), std::size_t{2 * 9 + 3});
  QCOMPARE(found->tensors[0].name, std::string("lm_head.weight"));
  QCOMPARE(found->tensors[0].dtype, std::string("F32"));
  QCOMPARE(found->tensors[0].shape, (std::vector<std::int64_t>{600, 48}));
  QCOMPARE(found->total_bytes, fs::file_size(folder() / "model.safetensors"));
  QVERIFY(found->config_json.find("LlamaForCausalLM") != std::string::npos);
}

// A config of other sizes makes tensors missing, misshapen and extra at once.
void TestDoor::inspect_lists_what_is_wrong() {
  write(folder() / "config.json",
        R"({"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
            "hidden_size": 48, "intermediate_size": 65, "num_hidden_layers": 3,
            "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 600})");
  fs::remove(folder() / "tokenizer.model");
  const auto found = engine_->inspect(folder());
  QVERIFY(found);
  QVERIFY(mentions(found->problems, "model.layers.0.mlp.up_proj.weight"));
  QVERIFY(mentions(found->problems, "model.layers.2."));
  QVERIFY(mentions(found->problems, "tokenizer.model"));
  QVERIFY(!open(folder()));

  fs::remove(folder() / "config.json");
  const auto weights_only = engine_->inspect(folder());
  QVERIFY(weights_only);
  QCOMPARE(weights_only->tensors.size(), std::size_t{21});
  QVERIFY(mentions(weights_only->problems, "config.json"));

  fs::remove(folder() / "model.safetensors");
  const auto nothing = engine_->inspect(folder());
  QVERIFY(!nothing);
  QCOMPARE(nothing.error().kind, ErrorKind::checkpoint);
}

void TestDoor::inspect_a_single_file() {
  QTemporaryDir other;
  const fs::path alone = fs::path(other.path().toStdString()) / "weights.safetensors";
  fs::copy_file(folder() / "model.safetensors", alone);
  const auto found = engine_->inspect(alone);
  QVERIFY2(found, test::why(found).c_str());
  QCOMPARE(found->tensors.size(), std::size_t{21});
  QVERIFY(mentions(found->problems, "config.json"));
}

void TestDoor::devices_have_a_cpu() {
  const auto devices = engine_->devices();
  QVERIFY(std::any_of(devices.begin(), devices.end(),
                      [](const DeviceInfo& device) { return device.device == "cpu"; }));
  for (const DeviceInfo& device : devices) {
    QVERIFY(!device.name.empty());
    QVERIFY(device.memory_available > 0);
  }
}

void TestDoor::names() {
  QCOMPARE(readable_name("/x/TinyLlama-1.1B-intermediate-step-715k-1.5T"),
           std::string("TinyLlama 1.1B intermediate step 715k 1.5T"));
  QCOMPARE(readable_name("/x/TinyLlama_v1.1/"), std::string("TinyLlama v1.1"));
  QCOMPARE(readable_name("/c/hub/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0/snapshots/fe8a4ea1"),
           std::string("TinyLlama 1.1B Chat v1.0"));
  QVERIFY(!readable_name(".").empty());
}

}  // namespace cria::engine

QTEST_APPLESS_MAIN(cria::engine::TestDoor)
#include "door_test.moc"
