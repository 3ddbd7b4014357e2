// From tensors to weights: what is accepted, and the one sentence for what is not.
#include "engine/model/load_weights.h"

#include <QtTest>
#include <limits>

#include "engine/model/memory_plan.h"
#include "kernels/factory.h"
#include "tests/engine/model/memory_source.h"

using namespace cria::engine;  // NOLINT: a test
using cria::ErrorKind;
using cria::kernels::DType;
using cria::kernels::WeightFormat;
using testing::MemorySource;

Q_DECLARE_METATYPE(std::string)

namespace {

LlamaConfig small_config() {
  LlamaConfig config;
  config.hidden_size = 16;
  config.intermediate_size = 24;
  config.num_hidden_layers = 2;
  config.num_attention_heads = 4;
  config.num_key_value_heads = 2;
  config.head_dim = 4;
  config.vocab_size = 20;
  return config;
}

std::unique_ptr<cria::kernels::Backend> backend(const std::string& device = "reference") {
  auto opened = cria::kernels::open_backend({device, 1, ""});
  return opened ? *std::move(opened) : nullptr;
}

cria::Result<LlamaWeights> load(const std::shared_ptr<MemorySource>& source,
                                const LlamaConfig& config,
                                std::optional<WeightFormat> asked = WeightFormat::f32) {
  const auto device = backend();
  return load_weights(source, config, *device, asked, {}, {});
}

}  // namespace

class LoadWeightsTest : public QObject {
  Q_OBJECT

 private slots:
  void loads_every_member_data() {
    QTest::addColumn<QString>("device");
    QTest::addColumn<bool>("biases");
    for (const char* device : {"reference", "cpu"})
      for (const bool biases : {false, true})
        QTest::addRow("%s%s", device, biases ? " with biases" : "") << device << biases;
  }

  void loads_every_member() {
    QFETCH(QString, device);
    QFETCH(bool, biases);
    LlamaConfig config = small_config();
    config.attention_bias = config.mlp_bias = biases;
    const auto source = std::make_shared<MemorySource>(config);
    const auto on = backend(device.toStdString());
    if (!on) QSKIP("no such backend");
    std::vector<std::pair<std::uint64_t, std::uint64_t>> progress;
    const auto weights = load_weights(
        source, config, *on, WeightFormat::f16,
        [&](std::uint64_t done, std::uint64_t total) { progress.emplace_back(done, total); }, {});
    QVERIFY2(weights, weights ? "" : weights.error().message.c_str());
    QVERIFY(weights->embed_tokens && weights->norm && weights->lm_head);
    QCOMPARE(weights->layers.size(), std::size_t{2});
    for (const LayerWeights& layer : weights->layers) {
      QVERIFY(layer.input_layernorm && layer.post_attention_layernorm);
      for (const Linear* linear : {&layer.q_proj, &layer.k_proj, &layer.v_proj, &layer.o_proj,
                                   &layer.gate_proj, &layer.up_proj, &layer.down_proj}) {
        QVERIFY(linear->weight && linear->weight->format() == WeightFormat::f16);
        QCOMPARE(linear->bias != nullptr, biases);
        if (biases) {
          QVERIFY(linear->bias->format() == WeightFormat::f32);
          QCOMPARE(linear->bias->cols(), linear->weight->rows());
        }
      }
      QCOMPARE(layer.k_proj.weight->rows(), std::int64_t{8});
      QCOMPARE(layer.down_proj.weight->cols(), std::int64_t{24});
    }
    QVERIFY(weights->precision == WeightFormat::f16);
    QVERIFY(weights->bytes >= config.parameters() * 2);
    QVERIFY(!weights->source);  // nothing borrows
    QCOMPARE(source->kept, 0);
    QCOMPARE(source->released.size(), source->tensors().size());
    QCOMPARE(progress.size(), source->tensors().size() + 1);
    QVERIFY(std::is_sorted(progress.begin(), progress.end()));
    QCOMPARE(progress.back().first, progress.back().second);
    QCOMPARE(progress.back().second, config.parameters() * 4);
  }

  void refuses_data() {
    QTest::addColumn<QString>("spoil");
    QTest::addColumn<QStringList>("words");
    const auto row = [](const char* name, const QStringList& words) {
      QTest::newRow(name) << QString(name) << words;
    };
    row("missing", {"model.layers.1.mlp.up_proj.weight", "[24, 16]", "missing", "config.json",
                    "model.safetensors"});
    row("missing norm", {"model.norm.weight", "[16]", "missing"});
    row("missing head", {"lm_head.weight", "[20, 16]", "missing"});
    row("extra", {"model.layers.2.mlp.up_proj.weight", "[24, 16]", "2 layers"});
    row("extra bias", {"model.layers.0.self_attn.q_proj.bias", "attention_bias is false"});
    row("extra mlp bias", {"model.layers.0.mlp.down_proj.bias", "mlp_bias is false"});
    row("transposed", {"model.layers.0.mlp.up_proj.weight", "[24, 16]", "found [16, 24]"});
    row("flat", {"model.layers.0.self_attn.k_proj.weight", "[8, 16]", "found [128]"});
    row("scalar norm", {"model.norm.weight", "[16]", "found []"});
    row("another vocabulary", {"model.embed_tokens.weight", "[20, 16]", "found [21, 16]"});
    row("float64", {"model.norm.weight", "F32, F16 or BF16", "found F64"});
    row("integers", {"model.layers.1.self_attn.o_proj.weight", "found I8"});
    row("NaN", {"model.layers.0.mlp.gate_proj.weight", "model.safetensors", "row 3"});
    row("infinite norm", {"model.layers.1.input_layernorm.weight"});
  }

  void refuses() {
    QFETCH(QString, spoil);
    QFETCH(QStringList, words);
    const LlamaConfig config = small_config();
    const auto source = std::make_shared<MemorySource>(config);
    if (spoil == "missing") source->remove("model.layers.1.mlp.up_proj.weight");
    if (spoil == "missing norm") source->remove("model.norm.weight");
    if (spoil == "missing head") source->remove("lm_head.weight");
    if (spoil == "extra") source->add("model.layers.2.mlp.up_proj.weight", {24, 16});
    if (spoil == "extra bias") source->add("model.layers.0.self_attn.q_proj.bias", {16});
    if (spoil == "extra mlp bias") source->add("model.layers.0.mlp.down_proj.bias", {16});
    if (spoil == "transposed") source->add("model.layers.0.mlp.up_proj.weight", {16, 24});
    if (spoil == "flat") source->add("model.layers.0.self_attn.k_proj.weight", {128});
    if (spoil == "scalar norm") source->add("model.norm.weight", {});
    if (spoil == "another vocabulary") source->add("model.embed_tokens.weight", {21, 16});
    if (spoil == "float64") source->add("model.norm.weight", {16}, ElementType::f64);
    if (spoil == "integers")
      source->add("model.layers.1.self_attn.o_proj.weight", {16, 16}, ElementType::i8);
    if (spoil == "NaN")
      source->set("model.layers.0.mlp.gate_proj.weight", 3 * 16 + 5,
                  std::numeric_limits<float>::quiet_NaN());
    if (spoil == "infinite norm")
      source->set("model.layers.1.input_layernorm.weight", 2,
                  std::numeric_limits<float>::infinity());
    const auto weights = load(source, config);
    QVERIFY(!weights);
    QVERIFY(weights.error().kind == ErrorKind::checkpoint);
    for (const QString& word : words)
      QVERIFY2(QString::fromStdString(weights.error().message).contains(word),
               weights.error().message.c_str());
    // Values are not looked at before loading; everything else is.
    const bool by_value = spoil == "NaN" || spoil == "infinite norm";
    QCOMPARE(find_tensor_problems(*source, config).empty(), by_value);
  }

  void stored_frequencies_are_ignored() {
    const LlamaConfig config = small_config();
    const auto source = std::make_shared<MemorySource>(config);
    source->add("model.layers.0.self_attn.rotary_emb.inv_freq", {2});
    source->add("model.layers.1.self_attn.rotary_emb.inv_freq", {2}, ElementType::f64);
    QVERIFY(load(source, config));
  }

  void a_tied_head_may_be_stored_too() {
    LlamaConfig config = small_config();
    config.tie_word_embeddings = true;
    const auto source = std::make_shared<MemorySource>(config);
    QVERIFY(!load(source, config)->lm_head);
    source->add("lm_head.weight", {20, 16});
    source->copy_values("model.embed_tokens.weight", "lm_head.weight");
    const auto same = load(source, config);
    QVERIFY(same && !same->lm_head && same->notes.empty());
    QCOMPARE(&same->head(), const_cast<const LlamaWeights&>(*same).embed_tokens.get());
    // transformers 5 believes the file where it differs.
    source->set("lm_head.weight", 3, 5);
    const auto different = load(source, config);
    QVERIFY(different && different->lm_head && different->notes.size() == 1);
    // And takes the head for the table where only that is there.
    source->remove("model.embed_tokens.weight");
    const auto swapped = load(source, config);
    QVERIFY2(swapped, swapped ? "" : swapped.error().message.c_str());
    QVERIFY(swapped->embed_tokens && !swapped->lm_head);
  }

  void names_may_lack_the_prefix() {
    LlamaConfig config = small_config();
    config.tie_word_embeddings = true;
    const auto source = std::make_shared<MemorySource>(config, "");
    QVERIFY(load(source, config));
    config.tie_word_embeddings = false;
    const auto headless = load(source, config);
    QVERIFY(!headless);
    QVERIFY(QString::fromStdString(headless.error().message).contains("lm_head.weight"));
  }

  void too_large_for_f16_becomes_bf16() {
    const LlamaConfig config = small_config();
    const auto source = std::make_shared<MemorySource>(config);
    source->set("model.layers.1.self_attn.o_proj.weight", 7, 1e6F);
    const auto weights = load(source, config, std::nullopt);
    QVERIFY2(weights, weights ? "" : weights.error().message.c_str());
    QVERIFY(weights->precision == WeightFormat::bf16);
    QVERIFY(weights->layers[0].q_proj.weight->format() == WeightFormat::bf16);
    QCOMPARE(weights->notes.size(), std::size_t{1});
    const auto asked = load(source, config, WeightFormat::f16);
    QVERIFY(!asked);
    QVERIFY(QString::fromStdString(asked.error().message).contains("o_proj.weight"));
    source->set("model.layers.1.self_attn.o_proj.weight", 7,
                std::numeric_limits<float>::quiet_NaN());
    const auto spoiled = load(source, config, std::nullopt);
    QVERIFY(!spoiled);
    QVERIFY(QString::fromStdString(spoiled.error().message).contains("o_proj.weight"));
  }

  void auto_follows_the_file() {
    const LlamaConfig config = small_config();
    MemorySource source(config);
    const auto device = backend()->info();
    QVERIFY(*choose_precision(source, std::nullopt, device) == WeightFormat::f16);
    QVERIFY(*choose_precision(source, WeightFormat::f32, device) == WeightFormat::f32);
    MemorySource brain(config);
    for (const StoredTensor& tensor : source.tensors())
      brain.add(tensor.name, tensor.shape, ElementType::bf16);
    QVERIFY(*choose_precision(brain, std::nullopt, device) == WeightFormat::bf16);
    auto plain = device;
    plain.precisions = {WeightFormat::f32};
    QVERIFY(*choose_precision(brain, std::nullopt, plain) == WeightFormat::f32);
    const auto refused = choose_precision(brain, WeightFormat::f16, plain);
    QVERIFY(!refused && refused.error().kind == ErrorKind::device);
    QVERIFY(kv_cache_type(WeightFormat::f32) == DType::f32);
    QVERIFY(kv_cache_type(WeightFormat::bf16) == DType::f16);
  }

  void what_was_read_of_a_file_cut_short_is_not_believed() {
    LlamaConfig config = small_config();
    const auto source = std::make_shared<MemorySource>(config);
    source->cut = true;
    const auto cut = load(source, config);
    QVERIFY(!cut && cut.error().kind == ErrorKind::checkpoint);
    config.tie_word_embeddings = true;
    QVERIFY(!load(source, config));
    source->cut = false;
    QVERIFY(load(source, config));
  }

  void precision_names() {
    QVERIFY(!parse_precision("auto")->has_value());
    QVERIFY(*parse_precision("bf16") == WeightFormat::bf16);
    const auto unknown = parse_precision("f64");
    QVERIFY(!unknown && unknown.error().kind == ErrorKind::usage);
  }

  void stops_between_tensors() {
    const LlamaConfig config = small_config();
    const auto source = std::make_shared<MemorySource>(config);
    const auto device = backend();
    std::stop_source stop;
    int calls = 0;
    const auto weights = load_weights(
        source, config, *device, WeightFormat::f32,
        [&](std::uint64_t, std::uint64_t) {
          if (++calls == 4) stop.request_stop();
        },
        stop.get_token());
    QVERIFY(!weights && weights.error().kind == ErrorKind::cancelled);
    QCOMPARE(calls, 4);
  }

  void a_borrowing_tensor_keeps_the_source() {
    const LlamaConfig config = small_config();
    const auto source = std::make_shared<MemorySource>(config);
    const auto device = backend("cpu");
    if (!device) QSKIP("no cpu backend");
    const auto weights = load_weights(source, config, *device, WeightFormat::f32, {}, {});
    QVERIFY(weights);
    bool borrows = weights->embed_tokens->borrows();
    for (const LayerWeights& layer : weights->layers)
      borrows = borrows || layer.q_proj.weight->borrows() || layer.down_proj.weight->borrows();
    QCOMPARE(weights->source != nullptr, borrows);
  }

  void the_plan_has_the_numbers() {
    LlamaConfig config = small_config();
    const MemoryPlan plan = plan_memory(config, WeightFormat::f16, DType::f16, 100, 8, 2);
    QCOMPARE(plan.weights, config.parameters() * 2);
    QCOMPARE(plan.kv_cache, std::uint64_t{2} * 2 * 8 * 2 * 100);
    QCOMPARE(plan.activations, std::uint64_t{4} * (8 * (16 + 24 + 2 * 16) + 2 * 20));
    cria::kernels::BackendInfo device;
    device.device = "cpu";
    device.memory_available = plan.total();
    QVERIFY(check_memory(plan, device));
    device.memory_available = plan.total() - 1;
    QVERIFY(!check_memory(plan, device));

    config.hidden_size = 8192;
    config.intermediate_size = 28672;
    config.num_hidden_layers = 80;
    config.num_attention_heads = 64;
    config.num_key_value_heads = 8;
    config.head_dim = 128;
    config.vocab_size = 128256;
    device.memory_available = std::uint64_t{16} << 30U;
    const auto refused =
        check_memory(plan_memory(config, WeightFormat::f16, DType::f16, 2048, 256, 1), device);
    QVERIFY(!refused);
    QVERIFY(refused.error().kind == ErrorKind::device);
    const QString message = QString::fromStdString(refused.error().message);
    QVERIFY2(message.contains("131.") && message.contains("16.00 GiB"), qPrintable(message));
  }
};

QTEST_APPLESS_MAIN(LoadWeightsTest)
#include "load_weights_test.moc"
