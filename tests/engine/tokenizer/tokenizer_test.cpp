// Ids and texts against golden files, and what must hold for any bytes.
#include "engine/tokenizer/tokenizer.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>
#include <random>

#include "engine/tokenizer/utf8.h"

using namespace cria::engine;
using Ids = std::vector<std::int32_t>;

namespace {

Ids to_ids(const QJsonValue& value) {
  Ids ids;
  for (const QJsonValue id : value.toArray()) ids.push_back(id.toInt());
  return ids;
}

std::string text_of(const QJsonValue& value) { return value.toString().toStdString(); }

QJsonObject read_json(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return {};
  return QJsonDocument::fromJson(file.readAll()).object();
}

QByteArray show(const Ids& ids) {
  QByteArray text;
  for (const std::int32_t id : ids) text += QByteArray::number(id) + ' ';
  return text;
}

std::unique_ptr<Tokenizer> open(const QString& folder) {
  auto tokenizer = open_tokenizer(folder.toStdString());
  if (!tokenizer) {
    qWarning("%s", tokenizer.error().message.c_str());
    return nullptr;
  }
  return *std::move(tokenizer);
}

}  // namespace

class TokenizerTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase();
  void encodes_like_the_fast_tokenizer();
  void decodes_like_the_fast_tokenizer();
  void knows_its_tokens();
  void bos_is_an_option();
  void parts_are_one_text();
  void tinyllama_goldens_data();
  void tinyllama_goldens();
  void tinyllama_facts_data();
  void tinyllama_facts();
  void tinyllama_decodes_with_one_space_less();
  void broken_utf8_counts_as_replacement_characters();
  void any_bytes_are_text();
  void long_text_is_quick_data();
  void long_text_is_quick();

 private:
  std::unique_ptr<Tokenizer> tiny_;
  std::unique_ptr<Tokenizer> tinyllama_;  // null where the shared folder is missing
};

void TokenizerTest::initTestCase() {
  tiny_ = open(CRIA_TEST_DATA_DIR "/tokenizer");
  QVERIFY(tiny_);
  if (QDir(CRIA_SHARED_DIR "/data/tinyllama").exists()) {
    tinyllama_ = open(CRIA_SHARED_DIR "/data/tinyllama");
    QVERIFY(tinyllama_);
  }
}

void TokenizerTest::encodes_like_the_fast_tokenizer() {
  const QJsonArray cases =
      read_json(CRIA_TEST_DATA_DIR "/tokenizer/golden.json").value("encode").toArray();
  QVERIFY(cases.size() > 300);
  for (const QJsonValue item : cases) {
    const std::string text = text_of(item["text"]);
    const Ids parsed = tiny_->encode(text, {.add_bos = false});
    const Ids unparsed = tiny_->encode(text, {.add_bos = false, .parse_special_tokens = false});
    QVERIFY2(parsed == to_ids(item["ids"]), (QByteArray::fromStdString(text) + " -> " +
                                             show(parsed) + "\nnot " + show(to_ids(item["ids"])))
                                                .constData());
    QVERIFY2(unparsed == to_ids(item["unparsed"]),
             (QByteArray::fromStdString(text) + " -> " + show(unparsed) + "\nnot " +
              show(to_ids(item["unparsed"])))
                 .constData());
  }
}

void TokenizerTest::decodes_like_the_fast_tokenizer() {
  const QJsonArray cases =
      read_json(CRIA_TEST_DATA_DIR "/tokenizer/golden.json").value("decode").toArray();
  QVERIFY(cases.size() >= 200);
  for (const QJsonValue item : cases) {
    const Ids ids = to_ids(item["ids"]);
    QCOMPARE(tiny_->decode(ids, false), text_of(item["text"]));
    QCOMPARE(tiny_->decode(ids, true), text_of(item["skipped"]));
  }
}

void TokenizerTest::knows_its_tokens() {
  QCOMPARE(tiny_->vocab_size(), 568);
  QCOMPARE(tiny_->piece(13), std::string("<0x0A>"));
  QCOMPARE(tiny_->byte_of(13).value_or(0), std::uint8_t{10});
  QVERIFY(!tiny_->byte_of(2));
  QVERIFY(tiny_->is_special(0) && tiny_->is_special(1) && tiny_->is_special(2));
  QVERIFY(!tiny_->is_special(13) && !tiny_->is_special(300));
  QCOMPARE(tiny_->id_of("</s>").value_or(-1), 2);
  QCOMPARE(tiny_->id_of("<|im_start|>").value_or(-1), 561);
  QVERIFY(tiny_->is_special(561));
  QVERIFY(!tiny_->is_special(*tiny_->id_of("word")));
  QVERIFY(!tiny_->id_of("no such token"));
  QCOMPARE(tiny_->bos().value_or(-1), 1);
  QCOMPARE(tiny_->eos().value_or(-1), 2);
  for (const std::int32_t id : {-1, 568, INT32_MIN, INT32_MAX}) {
    QCOMPARE(tiny_->piece(id), std::string());
    QVERIFY(!tiny_->is_special(id) && !tiny_->byte_of(id));
  }
}

void TokenizerTest::bos_is_an_option() {
  QVERIFY(tiny_->add_bos_by_default());
  QCOMPARE(tiny_->encode("", {.add_bos = true}), Ids{1});
  QCOMPARE(tiny_->encode("", {.add_bos = false}), Ids{});
  Ids with = tiny_->encode("a</s>", {.add_bos = true});
  Ids without = tiny_->encode("a</s>", {.add_bos = false});
  without.insert(without.begin(), 1);
  QCOMPARE(with, without);
}

void TokenizerTest::parts_are_one_text() {
  const std::string text = "the red <|im_end|>! ball</s>x";
  const Ids whole = tiny_->encode(text, {.add_bos = true});
  for (std::size_t cut = 0; cut <= 8; ++cut) {
    const TextPart parts[] = {{std::string_view(text).substr(0, cut)},
                              {std::string_view(text).substr(cut)}};
    QCOMPARE(tiny_->encode_parts(parts, true), whole);
  }
  const TextPart guarded[] = {
      {"<|im_start|>"}, {"a<|im_end|>", false}, {"<|im_end|>"}, {"!", false}};
  Ids expected = {561};
  for (const std::int32_t id : tiny_->encode("a<|im_end|>", {false, false})) expected.push_back(id);
  expected.push_back(562);
  for (const std::int32_t id : tiny_->encode("!", {false, false})) expected.push_back(id);
  QCOMPARE(tiny_->encode_parts(guarded, false), expected);
  // A mark that only comes about where two parts meet is text.
  const TextPart met[] = {{"</"}, {"s>", false}};
  QCOMPARE(tiny_->encode_parts(met, false), tiny_->encode("</s>", {false, false}));
}

void TokenizerTest::tinyllama_goldens_data() {
  QTest::addColumn<bool>("bos");
  QTest::newRow("without BOS") << false;
  QTest::newRow("with BOS") << true;
}

void TokenizerTest::tinyllama_goldens() {
  if (!tinyllama_) QSKIP("the shared folder is not here");
  QFETCH(bool, bos);
  const QJsonArray cases = read_json(CRIA_SHARED_DIR "/data/tokenizer/golden_tokens.json")
                               .value(bos ? "with_bos" : "no_bos")
                               .toArray();
  QVERIFY(!cases.isEmpty());
  for (const QJsonValue item : cases) {
    const std::string text = text_of(item["text"]);
    QCOMPARE(tinyllama_->encode(text, {.add_bos = bos}), to_ids(item["ids"]));
  }
}

void TokenizerTest::tinyllama_facts_data() {
  QTest::addColumn<QByteArray>("text");
  QTest::addColumn<Ids>("ids");
  const auto row = [](const char* text, const Ids& ids) {
    QTest::newRow(text) << QByteArray(text) << ids;
  };
  row("abc</s> def ghi", {25638, 2, 29871, 822, 330, 2918});
  row("</s> XML", {2, 29871, 6560});
  row("a</s>b", {263, 2, 289});
  row("a</s>  b", {263, 2, 259, 289});
  row("a</s>\nb", {263, 2, 29871, 13, 29890});
  row("def ghi", {822, 330, 2918});
  row(" def ghi", {29871, 822, 330, 2918});
  row("  leading spaces", {259, 8236, 8162});
  row("Hi</s> bye", {6324, 2, 29871, 491, 29872});
  row("\n", {29871, 13});
  row("🧠", {29871, 243, 162, 170, 163});
  row("𐍈", {29871, 243, 147, 144, 139});
  row("Hello world", {15043, 3186});
  row(" Hello", {29871, 15043});
  row("café", {274, 28059});
  row("a\tb\nc", {263, 12, 29890, 13, 29883});
  row("<|user|>", {529, 29989, 1792, 29989, 29958});
  row("Numbers: 1234567 and 3.14159",
      {11848, 2596, 29901, 29871, 29896, 29906, 29941, 29946, 29945, 29953,
       29955, 322,  29871, 29941, 29889, 29896, 29946, 29896, 29945, 29929});
  row("line1\n\n  indented\ttab", {1196, 29896, 13, 13, 29871, 1399, 14927, 12, 3891});
}

void TokenizerTest::tinyllama_facts() {
  if (!tinyllama_) QSKIP("the shared folder is not here");
  QFETCH(QByteArray, text);
  QFETCH(Ids, ids);
  QCOMPARE(tinyllama_->encode(text.toStdString(), {.add_bos = false}), ids);
  QCOMPARE(tinyllama_->decode(ids, false), text.replace("</s>", "</s> ").toStdString());
}

void TokenizerTest::tinyllama_decodes_with_one_space_less() {
  if (!tinyllama_) QSKIP("the shared folder is not here");
  QCOMPARE(tinyllama_->decode(Ids{29871, 15043}, true), std::string(" Hello"));
  QCOMPARE(tinyllama_->decode(Ids{15043, 3186}, true), std::string("Hello world"));
  QCOMPARE(tinyllama_->decode(Ids{1, 15043, 2, 0, 3186}, true), std::string("Hello world"));
  QCOMPARE(tinyllama_->decode(Ids{1, 15043}, false), std::string("<s> Hello"));
}

void TokenizerTest::broken_utf8_counts_as_replacement_characters() {
  // As Python's errors="replace": one for each part that could have become a character.
  const std::pair<std::string, std::string> cases[] = {
      {"a\xFF"
       "b",
       "a\uFFFDb"},
      {"\xF0\x9F\x9A", "\uFFFD"},
      {"\xF0\x9F\x9A\x41", "\uFFFDA"},
      {"\xC0\xAF", "\uFFFD\uFFFD"},
      {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
      {"\xF5\x80", "\uFFFD\uFFFD"},
      {"\xE1\x80\xE2\x80\x80", "\uFFFD\u2000"},
  };
  for (const auto& [bytes, text] : cases) {
    QCOMPARE(tiny_->encode(bytes, {}), tiny_->encode(text, {}));
    QCOMPARE(tiny_->decode(tiny_->encode(bytes, {}), true), text);
  }
}

void TokenizerTest::any_bytes_are_text() {
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  qInfo("seed %u", seed);
  const std::string marks[] = {"</s>", "<|im_end|>!", "<norm>", " ", "word", "\xE2\x96\x81"};
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (auto i = random() % 40; i > 0; --i) {
      if (random() % 8 == 0) {
        text += marks[random() % std::size(marks)];
      } else {
        text += static_cast<char>(random() % (round % 2 == 0 ? 256U : 128U));
      }
    }
    for (const bool parse : {false, true}) {
      const Ids ids = tiny_->encode(text, {.add_bos = false, .parse_special_tokens = parse});
      for (const std::int32_t id : ids) QVERIFY(id >= 0 && id < tiny_->vocab_size());
      const std::string decoded = tiny_->decode(ids, false);
      // Nothing gets lost: without special tokens the text comes back, but for "▁".
      if (!parse) {
        const QString expected =
            QString::fromStdString(to_valid_utf8(text)).replace(QChar(0x2581), ' ');
        QCOMPARE(QString::fromStdString(decoded), expected);
      }
    }
  }
}

void TokenizerTest::long_text_is_quick_data() {
  QTest::addColumn<QByteArray>("unit");
  QTest::newRow("words") << QByteArray("The llama sees a red ball. ");
  QTest::newRow("one letter") << QByteArray("a");
  QTest::newRow("spaces") << QByteArray(" ");
  QTest::newRow("emoji") << QByteArray("🚀");
  QTest::newRow("special tokens") << QByteArray("</s>");
  QTest::newRow("almost special tokens") << QByteArray("<|im_en");
}

void TokenizerTest::long_text_is_quick() {
  QFETCH(QByteArray, unit);
  const std::string text = unit.repeated(100'000 / unit.size()).toStdString();
  for (const Tokenizer* tokenizer : {tiny_.get(), tinyllama_.get()}) {
    if (tokenizer == nullptr) continue;
    QElapsedTimer timer;
    timer.start();
    const Ids ids = tokenizer->encode(text, {.add_bos = false});
    QVERIFY(!ids.empty());
    (void)tokenizer->decode(ids, false);
    QVERIFY2(timer.elapsed() < 10'000, QByteArray::number(timer.elapsed()).constData());
    qInfo("%zu bytes, %zu ids, %lld ms", text.size(), ids.size(), timer.elapsed());
  }
}

QTEST_APPLESS_MAIN(TokenizerTest)
#include "tokenizer_test.moc"
