// The engine on GPUs that have too little memory or fail in mid-reply: on the simulated cards of
// tests/simt.
#include <QTemporaryDir>
#include <QtTest>

#include "engine/step_profile.h"
#include "tests/engine/generation/testing.h"
#include "tests/kernels/backends.h"

using namespace cria::engine;
using namespace cria::engine::test;
using cria::ErrorKind;

namespace {

/// Cards of tests/simt/machine/cards.cpp, of which CRIA_SIMT_FIRST_CARD makes one the first.
constexpr const char* small_card = "4";
constexpr const char* soon_lost_card = "5";

cria::Result<std::unique_ptr<Model>> open_on(const std::string& device, const char* first_card,
                                             const QTemporaryDir& folder,
                                             const std::string& precision = "auto") {
  qputenv("CRIA_SIMT_FIRST_CARD", first_card);
  LoadOptions options;
  options.device = device;
  options.precision = precision;
  options.threads = 1;
  options.cuda_plugin = cria::kernels::testing::simulated_cuda();
  return make_engine()->open(folder.path().toStdString(), options, {}, {});
}

bool mentions(const std::vector<std::string>& notes, const char* words) {
  return std::any_of(notes.begin(), notes.end(), [words](const std::string& note) {
    return note.find(words) != std::string::npos;
  });
}

}  // namespace

class CudaTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    if (cria::kernels::testing::simulated_cuda().empty()) QSKIP("the simulated card is not built");
    write_checkpoint(folder_.path().toStdString());
  }

  void replies_as_the_cpu_does_data() {
    QTest::addColumn<QString>("precision");
    for (const char* precision : {"auto", "f32", "bf16", "q8", "q4"})
      QTest::newRow(precision) << precision;
  }

  void replies_as_the_cpu_does() {
    QFETCH(QString, precision);
    const auto on_card = open_on("auto", "0", folder_, precision.toStdString());
    QVERIFY2(on_card, why(on_card).c_str());
    QCOMPARE((*on_card)->info().device, std::string("cuda:0"));
    QVERIFY(!mentions((*on_card)->info().notes, "GPU"));
    if (precision != "auto") QCOMPARE((*on_card)->info().precision, precision.toStdString());
    const auto on_cpu = open_on("cpu", "0", folder_, precision.toStdString());
    QVERIFY(on_cpu);
    std::vector<std::vector<std::int32_t>> ids;
    for (Model* model : {on_card->get(), on_cpu->get()}) {
      const auto session = model->new_session({});
      QVERIFY2(session, why(session).c_str());
      Recorder recorder(greedy(12));
      const auto result = (*session)->generate(from_ids({1, 5, 9, 4, 7}), recorder, {});
      QVERIFY2(result, why(result).c_str());
      ids.push_back(result->sequences.front().ids);
    }
    QCOMPARE(ids[0], ids[1]);
  }

  // In a cache of its own, between two replies that do not notice.
  void measures_a_step() {
    const auto model = open_on("cuda", "0", folder_);
    QVERIFY2(model, why(model).c_str());
    const auto session = (*model)->new_session({});
    QVERIFY2(session, why(session).c_str());
    const auto reply = [&] {
      Recorder recorder(greedy(12));
      const auto result = (*session)->generate(from_ids({1, 5, 9, 4, 7}), recorder, {});
      return result ? result->sequences.front().ids : std::vector<std::int32_t>();
    };
    const auto before = reply();
    QVERIFY(!before.empty());
    const auto profile = profile_step(**model, 7);
    QVERIFY2(profile, why(profile).c_str());
    const int layers = 2;
    QCOMPARE(profile->launches, 5 * layers + 2);
    // No time passes on a simulated card: every measurement says a millisecond, for four runs.
    for (const double milliseconds : profile->stage_ms) QCOMPARE(milliseconds, 0.25);
    QCOMPARE(profile->copy_bytes_per_second, 2.0 * 4 * (1 << 20) / 0.25e-3);
    QCOMPARE(reply(), before);
    const auto past = profile_step(**model, (*model)->info().context_length);
    QVERIFY(!past);
    QVERIFY(past.error().kind == ErrorKind::usage);
    const auto on_cpu = open_on("cpu", "0", folder_);
    QVERIFY(on_cpu);
    const auto refused = profile_step(**on_cpu, 7);
    QVERIFY(!refused);
    QVERIFY(refused.error().kind == ErrorKind::device);
  }

  // Each keeps its weights and its cache on the card: going back and forth copies nothing.
  void two_checkpoints_are_resident() {
    const QTemporaryDir other;
    TinyShape shape;
    shape.seed = 2;
    write_checkpoint(other.path().toStdString(), shape);
    std::vector<std::unique_ptr<Model>> models;
    std::vector<std::unique_ptr<Session>> sessions;
    for (const QTemporaryDir* folder :
         std::initializer_list<const QTemporaryDir*>{&folder_, &other}) {
      auto model = open_on("cuda", "0", *folder);
      QVERIFY2(model, why(model).c_str());
      auto session = (*model)->new_session({});
      QVERIFY2(session, why(session).c_str());
      models.push_back(*std::move(model));
      sessions.push_back(*std::move(session));
    }
    const std::vector<std::int32_t> prompt{1, 5, 9, 4, 7};
    std::vector<std::vector<std::int32_t>> first;
    for (const int round : {0, 1}) {
      for (const std::size_t i : {0, 1}) {
        Recorder recorder(greedy(8));
        const auto result = sessions[i]->generate(from_ids(prompt), recorder, {});
        QVERIFY2(result, why(result).c_str());
        const auto& ids = result->sequences.front().ids;
        if (round == 0) {
          first.push_back(ids);
          continue;
        }
        QCOMPARE(ids, first[i]);
        QCOMPARE(recorder.prompt.reused_tokens, static_cast<std::int32_t>(prompt.size()) - 1);
      }
    }
    QVERIFY(first[0] != first[1]);
  }

  void too_little_memory_is_said_and_auto_takes_the_cpu() {
    const auto refused = open_on("cuda", small_card, folder_);
    QVERIFY(!refused);
    QVERIFY(refused.error().kind == ErrorKind::device);
    QVERIFY2(why(refused).find("memory") != std::string::npos, why(refused).c_str());
    const auto model = open_on("auto", small_card, folder_);
    QVERIFY2(model, why(model).c_str());
    QCOMPARE((*model)->info().device, std::string("cpu"));
    QVERIFY(mentions((*model)->info().notes, "not a GPU"));
    QVERIFY(mentions((*model)->info().notes, "memory"));
  }

  void a_card_lost_in_mid_reply_is_said_and_the_cpu_goes_on() {
    const auto model = open_on("cuda", soon_lost_card, folder_);
    QVERIFY2(model, why(model).c_str());
    const auto session = (*model)->new_session({});
    QVERIFY2(session, why(session).c_str());
    Recorder recorder(greedy(60));
    const auto result = (*session)->generate(from_ids({1, 5, 9, 4, 7}), recorder, {});
    QVERIFY(!result);
    QVERIFY(result.error().kind == ErrorKind::device);
    QVERIFY2(why(result).find("the GPU failed") != std::string::npos, why(result).c_str());
    QVERIFY(recorder.tokens > 0);
    const auto again = open_on("auto", soon_lost_card, folder_);
    QVERIFY2(again, why(again).c_str());
    QCOMPARE((*again)->info().device, std::string("cpu"));
    QVERIFY(mentions((*again)->info().notes, "not a GPU"));
  }

 private:
  QTemporaryDir folder_;
};

QTEST_APPLESS_MAIN(CudaTest)
#include "cuda_test.moc"
