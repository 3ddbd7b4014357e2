// One wake-up at a time, nothing lost, nothing twice.
#include "app/inference/token_stream.h"

#include <QTest>
#include <atomic>
#include <string>
#include <thread>

using namespace cria::app;

class TokenStreamTest : public QObject {
  Q_OBJECT

 private slots:
  void wakesOnceUntilDrained() {
    int wakes = 0;
    TokenStream stream(2, [&wakes] { ++wakes; });
    stream.addPrompt({});
    stream.addToken({0, 5, "a"});
    stream.addToken({1, 6, "b"});
    stream.addToken({0, 7, "c"});
    QCOMPARE(wakes, 1);
    StreamBatch batch = stream.drain();
    QVERIFY(batch.prompt.has_value());
    QCOMPARE(batch.sequences.at(0).text, QByteArray("ac"));
    QCOMPARE(batch.sequences.at(1).text, QByteArray("b"));
    QVERIFY(!stream.drain().hasTokens());
    stream.addSlide(3);
    QCOMPARE(wakes, 2);
    QCOMPARE(stream.drain().droppedTokens, 3);
  }

  void aSequenceThatWasNotAskedForIsDropped() {
    TokenStream stream(1, [] {});
    stream.addToken({1, 5, "a"});
    stream.addToken({-1, 5, "a"});
    QVERIFY(!stream.drain().hasTokens());
  }

  void nothingIsLostBetweenThreads() {
    constexpr int kTokens = 200000;
    std::atomic<int> wakes = 0;
    TokenStream stream(1, [&wakes] { ++wakes; });
    std::thread writer([&stream] {
      for (int i = 0; i < kTokens; ++i) stream.addToken({0, i, "x"});
    });
    int drained = 0;
    int drains = 0;
    while (drained < kTokens) {
      const StreamBatch batch = stream.drain();
      ++drains;
      for (const std::int32_t id : batch.sequences.front().ids) QCOMPARE(id, drained++);
      QCOMPARE(static_cast<std::size_t>(batch.sequences.front().text.size()),
               batch.sequences.front().ids.size());
    }
    writer.join();
    QVERIFY(wakes.load() <= drains + 1);
  }
};

QTEST_APPLESS_MAIN(TokenStreamTest)
#include "token_stream_test.moc"
