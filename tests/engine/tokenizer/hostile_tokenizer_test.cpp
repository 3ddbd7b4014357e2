// Broken and hostile tokenizer files end in a sentence, never in a crash.
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <fstream>
#include <limits>
#include <random>

#include "engine/tokenizer/sentencepiece_proto.h"
#include "engine/tokenizer/tokenizer.h"

using namespace cria::engine;

namespace {

std::string read_all(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// <unk>, <s>, </s>, 256 bytes, and some pieces.
SentencePieceModel small_model() {
  SentencePieceModel model;
  model.algorithm = SentencePieceAlgorithm::bpe;
  model.byte_fallback = true;
  model.pieces = {{"<unk>", 0, PieceType::unknown},
                  {"<s>", 0, PieceType::control},
                  {"</s>", 0, PieceType::control}};
  for (unsigned byte = 0; byte < 256; ++byte) {
    char name[8];
    (void)std::snprintf(name, sizeof name, "<0x%02X>", byte);
    model.pieces.push_back({name, 0, PieceType::byte});
  }
  model.pieces.push_back({"a", -1, PieceType::normal});
  model.pieces.push_back({"\u2581", -2, PieceType::normal});
  return model;
}

std::string bytes_with(const SentencePiece& piece) {
  SentencePieceModel model = small_model();
  model.pieces.push_back(piece);
  return serialize_sentencepiece_model(model);
}

}  // namespace

class HostileTokenizerTest : public QObject {
  Q_OBJECT

 private slots:
  void init();
  void a_good_file_opens();
  void bad_models_data();
  void bad_models();
  void a_model_cut_off_anywhere();
  void a_model_with_random_bytes_changed();
  void a_normaliser_table_is_never_touched();
  void a_unigram_model_opens();
  void missing_files_are_named();
  void bad_settings_data();
  void bad_settings();
  void a_gap_before_an_added_token();
  void settings_win_over_the_older_file();
  void marks_of_the_older_file_are_special();

 private:
  std::filesystem::path folder() const { return dir_->path().toStdString(); }
  void write(const char* name, std::string_view bytes) const {
    std::ofstream(folder() / name, std::ios::binary) << bytes;
  }
  QByteArray error() const {
    const auto tokenizer = open_tokenizer(folder());
    if (tokenizer) return {};
    return tokenizer.error().kind == cria::ErrorKind::checkpoint
               ? QByteArray::fromStdString(tokenizer.error().message)
               : QByteArray("not a checkpoint error");
  }
  /// Opens, and if that went well, uses what came.
  bool use() const {
    const auto tokenizer = open_tokenizer(folder());
    if (!tokenizer) return false;
    const auto ids = (*tokenizer)->encode("a cria\n</s> <|im_start|> \xF0\x9F\x90\x91", {});
    (void)(*tokenizer)->decode(ids, false);
    for (std::int32_t id = 0; id < (*tokenizer)->vocab_size(); ++id) (void)(*tokenizer)->piece(id);
    return true;
  }

  std::unique_ptr<QTemporaryDir> dir_;
};

void HostileTokenizerTest::init() { dir_ = std::make_unique<QTemporaryDir>(); }

void HostileTokenizerTest::a_good_file_opens() {
  write("tokenizer.model", serialize_sentencepiece_model(small_model()));
  QVERIFY2(error().isEmpty(), error().constData());
  QVERIFY(use());
}

void HostileTokenizerTest::bad_models_data() {
  QTest::addColumn<QByteArray>("bytes");
  QTest::addColumn<QByteArray>("said");
  const auto row = [](const char* attack, const std::string& bytes, const char* said) {
    QTest::newRow(attack) << QByteArray::fromStdString(bytes) << QByteArray(said);
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  row("an empty file", "", "it holds no pieces");
  row("text", "hello, this is not a model", "no SentencePiece model");
  row("a length beyond the end", "\x0A\x7Fxyz", "cut off");
  row("a length of 2^64-1", "\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", "cut off");
  row("a varint without end", std::string(64, '\xFF'), "cut off");
  row("field number 0", std::string(2, '\0'), "cut off");
  row("a group", "\x0B\x0C", "cut off");
  row("a piece cut off", "\x0A\x01\x0A", "piece 0 is cut off");
  row("an empty piece", bytes_with({"", 0, PieceType::normal}), "piece 261 is empty");
  row("a piece that is no text", bytes_with({"\xC3", 0, PieceType::normal}), "is not UTF-8");
  row("a piece of 100 KB", bytes_with({std::string(100'000, 'a')}), "has 100000 bytes");
  row("a score that is no number", bytes_with({"b", nan}), "no number");
  row("an infinite score", bytes_with({"b", HUGE_VALF}), "no number");
  row("an unknown type", bytes_with({"b", 0, static_cast<PieceType>(9)}), "unknown type 9");
  row("a piece twice", bytes_with({"a"}), "already defined");
  row("two unknown pieces", bytes_with({"b", 0, PieceType::unknown}), "already defined");
  row("a byte that is none", bytes_with({"<0xZZ>", 0, PieceType::byte}), "invalid");
  SentencePieceModel model = small_model();
  model.pieces[0].type = PieceType::normal;
  row("no unknown piece", serialize_sentencepiece_model(model), "unk is not defined");
  model = small_model();
  model.pieces[20] = {"b", 0, PieceType::normal};
  row("a byte missing", serialize_sentencepiece_model(model), "256 byte pieces");
  model = small_model();
  model.algorithm = static_cast<SentencePieceAlgorithm>(4);
  row("another algorithm", serialize_sentencepiece_model(model), "model type is 4");
}

void HostileTokenizerTest::bad_models() {
  QFETCH(QByteArray, bytes);
  QFETCH(QByteArray, said);
  write("tokenizer.model", bytes.toStdString());
  const QByteArray message = error();
  QVERIFY2(message.contains(said) && message.contains("tokenizer.model"), message.constData());
}

void HostileTokenizerTest::a_model_cut_off_anywhere() {
  const std::string whole = read_all(CRIA_TEST_DATA_DIR "/tokenizer/tokenizer.model");
  std::mt19937 random(std::random_device{}());
  for (std::size_t size = 0; size < whole.size(); size += 1 + random() % 60) {
    write("tokenizer.model", std::string_view(whole).substr(0, size));
    (void)use();
  }
}

void HostileTokenizerTest::a_model_with_random_bytes_changed() {
  const std::string whole = read_all(CRIA_TEST_DATA_DIR "/tokenizer/tokenizer.model");
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  qInfo("seed %u", seed);
  int opened = 0;
  for (int round = 0; round < 400; ++round) {
    std::string bytes = whole;
    for (auto n = 1 + random() % 4; n > 0; --n) {
      bytes[random() % bytes.size()] = static_cast<char>(random() % 256);
    }
    write("tokenizer.model", bytes);
    opened += use() ? 1 : 0;
  }
  qInfo("%d of 400 opened", opened);
}

void HostileTokenizerTest::a_normaliser_table_is_never_touched() {
  // normalizer_spec { precompiled_charsmap: .. }: the library would walk it without checks.
  const auto field = [](char tag, const std::string& bytes) {
    std::string out(1, tag);
    out += static_cast<char>(bytes.size());
    return out += bytes;
  };
  const std::string table(36, '\x7F');
  write("tokenizer.model",
        serialize_sentencepiece_model(small_model()) += field(0x1A, field(0x12, table)));
  QVERIFY(use());
}

void HostileTokenizerTest::a_unigram_model_opens() {
  SentencePieceModel model = small_model();
  model.algorithm = SentencePieceAlgorithm::unigram;
  model.pieces.push_back(
      {"\u2581"
       "a",
       -0.5F, PieceType::normal});
  write("tokenizer.model", serialize_sentencepiece_model(model));
  const auto tokenizer = open_tokenizer(folder());
  QVERIFY(tokenizer);
  QCOMPARE((*tokenizer)->encode("a", {}), (std::vector<std::int32_t>{1, 261}));
}

void HostileTokenizerTest::missing_files_are_named() {
  QVERIFY(error().endsWith("has no tokenizer.model"));
  write("tokenizer.json", "{}");
  QVERIFY(error().contains("has a tokenizer.json but no tokenizer.model"));
  std::filesystem::create_directory(folder() / "tokenizer.model");
  QVERIFY(error().contains("no ordinary file"));
}

void HostileTokenizerTest::bad_settings_data() {
  QTest::addColumn<QByteArray>("file");
  QTest::addColumn<QByteArray>("json");
  QTest::addColumn<QByteArray>("said");
  const auto row = [](const char* attack, const char* file, const QByteArray& json,
                      const char* said) {
    QTest::newRow(attack) << QByteArray(file) << json << QByteArray(said);
  };
  const char* config = "tokenizer_config.json";
  row("no JSON", config, "{,}", "not valid JSON");
  row("a list", config, "[1]", "a JSON object is expected");
  row("nested without end", config, QByteArray(1'000'000, '['), "nested too deeply");
  row("nested far", config, "{\"a\":" + QByteArray(500, '[') + QByteArray(500, ']') + "}",
      "nested too deeply");
  row("a number for yes", config, R"({"add_bos_token": 1})", "\"add_bos_token\" should be true");
  row("a list for a token", config, R"({"bos_token": []})", "\"bos_token\" should be a token");
  row("tokens in a list", config, R"({"added_tokens_decoder": []})", "should be an object");
  row("a negative id", config, R"({"added_tokens_decoder": {"-1": {"content": "x"}}})",
      "named by a token id");
  row("an id of 2^40", config, R"({"added_tokens_decoder": {"1099511627776": {"content": "x"}}})",
      "named by a token id");
  row("an id of 10^30", config,
      R"({"added_tokens_decoder": {"1000000000000000000000000000000": {"content": "x"}}})",
      "named by a token id");
  row("no id", config, R"({"added_tokens_decoder": {"7x": {"content": "x"}}})",
      "named by a token id");
  row("no content", config, R"({"added_tokens_decoder": {"7": {}}})", "a token with its content");
  row("a flag of text", config,
      R"({"added_tokens_decoder": {"7": {"content": "x", "lstrip": "y"}}})", "\"lstrip\"");
  row("an id of text", "added_tokens.json", R"({"x": "7"})", "\"x\" should be a token id");
  row("a huge id", "added_tokens.json", R"({"x": 18446744073709551615})", "should be a token id");
  row("a token of numbers", "special_tokens_map.json", R"({"eos_token": {"content": 3}})",
      "\"eos_token\" should be a token");
}

void HostileTokenizerTest::bad_settings() {
  QFETCH(QByteArray, file);
  QFETCH(QByteArray, json);
  QFETCH(QByteArray, said);
  write("tokenizer.model", serialize_sentencepiece_model(small_model()));
  write(file.constData(), json.toStdString());
  const QByteArray message = error();
  QVERIFY2(message.contains(said) && message.contains(file), message.constData());
}

void HostileTokenizerTest::a_gap_before_an_added_token() {
  write("tokenizer.model", serialize_sentencepiece_model(small_model()));
  write("added_tokens.json", R"({"<far>": 300})");
  const auto tokenizer = open_tokenizer(folder());
  QVERIFY(tokenizer);
  QCOMPARE((*tokenizer)->vocab_size(), 301);
  QCOMPARE((*tokenizer)->piece(290), std::string());
  QCOMPARE((*tokenizer)->decode(std::vector<std::int32_t>{290, 300}, false), std::string("<far>"));
}

void HostileTokenizerTest::settings_win_over_the_older_file() {
  write("tokenizer.model", serialize_sentencepiece_model(small_model()));
  write("tokenizer_config.json",
        R"({"add_bos_token": false, "eos_token": "<end>", "bos_token": {"content": "<s>"},
            "added_tokens_decoder": {"261": {"content": "<end>", "special": false}}})");
  write("special_tokens_map.json", R"({"eos_token": "</s>"})");
  write("added_tokens.json", R"({"<end>": 270, "<more>": 262})");
  const auto tokenizer = open_tokenizer(folder());
  QVERIFY(tokenizer);
  QVERIFY(!(*tokenizer)->add_bos_by_default());
  QCOMPARE((*tokenizer)->eos().value_or(-1), 261);
  QCOMPARE((*tokenizer)->bos().value_or(-1), 1);
  QVERIFY(!(*tokenizer)->is_special(261));
  QCOMPARE((*tokenizer)->vocab_size(), 263);
}

void HostileTokenizerTest::marks_of_the_older_file_are_special() {
  write("tokenizer.model", serialize_sentencepiece_model(small_model()));
  write("added_tokens.json",
        R"({"[PAD]": 261, "<|im_start|>": 262, "<|im_end|>": 263, "ord": 264, "sep": 265})");
  write("special_tokens_map.json", R"({"additional_special_tokens": ["sep"]})");
  const auto tokenizer = open_tokenizer(folder());
  QVERIFY(tokenizer);
  for (const int id : {261, 262, 263, 265}) QVERIFY((*tokenizer)->is_special(id));
  QVERIFY(!(*tokenizer)->is_special(264));
  QCOMPARE((*tokenizer)->encode("<|im_end|>ord[PAD]", {.add_bos = false}),
           (std::vector<std::int32_t>{263, 264, 261}));
}

QTEST_APPLESS_MAIN(HostileTokenizerTest)
#include "hostile_tokenizer_test.moc"
