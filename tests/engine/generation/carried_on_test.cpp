// A device that fails in mid-reply: the reply goes on elsewhere as if nothing had happened.
#include "engine/carried_on.h"

#include <QTemporaryDir>
#include <QTest>
#include <random>

#include "tests/engine/generation/testing.h"

namespace cria::engine {

using test::Recorder;

namespace {

const Error lost{ErrorKind::device, "The card fell off."};

/// Stops a generation after so many tokens.
class StopAfter final : public GenerationObserver {
 public:
  StopAfter(GenerationObserver& listener, std::int32_t tokens)
      : listener_(listener), left_(tokens) {
    if (left_ == 0) stop.request_stop();
  }

  std::stop_source stop;

  GenerationSettings settings() override { return listener_.settings(); }
  void on_prompt(const PromptReport& report) override { listener_.on_prompt(report); }
  void on_prefill(std::int32_t, std::int32_t) override {}
  void on_token(const TokenEvent& token) override {
    listener_.on_token(token);
    if (--left_ == 0) stop.request_stop();
  }
  void on_context_slid(std::int32_t) override {}

 private:
  GenerationObserver& listener_;
  std::int32_t left_;
};

}  // namespace

class TestCarriedOn : public QObject {
  Q_OBJECT

 private slots:
  void init();
  void the_rest_is_asked_for_behind_what_was_written();
  void the_prompt_is_told_once();
  void a_reply_is_the_same_as_without_a_failure();
  void only_replies_that_had_not_ended_are_carried_on_with();
  void other_errors_and_a_device_without_another_end_it();

 private:
  QTemporaryDir folder_;
  std::unique_ptr<Model> model_;
  std::unique_ptr<Session> session_;
};

void TestCarriedOn::init() {
  test::write_checkpoint(folder_.path().toStdString());
  model_ = test::open_model(folder_.path().toStdString());
  QVERIFY(model_);
  auto session = model_->new_session({});
  QVERIFY2(session, test::why(session).c_str());
  session_ = *std::move(session);
}

void TestCarriedOn::the_rest_is_asked_for_behind_what_was_written() {
  const WrittenReply written{{5, 6}, " so", {}};
  const auto rest = request_for_rest(test::complete("Once upon"), 2, written);
  QCOMPARE(rest.prompt.text, std::string("Once upon so"));
  QCOMPARE(rest.first_sequence, 2);
  QCOMPARE(rest.num_return_sequences, 1);
  GenerationRequest chat;
  chat.prompt.mode = PromptMode::chat;
  chat.prompt.messages = {{Role::user, "Hi"}};
  const auto answered = request_for_rest(chat, 0, written).prompt.messages;
  QCOMPARE(answered.size(), std::size_t{2});
  QVERIFY(answered.back() == (Message{Role::assistant, " so"}));
  chat.prompt.messages.push_back({Role::assistant, "Yes"});
  const auto continued = request_for_rest(chat, 0, written).prompt.messages;
  QCOMPARE(continued.size(), std::size_t{2});
  QCOMPARE(continued.back().text, std::string("Yes so"));
  QCOMPARE(request_for_rest(test::from_ids({1, 4}), 0, written).prompt.ids,
           (std::vector<std::int32_t>{1, 4, 5, 6}));
  GenerationSettings settings;
  settings.max_new_tokens = 10;
  settings.min_new_tokens = 1;
  const PromptReport prompt{30, 0, 64, 0};
  const auto left = [&] { return settings_for_rest(settings, prompt, written).max_new_tokens; };
  QCOMPARE(left().value_or(0), 8);
  QCOMPARE(settings_for_rest(settings, prompt, written).min_new_tokens, 0);
  settings.max_new_tokens.reset();
  QCOMPARE(left().value_or(0), 18);  // of transformers' 20
  settings.max_length = 40;
  QCOMPARE(left().value_or(0), 8);
  settings.max_length = 31;
  QCOMPARE(left().value_or(0), 1);
}

void TestCarriedOn::the_prompt_is_told_once() {
  int calls = 0;
  CarriedOn replies(
      [&](const GenerationRequest&, GenerationObserver& listener) -> Result<GenerationResult> {
        listener.on_prompt({2, 0, 64, 5});
        if (++calls == 1) return lost;
        return GenerationResult();
      },
      [](const Error&) { return true; });
  struct Counter : Recorder {
    void on_prompt(const PromptReport& report) override {
      Recorder::on_prompt(report);
      ++told;
    }
    int told = 0;
  };
  Counter heard;
  QVERIFY(replies.write(test::complete("Once"), heard));
  QCOMPARE(calls, 2);
  QCOMPARE(heard.told, 1);
  QCOMPARE(heard.prompt.dropped_tokens, 5);
}

void TestCarriedOn::a_reply_is_the_same_as_without_a_failure() {
  std::mt19937_64 random(test::fresh_seed());
  const auto request = test::from_ids({1, 30, 77, 260});
  Recorder whole(test::greedy(30));
  const auto expected = session_->generate(request, whole, {});
  QVERIFY2(expected, test::why(expected).c_str());
  const auto longest = static_cast<std::int32_t>(expected->sequences.front().ids.size());
  for (const std::int32_t tokens :
       {0, 1, longest - 1, static_cast<std::int32_t>(random() % 28) + 1}) {
    int calls = 0;
    CarriedOn replies(
        [&](const GenerationRequest& part,
            GenerationObserver& listener) -> Result<GenerationResult> {
          if (++calls > 1) return session_->generate(part, listener, {});
          StopAfter stopping(listener, tokens);
          (void)session_->generate(part, stopping, stopping.stop.get_token());
          return lost;
        },
        [](const Error& failure) { return failure.message == lost.message; });
    Recorder heard(test::greedy(30));
    const auto result = replies.write(request, heard);
    QVERIFY2(result, test::why(result).c_str());
    QCOMPARE(calls, 2);
    QCOMPARE(result->sequences.front().ids, expected->sequences.front().ids);
    QCOMPARE(result->sequences.front().text, expected->sequences.front().text);
    QCOMPARE(result->sequences.front().finish_reason, expected->sequences.front().finish_reason);
    QCOMPARE(result->prompt_ids, expected->prompt_ids);
    QCOMPARE(heard.ids, whole.ids);
    QCOMPARE(heard.texts, whole.texts);
    QCOMPARE(heard.prompt.prompt_tokens, 4);
  }
}

void TestCarriedOn::only_replies_that_had_not_ended_are_carried_on_with() {
  std::vector<GenerationRequest> asked;
  CarriedOn replies(
      [&](const GenerationRequest& part, GenerationObserver& listener) -> Result<GenerationResult> {
        asked.push_back(part);
        if (asked.size() == 1) {
          listener.on_prompt({2, 0, 64, 0});
          listener.on_token({0, 10, " a"});
          listener.on_token({1, 2, "", FinishReason::eos});
          return lost;
        }
        listener.on_token({part.first_sequence, 11, " b", FinishReason::length});
        GenerationResult rest;
        rest.prompt_ids = {1, 4, 10};
        rest.sequences = {{part.first_sequence, {11}, " b", FinishReason::length}};
        return rest;
      },
      [](const Error&) { return true; });
  GenerationRequest request = test::from_ids({1, 4});
  request.num_return_sequences = 3;
  Recorder heard(test::sampling(20));
  const auto result = replies.write(request, heard);
  QVERIFY2(result, test::why(result).c_str());
  QCOMPARE(asked.size(), std::size_t{3});
  QCOMPARE(asked[1].first_sequence, 0);
  QCOMPARE(asked[1].prompt.ids, (std::vector<std::int32_t>{1, 4, 10}));
  QCOMPARE(asked[2].first_sequence, 2);
  QCOMPARE(asked[2].prompt.ids, (std::vector<std::int32_t>{1, 4}));
  QCOMPARE(result->sequences.size(), std::size_t{3});
  QCOMPARE(result->sequences[0].text, std::string(" a b"));
  QCOMPARE(result->sequences[1].ids, (std::vector<std::int32_t>{2}));
  QCOMPARE(result->sequences[1].finish_reason, FinishReason::eos);
  QCOMPARE(result->sequences[2].ids, (std::vector<std::int32_t>{11}));
  QCOMPARE(result->prompt_ids, (std::vector<std::int32_t>{1, 4}));
  QCOMPARE(result->prompt.prompt_tokens, 2);
}

void TestCarriedOn::other_errors_and_a_device_without_another_end_it() {
  for (const Error& error : {Error{ErrorKind::usage, "Too long."}, lost}) {
    int calls = 0;
    CarriedOn replies(
        [&](const GenerationRequest&, GenerationObserver&) -> Result<GenerationResult> {
          ++calls;
          return error;
        },
        [](const Error&) { return false; });
    Recorder heard(test::greedy(5));
    const auto result = replies.write(test::complete("Once"), heard);
    QVERIFY(!result);
    QCOMPARE(result.error().message, error.message);
    QCOMPARE(calls, 1);
  }
}

}  // namespace cria::engine

QTEST_GUILESS_MAIN(cria::engine::TestCarriedOn)
#include "carried_on_test.moc"
