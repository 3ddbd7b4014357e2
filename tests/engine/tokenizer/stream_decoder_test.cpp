// Streaming gives the text of decode(), early and whole.
#include "engine/tokenizer/stream_decoder.h"

#include <QtTest>
#include <random>

#include "engine/tokenizer/utf8.h"

using namespace cria::engine;
using Ids = std::vector<std::int32_t>;

namespace {

// Ids of tests/data/tokenizer.
constexpr std::int32_t kFirstByte = 3;

Ids bytes(std::string_view text) {
  Ids ids;
  for (const char c : text) ids.push_back(kFirstByte + static_cast<std::uint8_t>(c));
  return ids;
}

std::string stream(StreamDecoder& decoder, const Ids& ids) {
  std::string text;
  for (const std::int32_t id : ids) text += decoder.push(id);
  return text + decoder.finish();
}

/// The rule in the plainest words: join the pieces, replace what is no character in a run of bytes,
/// drop one leading space.
std::string plain_decode(const Tokenizer& tokenizer, const Ids& ids, bool skip_special) {
  std::string text;
  std::string run;
  const auto end_run = [&] {
    for (std::size_t at = 0; at < run.size();) {
      std::size_t size = 4;
      while (size > 0) {
        const std::string character = run.substr(at, size);
        const bool whole = character.size() == size && to_valid_utf8(character) == character &&
                           QString::fromStdString(character).toUcs4().size() == 1;
        if (whole) break;
        --size;
      }
      text += size > 0 ? run.substr(at, size) : "\uFFFD";
      at += std::max<std::size_t>(size, 1);
    }
    run.clear();
  };
  for (const std::int32_t id : ids) {
    if ((skip_special && tokenizer.is_special(id)) || tokenizer.piece(id).empty()) continue;
    if (const auto byte = tokenizer.byte_of(id)) {
      run += static_cast<char>(*byte);
    } else {
      end_run();
      text += QString::fromStdString(tokenizer.piece(id)).replace(QChar(0x2581), ' ').toStdString();
    }
  }
  end_run();
  return text.starts_with(' ') ? text.substr(1) : text;
}

}  // namespace

class StreamDecoderTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase();
  void equals_decode_for_any_ids();
  void shows_a_character_with_its_last_byte();
  void shows_a_line_break_at_once();
  void a_cut_character_is_lost_alone();
  void a_broken_byte_is_lost_alone();
  void a_continuation_keeps_its_space();
  void skipped_ids_are_the_context();
  void special_tokens_are_left_out_or_not();

 private:
  std::unique_ptr<Tokenizer> tokenizer_;
  Ids word_;  // " the"
};

void StreamDecoderTest::initTestCase() {
  auto opened = open_tokenizer(CRIA_TEST_DATA_DIR "/tokenizer");
  QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
  tokenizer_ = *std::move(opened);
  word_ = tokenizer_->encode("the", {.add_bos = false});
  QCOMPARE(word_.size(), std::size_t{1});
}

void StreamDecoderTest::equals_decode_for_any_ids() {
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  qInfo("seed %u", seed);
  for (int round = 0; round < 5000; ++round) {
    Ids ids(random() % 20);
    for (std::int32_t& id : ids) {
      id = static_cast<std::int32_t>(random() % (random() % 2 == 0 ? 259U : 600U)) -
           static_cast<std::int32_t>(random() % 50 == 0);
    }
    const bool skip = round % 2 == 0;
    StreamDecoder dropping(*tokenizer_, LeadingSpace::drop, skip);
    const std::string whole = tokenizer_->decode(ids, skip);
    QCOMPARE(whole, plain_decode(*tokenizer_, ids, skip));
    QCOMPARE(stream(dropping, ids), whole);
    QVERIFY(QString::fromStdString(whole).toStdString() == whole);  // valid UTF-8
    // A continuation is what the whole has beyond its beginning, wherever the cut is.
    const std::size_t cut = ids.empty() ? 0 : random() % ids.size();
    const Ids before(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(cut));
    const Ids after(ids.begin() + static_cast<std::ptrdiff_t>(cut), ids.end());
    StreamDecoder in_context(*tokenizer_, LeadingSpace::drop, skip);
    std::string first;
    for (const std::int32_t id : before) first += in_context.push(id);
    QCOMPARE(first + stream(in_context, after), whole);
  }
}

void StreamDecoderTest::shows_a_character_with_its_last_byte() {
  StreamDecoder decoder(*tokenizer_, LeadingSpace::keep);
  std::vector<std::string> shown;
  for (const std::int32_t id : bytes("é🚀中")) shown.push_back(decoder.push(id));
  const std::vector<std::string> expected = {"", "é", "", "", "", "🚀", "", "", "中"};
  QCOMPARE(shown, expected);
  QCOMPARE(decoder.finish(), std::string());
}

void StreamDecoderTest::shows_a_line_break_at_once() {
  StreamDecoder decoder(*tokenizer_, LeadingSpace::keep);
  QCOMPARE(decoder.push(kFirstByte + '\n'), std::string("\n"));
}

void StreamDecoderTest::a_cut_character_is_lost_alone() {
  Ids ids = bytes("\n🚀🚀");
  ids.pop_back();
  QCOMPARE(tokenizer_->decode(ids, true), std::string("\n🚀\uFFFD\uFFFD\uFFFD"));
}

void StreamDecoderTest::a_broken_byte_is_lost_alone() {
  StreamDecoder decoder(*tokenizer_, LeadingSpace::keep);
  std::vector<std::string> shown;
  for (const std::int32_t id : bytes("\xF0\x9F"
                                     "A\x80"))
    shown.push_back(decoder.push(id));
  const std::vector<std::string> expected = {"", "", "\uFFFD\uFFFDA", "\uFFFD"};
  QCOMPARE(shown, expected);
}

void StreamDecoderTest::a_continuation_keeps_its_space() {
  StreamDecoder keeping(*tokenizer_, LeadingSpace::keep);
  QCOMPARE(stream(keeping, word_), std::string(" the"));
  StreamDecoder dropping(*tokenizer_, LeadingSpace::drop);
  QCOMPARE(stream(dropping, word_), std::string("the"));
  // One space of the whole, not one of each token.
  StreamDecoder twice(*tokenizer_, LeadingSpace::drop);
  QCOMPARE(stream(twice, {word_[0], word_[0]}), std::string("the the"));
}

void StreamDecoderTest::skipped_ids_are_the_context() {
  StreamDecoder at_start(*tokenizer_, LeadingSpace::drop);
  at_start.skip(Ids{1});  // BOS has no text: the text begins now
  QCOMPARE(stream(at_start, word_), std::string("the"));
  StreamDecoder behind(*tokenizer_, LeadingSpace::drop);
  behind.skip(word_);
  QCOMPARE(stream(behind, word_), std::string(" the"));
}

void StreamDecoderTest::special_tokens_are_left_out_or_not() {
  const Ids ids = {word_[0], 2, word_[0]};
  StreamDecoder skipping(*tokenizer_, LeadingSpace::drop, true);
  QCOMPARE(stream(skipping, ids), std::string("the the"));
  StreamDecoder showing(*tokenizer_, LeadingSpace::drop, false);
  QCOMPARE(stream(showing, ids), std::string("the</s> the"));
}

QTEST_APPLESS_MAIN(StreamDecoderTest)
#include "stream_decoder_test.moc"
