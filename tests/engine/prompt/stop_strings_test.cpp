// A stop string ends the text wherever tokens happen to be cut.
#include "engine/prompt/stop_strings.h"

#include <QtTest>
#include <random>

using cria::engine::StopStringMatcher;
using Strings = std::vector<std::string>;

namespace {

struct Outcome {
  std::string text;
  std::string stop;
  bool operator==(const Outcome&) const = default;
};

Outcome run(const Strings& chunks, const Strings& stops) {
  StopStringMatcher matcher;
  std::string text;
  for (const std::string& chunk : chunks) text += matcher.push(chunk, stops).text;
  if (!matcher.stopped()) text += matcher.finish();
  return {text, matcher.stopped_by()};
}

}  // namespace

class StopStringsTest : public QObject {
  Q_OBJECT

 private slots:
  void finds_stops_data();
  void finds_stops();
  void holds_back_only_what_may_be_a_stop();
  void gives_nothing_after_the_stop();
  void the_stops_may_change();
  void never_cuts_a_character();
  void the_cut_into_tokens_does_not_matter();
};

void StopStringsTest::finds_stops_data() {
  QTest::addColumn<Strings>("chunks");
  QTest::addColumn<Strings>("stops");
  QTest::addColumn<std::string>("text");
  QTest::addColumn<std::string>("stop");
  const auto row = [](const char* name, const Strings& chunks, const Strings& stops,
                      const char* text, const char* stop) {
    QTest::newRow(name) << chunks << stops << std::string(text) << std::string(stop);
  };
  row("no stop strings", {"a", "b"}, {}, "ab", "");
  row("empty ones are ignored", {"a", "b"}, {"", ""}, "ab", "");
  row("a token of its own", {"Hi", "\n", "User"}, {"\n"}, "Hi", "\n");
  row("spread over tokens", {"Hi\n", "Us", "er", ": x"}, {"\nUser:"}, "Hi", "\nUser:");
  row("overlaps a token's end", {"Hi", " END and more"}, {"END"}, "Hi ", "END");
  row("at the very start", {"STOP"}, {"STOP"}, "", "STOP");
  row("almost", {"Hi\n", "Us", "ed"}, {"\nUser:"}, "Hi\nUsed", "");
  row("begun at the end", {"Hi\n", "Us"}, {"\nUser:"}, "Hi\nUs", "");
  row("begun twice", {"aa", "ab"}, {"aab"}, "a", "aab");
  row("restarts in itself", {"ab", "ab", "ac"}, {"abac"}, "ab", "abac");
  row("the first to be complete", {"x abc"}, {"abc", "b"}, "x a", "b");
  row("the longest of those", {"x abc"}, {"c", "abc"}, "x ", "abc");
  row("several", {"one ", "two"}, {"three", "two"}, "one ", "two");
  row("not ASCII", {"a🚀", "é"}, {"🚀é"}, "a", "🚀é");
}

void StopStringsTest::finds_stops() {
  QFETCH(Strings, chunks);
  QFETCH(Strings, stops);
  QFETCH(std::string, text);
  QFETCH(std::string, stop);
  const Outcome outcome = run(chunks, stops);
  QCOMPARE(outcome.text, text);
  QCOMPARE(outcome.stop, stop);
}

void StopStringsTest::holds_back_only_what_may_be_a_stop() {
  StopStringMatcher matcher;
  const Strings stops = {"\nUser:"};
  QCOMPARE(matcher.push("Hello", stops).text, std::string("Hello"));
  QCOMPARE(matcher.push(" you\nUs", stops).text, std::string(" you"));
  QCOMPARE(matcher.push("e", stops).text, std::string());
  QCOMPARE(matcher.push("d\n", stops).text, std::string("\nUsed"));
  QCOMPARE(matcher.finish(), std::string("\n"));
}

void StopStringsTest::gives_nothing_after_the_stop() {
  StopStringMatcher matcher;
  const Strings stops = {"b"};
  const auto step = matcher.push("abc", stops);
  QVERIFY(step.stopped && step.text == "a");
  const auto after = matcher.push("more", {});
  QVERIFY(after.stopped && after.text.empty());
  QCOMPARE(matcher.finish(), std::string());
}

void StopStringsTest::the_stops_may_change() {
  StopStringMatcher matcher;
  QCOMPARE(matcher.push("one EN", Strings{"END"}).text, std::string("one "));
  QCOMPARE(matcher.push("D", Strings{}).text, std::string("END"));  // taken away while held
  QCOMPARE(matcher.push(" tw", Strings{"#"}).text, std::string(" tw"));
  const auto step = matcher.push("o #", Strings{"#", "two"});  // "tw" was given out before
  QVERIFY(step.stopped);
  QCOMPARE(step.text, std::string("o "));
  QCOMPARE(matcher.stopped_by(), std::string("#"));
}

void StopStringsTest::never_cuts_a_character() {
  StopStringMatcher matcher;
  // The second begins in the middle of a character, as no text does.
  const Strings stops = {"\xC3\xA9!", "\xA9"};
  QCOMPARE(matcher.push("caf\xC3\xA9", stops).text, std::string("caf"));
  QCOMPARE(matcher.push("s", stops).text, std::string("\xC3\xA9s"));
}

void StopStringsTest::the_cut_into_tokens_does_not_matter() {
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  qInfo("seed %u", seed);
  const auto letters = [&](std::size_t max) {
    std::string text;
    for (auto n = random() % (max + 1); n > 0; --n) text += static_cast<char>('a' + random() % 3);
    return text;
  };
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = letters(20);
    const Strings stops = {letters(4), letters(3), letters(4)};
    Strings chunks;
    for (std::size_t at = 0; at < text.size(); at += chunks.back().size()) {
      chunks.push_back(text.substr(at, random() % 5));
    }
    // By definition: the stop string that is complete first, of those the longest.
    Outcome expected{text, ""};
    for (std::size_t end = 1; end <= text.size() && expected.stop.empty(); ++end) {
      for (const std::string& stop : stops) {
        if (text.substr(0, end).ends_with(stop) && stop.size() > expected.stop.size()) {
          expected = {text.substr(0, end - stop.size()), stop};
        }
      }
    }
    QVERIFY(run(chunks, stops) == expected);
  }
}

QTEST_APPLESS_MAIN(StopStringsTest)
#include "stop_strings_test.moc"
