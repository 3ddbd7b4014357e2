// The engine thread: stops, stale tokens, live settings, loading, teardown in mid-reply.
#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QSignalSpy>

#include "app/inference/inference_service.h"
#include "engine/carried_on.h"
#include "tests/app/support.h"

using namespace cria::app;
using namespace cria::app::testing;
namespace engine = cria::engine;

namespace {

std::shared_ptr<LiveSettings> settingsFor(int tokens) {
  auto settings = std::make_shared<LiveSettings>();
  engine::GenerationSettings values;
  values.max_new_tokens = tokens;
  settings->publish(values);
  return settings;
}

engine::GenerationRequest request(const char* text = "Once upon") {
  engine::GenerationRequest value;
  value.prompt.text = text;
  return value;
}

/// A service with an open checkpoint, and what it has said.
struct Service {
  explicit Service(const FakeEngineOptions& options, const QString& path = checkpointPath())
      : service(makeFakeEngine(options)) {
    QObject::connect(&service, &InferenceService::openFinished,
                     [this](const OpenOutcome& outcome) { opened.append(outcome); });
    QObject::connect(&service, &InferenceService::replyFinished,
                     [this](const ReplyOutcome& outcome) { replies.append(outcome); });
    if (!path.isEmpty()) {
      service.open(path, {});
      ready = QTest::qWaitFor([this] { return !opened.isEmpty(); }) && opened.first().info;
    }
  }
  bool waitReply(int count = 1) {
    return QTest::qWaitFor([&] { return replies.size() >= count; });
  }
  InferenceService service;
  QList<OpenOutcome> opened;
  QList<ReplyOutcome> replies;
  bool ready = false;
};

}  // namespace

class InferenceTest : public QObject {
  Q_OBJECT

 private slots:
  void writesAReply() {
    Service service(fastEngine());
    QVERIFY(service.ready);
    const InferenceService::Reply reply = service.service.write(request(), settingsFor(20));
    QVERIFY(service.waitReply());
    QCOMPARE(service.replies.first().id, reply.id);
    const auto& sequence = service.replies.first().result->sequences.front();
    QCOMPARE(sequence.ids.size(), std::size_t{20});
    const StreamBatch batch = reply.stream->drain();
    QCOMPARE(batch.sequences.front().text.toStdString(), sequence.text);
    QCOMPARE(batch.sequences.front().ids, sequence.ids);
  }

  void withoutACheckpointItSaysSo() {
    Service service(fastEngine(), {});
    service.service.write(request(), settingsFor(5));
    QVERIFY(service.waitReply());
    QVERIFY(service.replies.first().error.has_value());
  }

  void aStopBeforeTheWorkerBeginsIsNotLost() {
    Service service(pacedEngine(50));
    // The first keeps the worker busy; the second is stopped while it waits.
    const auto first = service.service.write(request(), settingsFor(2000));
    const auto second = service.service.write(request(), settingsFor(2000));
    service.service.stop(second.id);
    QTest::qWait(50);
    service.service.stop(first.id);
    QVERIFY(service.waitReply(2));
    QCOMPARE(service.replies.at(1).id, second.id);
    QCOMPARE(service.replies.at(1).result->sequences.front().finish_reason,
             engine::FinishReason::cancelled);
    QVERIFY(service.replies.at(1).result->sequences.front().ids.empty());
    QVERIFY(!second.stream->drain().hasTokens());
  }

  void aStopDoesNotReachTheNextReply() {
    Service service(fastEngine());
    const auto first = service.service.write(request(), settingsFor(5));
    QVERIFY(service.waitReply(1));
    const auto second = service.service.write(request(), settingsFor(30));
    service.service.stop(first.id);
    QVERIFY(service.waitReply(2));
    QCOMPARE(service.replies.at(1).id, second.id);
    QCOMPARE(service.replies.at(1).result->sequences.front().ids.size(), std::size_t{30});
  }

  void aStopIsFeltAtOnce() {
    Service service(pacedEngine(2));
    const auto reply = service.service.write(request(), settingsFor(2000));
    QTest::qWait(100);
    QElapsedTimer timer;
    timer.start();
    service.service.stop(reply.id);
    QVERIFY(service.waitReply());
    QVERIFY2(timer.elapsed() < 200, qPrintable(QString::number(timer.elapsed())));
  }

  void settingsActOnTheNextToken() {
    // Greedy tells its words in their order; a length that shrinks in mid-reply ends it.
    Service service(pacedEngine(200));
    const auto settings = settingsFor(100000);
    const auto reply = service.service.write(request(), settings);
    int seen = 0;
    QVERIFY(QTest::qWaitFor([&] {
      seen += static_cast<int>(reply.stream->drain().sequences.front().ids.size());
      return seen >= 20;
    }));
    engine::GenerationSettings values = settings->read();
    values.max_new_tokens = 1;
    settings->publish(values);
    QVERIFY(service.waitReply());
    const auto& sequence = service.replies.first().result->sequences.front();
    QCOMPARE(sequence.finish_reason, engine::FinishReason::length);
    QVERIFY(sequence.ids.size() >= std::size_t{20});
    QVERIFY2(sequence.ids.size() < std::size_t{40},
             qPrintable(QString::number(sequence.ids.size())));
  }

  void stopStringsOfThePlainTemplate() {
    FakeEngineOptions options = fastEngine();
    options.words = {" one", " two", "\nUser", ":", " three"};
    Service service(options);
    engine::GenerationRequest chat;
    chat.prompt.mode = engine::PromptMode::chat;
    chat.prompt.messages = {{engine::Role::user, "hi"}};
    service.service.write(chat, settingsFor(50));
    service.service.write(request(), settingsFor(50));
    QVERIFY(service.waitReply(2));
    QCOMPARE(service.replies.at(0).result->sequences.front().text, std::string(" one two"));
    QCOMPARE(service.replies.at(1).result->sequences.front().ids.size(), std::size_t{50});
  }

  void anErrorInMidReplyKeepsWhatWasWritten() {
    FakeEngineOptions options = fastEngine();
    options.failAfter = 7;
    Service service(options);
    const auto reply = service.service.write(request(), settingsFor(50));
    QVERIFY(service.waitReply());
    QVERIFY(service.replies.first().error.has_value());
    QCOMPARE(reply.stream->drain().sequences.front().ids.size(), std::size_t{7});
  }

  void theCpuCarriesOnWhereTheGpuFailed() {
    FakeEngineOptions options = fastEngine();
    options.gpuLostAfter = 7;
    options.words = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
    Service service(options);
    QVERIFY(service.ready);
    QCOMPARE(service.opened.first().info->device, std::string("cuda:0"));
    const auto reply = service.service.write(request(), settingsFor(12));
    QVERIFY(service.waitReply());
    QVERIFY(service.replies.first().result.has_value());
    const auto& sequence = service.replies.first().result->sequences.front();
    QCOMPARE(sequence.text, std::string("abcdefgabcde"));
    QCOMPARE(sequence.ids.size(), std::size_t{12});
    QCOMPARE(service.replies.first().result->prompt.prompt_tokens, 3);
    const StreamBatch heard = reply.stream->drain();
    QCOMPARE(heard.sequences.front().text, QByteArray("abcdefgabcde"));
    QCOMPARE(heard.prompt->prompt_tokens, 3);
    QCOMPARE(service.opened.size(), 2);
    QCOMPARE(service.opened.at(1).info->device, std::string("cpu"));
    QCOMPARE(service.opened.at(1).lostGpu->message, std::string("The fake engine failed."));

    service.service.write(request(), settingsFor(9));
    QVERIFY(service.waitReply(2));
    QCOMPARE(service.replies.at(1).result->sequences.front().ids.size(), std::size_t{9});
    QCOMPARE(service.opened.size(), 2);
  }

  void theCpuCarriesOnWithSeveralReplies() {
    FakeEngineOptions options = fastEngine();
    options.gpuLostAfter = 4;
    Service service(options);
    engine::GenerationRequest two = request();
    two.num_return_sequences = 2;
    const auto drawn = settingsFor(12);
    engine::GenerationSettings values = drawn->read();
    values.do_sample = true;
    values.top_k = 1;  // of one
    drawn->publish(values);
    const auto reply = service.service.write(two, drawn);
    QVERIFY(service.waitReply());
    QVERIFY(service.replies.first().result.has_value());
    const auto& sequences = service.replies.first().result->sequences;
    QCOMPARE(sequences.size(), std::size_t{2});
    for (std::size_t i = 0; i < 2; ++i) {
      QCOMPARE(sequences[i].sequence, static_cast<std::int32_t>(i));
      QCOMPARE(sequences[i].ids.size(), std::size_t{12});
    }
    QCOMPARE(service.opened.at(1).info->device, std::string("cpu"));
    const StreamBatch heard = reply.stream->drain();
    QCOMPARE(heard.sequences.size(), std::size_t{2});
    QCOMPARE(heard.sequences.at(0).text.toStdString(), sequences[0].text);
    QCOMPARE(heard.sequences.at(1).text.toStdString(), sequences[1].text);
  }

  void aGpuThatWasAskedForIsNotReplaced() {
    FakeEngineOptions options = fastEngine();
    options.gpuLostAfter = 4;
    Service service(options, {});
    engine::LoadOptions load;
    load.device = "cuda";
    service.service.open(checkpointPath(), load);
    service.service.write(request(), settingsFor(12));
    QVERIFY(service.waitReply());
    QVERIFY(service.replies.first().error.has_value());
    QCOMPARE(service.opened.size(), 1);
  }

  void loadingCanBeCancelled() {
    FakeEngineOptions options = fastEngine();
    options.loadSeconds = 30;
    Service service(options, {});
    QSignalSpy progress(&service.service, &InferenceService::openProgressed);
    service.service.open(checkpointPath(), {});
    QVERIFY(progress.wait(2000));
    QElapsedTimer timer;
    timer.start();
    service.service.cancelOpen();
    QVERIFY(QTest::qWaitFor([&] { return !service.opened.isEmpty(); }));
    QVERIFY(timer.elapsed() < 500);
    QCOMPARE(service.opened.first().error->kind, cria::ErrorKind::cancelled);
  }

  void openingStopsTheReplyAndIsAnswered() {
    Service service(pacedEngine(20));
    const auto reply = service.service.write(request(), settingsFor(2000));
    QTest::qWait(150);
    service.service.open(checkpointPath("step-000500"), {});
    QVERIFY(QTest::qWaitFor([&] { return service.opened.size() == 2; }));
    QCOMPARE(service.replies.size(), 1);
    QCOMPARE(service.replies.first().id, reply.id);
    QCOMPARE(service.replies.first().result->sequences.front().finish_reason,
             engine::FinishReason::cancelled);
    QVERIFY(!service.replies.first().result->sequences.front().ids.empty());
  }

  void aFailedOpeningKeepsTheOldOne() {
    Service service(fastEngine());
    service.service.open(checkpointPath("broken"), {});
    QVERIFY(QTest::qWaitFor([&] { return service.opened.size() == 2; }));
    QVERIFY(service.opened.at(1).error.has_value());
    QVERIFY(service.opened.at(1).previousKept);
    service.service.write(request(), settingsFor(3));
    QVERIFY(service.waitReply());
    QVERIFY(service.replies.first().result.has_value());
  }

  // The one of before stays in memory: going back to it loads nothing.
  void goingBackAndForthLoadsNothing() {
    Service service(fastEngine());
    QSignalSpy progress(&service.service, &InferenceService::openProgressed);
    const auto open = [&](const char* name, const engine::LoadOptions& options = {}) {
      progress.clear();
      const auto before = service.opened.size();
      service.service.open(name == nullptr ? checkpointPath() : checkpointPath(name), options);
      return QTest::qWaitFor([&] { return service.opened.size() > before; });
    };
    QVERIFY(open("step-000500"));
    QCOMPARE(service.opened.last().sparePath, checkpointPath());
    QVERIFY(!progress.isEmpty());
    QVERIFY(open(nullptr));
    QVERIFY(progress.isEmpty());
    QCOMPARE(QString::fromStdString(service.opened.last().info->path.string()), checkpointPath());
    QCOMPARE(service.opened.last().sparePath, checkpointPath("step-000500"));
    service.service.write(request(), settingsFor(3));
    QVERIFY(service.waitReply());
    QVERIFY(service.replies.last().result.has_value());
    // Other options are another way to compute it.
    engine::LoadOptions q4;
    q4.precision = "q4";
    QVERIFY(open("step-000500", q4));
    QVERIFY(!progress.isEmpty());
    QCOMPARE(service.opened.last().info->precision, std::string("q4"));
    // A third takes the place of the one that was left first.
    QVERIFY(open("step-000900"));
    QCOMPARE(service.opened.last().sparePath, checkpointPath("step-000500"));
    QVERIFY(open(nullptr));
    QVERIFY(!progress.isEmpty());
  }

  void whatATrainerWroteAnewIsLoadedAnew() {
    QTemporaryDir folder;
    const auto write = [&](const QByteArray& bytes) {
      QFile file(folder.filePath(QStringLiteral("model.safetensors")));
      return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
    };
    QVERIFY(write("one"));
    Service service(fastEngine(), folder.path());
    QSignalSpy progress(&service.service, &InferenceService::openProgressed);
    const auto open = [&](const QString& path) {
      progress.clear();
      const auto before = service.opened.size();
      service.service.open(path, {});
      return QTest::qWaitFor([&] { return service.opened.size() > before; });
    };
    QVERIFY(open(checkpointPath()));
    QVERIFY(open(folder.path()));
    QVERIFY(progress.isEmpty());
    QVERIFY(open(checkpointPath()));
    QVERIFY(write("another"));
    QVERIFY(open(folder.path()));
    QVERIFY(!progress.isEmpty());
  }

  void whereMemoryIsShortNoneIsKept() {
    FakeEngineOptions options = fastEngine();
    options.memoryAvailable = 2'000'000'000;
    Service service(options);
    service.service.open(checkpointPath("step-000500"), {});
    QVERIFY(QTest::qWaitFor([&] { return service.opened.size() == 2; }));
    QCOMPARE(service.opened.last().sparePath, QString());
  }

  void whenBothDoNotFitTheOldOneMakesRoom() {
    Service service(fastEngine());
    service.service.open(checkpointPath("huge"), {});
    QVERIFY(QTest::qWaitFor([&] { return service.opened.size() == 2; }));
    QVERIFY(service.opened.at(1).info.has_value());
    service.service.open(checkpointPath("toolarge"), {});
    QVERIFY(QTest::qWaitFor([&] { return service.opened.size() == 3; }));
    QVERIFY(service.opened.at(2).error.has_value());
    QVERIFY(!service.opened.at(2).previousKept);
  }

  void teardownInMidReply() {
    const auto seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    for (int i = 0; i < 100; ++i) {
      FakeEngineOptions options = fastEngine();
      options.loadSeconds = i % 5 == 0 ? 0.02 : 0;
      auto service = std::make_unique<InferenceService>(makeFakeEngine(options));
      service->open(checkpointPath(), {});
      service->write(request(), settingsFor(1 << 20));
      service->write(request(), settingsFor(1 << 20));
      QTest::qWait(random.bounded(12));
      service.reset();
    }
  }
};

QTEST_GUILESS_MAIN(InferenceTest)
#include "inference_test.moc"
