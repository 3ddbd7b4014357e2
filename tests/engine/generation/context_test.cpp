// The cache from turn to turn, stops, and the context's end.
#include <QTest>
#include <numeric>
#include <random>

#include "engine/generation/context_window.h"
#include "tests/engine/generation/testing.h"

namespace cria::engine {

using test::Recorder;
using Ids = std::vector<std::int32_t>;

namespace {

Ids joined(Ids a, std::span<const std::int32_t> b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

class TestContext : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase();
  void a_reused_prefix_changes_nothing();
  void stopped_anywhere_then_continued();
  void stop_before_start();
  void stop_while_the_prompt_is_read();
  void progress_is_told();
  void stop_policy_refuses_a_long_prompt();
  void slide_keeps_bos_and_the_newest();
  void what_is_left_out_grows_by_steps();
  void of_a_chat_no_turn_too_many_is_left_out();
  void a_slid_prefix_is_found_again();
  void slide_in_mid_reply();
  void slide_with_variants();
  void chat_drops_the_oldest_turns();
  void chat_slides_in_mid_reply();
  void stopped_while_sliding();

 private:
  std::unique_ptr<Session> session();
  Ids encoded(const Prompt& prompt) { return model_->tokenize(prompt)->ids; }
  Ids random_ids(std::size_t count);

  QTemporaryDir folder_;
  std::unique_ptr<Model> model_;
  std::int32_t context_ = 0;
  std::mt19937_64 random_;
};

void TestContext::initTestCase() {
  random_.seed(test::fresh_seed());
  test::write_checkpoint(folder_.path().toStdString());
  model_ = test::open_model(folder_.path().toStdString());
  QVERIFY(model_);
  context_ = model_->info().context_length;
}

std::unique_ptr<Session> TestContext::session() {
  auto made = model_->new_session({});
  return made ? *std::move(made) : nullptr;
}

Ids TestContext::random_ids(std::size_t count) {
  Ids ids = {1};
  while (ids.size() < count) {
    ids.push_back(static_cast<std::int32_t>(3 + random_() % 550));
  }
  return ids;
}

void TestContext::a_reused_prefix_changes_nothing() {
  const auto kept = session();
  Ids conversation = random_ids(20);
  for (int turn = 0; turn < 6; ++turn) {
    if (turn == 4) {
      conversation[10] = 7;  // an edited message: only what stands before it is found
    }
    const auto request = test::from_ids(conversation, random_());
    Recorder again(test::sampling(12));
    Recorder fresh(test::sampling(12));
    const auto one = kept->generate(request, again, {});
    const auto other = session()->generate(request, fresh, {});
    QVERIFY(one && other);
    QCOMPARE(again.prompt.reused_tokens, turn == 0   ? 0
                                         : turn == 4 ? 10
                                                     : again.prompt.prompt_tokens - 7);
    QCOMPARE(fresh.prompt.reused_tokens, 0);
    QCOMPARE(one->sequences[0].ids, other->sequences[0].ids);
    conversation = joined(joined(conversation, one->sequences[0].ids), random_ids(7));
    conversation.pop_back();
  }
}

// The stop comes at any token; what is in the cache then is what the next turn finds there.
void TestContext::stopped_anywhere_then_continued() {
  const auto settings = test::sampling(40);
  const auto request = test::from_ids(random_ids(15), random_());
  Recorder whole(settings);
  const auto expected = session()->generate(request, whole, {});
  QVERIFY(expected);
  const auto kept = session();
  for (int round = 0; round < 15; ++round) {
    std::stop_source stop;
    const std::size_t moment = 1 + random_() % 39;
    Recorder recorder(settings);
    recorder.after_token = [&](Recorder& self) {
      if (self.tokens == moment) {
        stop.request_stop();
      }
    };
    const auto stopped = kept->generate(request, recorder, stop.get_token());
    QVERIFY(stopped);
    const GeneratedSequence& part = stopped->sequences[0];
    QCOMPARE(part.finish_reason, FinishReason::cancelled);
    QCOMPARE(part.ids.size(), moment);
    QVERIFY(std::equal(part.ids.begin(), part.ids.end(), expected->sequences[0].ids.begin()));
    // Greedy from there, in the session that was stopped and in a fresh one.
    const auto rest = test::from_ids(joined(request.prompt.ids, part.ids));
    Recorder a(test::greedy(8));
    Recorder b(test::greedy(8));
    const auto one = kept->generate(rest, a, {});
    const auto other = session()->generate(rest, b, {});
    QVERIFY(one && other);
    QVERIFY(a.prompt.reused_tokens >= a.prompt.prompt_tokens - 1);
    QCOMPARE(one->sequences[0].ids, other->sequences[0].ids);
  }
}

void TestContext::stop_before_start() {
  std::stop_source stop;
  stop.request_stop();
  GenerationRequest request = test::complete("Hello");
  request.num_return_sequences = 2;
  Recorder recorder(test::sampling(5));
  const auto result = session()->generate(request, recorder, stop.get_token());
  QVERIFY(result);
  QCOMPARE(recorder.tokens, std::size_t{0});
  QCOMPARE(result->sequences.size(), std::size_t{2});
  QCOMPARE(result->sequences[1].finish_reason, FinishReason::cancelled);
  QVERIFY(result->sequences[1].ids.empty());
}

void TestContext::stop_while_the_prompt_is_read() {
  struct Stopper : Recorder {
    using Recorder::Recorder;
    void on_prefill(std::int32_t done, std::int32_t total) override {
      Recorder::on_prefill(done, total);
      stop.request_stop();
    }
    std::stop_source stop;
  };
  const auto kept = session();
  const auto request = test::from_ids(random_ids(100));
  Stopper stopper(test::greedy(10));
  const auto stopped = kept->generate(request, stopper, stopper.stop.get_token());
  QVERIFY(stopped);
  QCOMPARE(stopped->sequences[0].finish_reason, FinishReason::cancelled);
  QVERIFY(stopper.prefill.back().first < 100);
  Recorder again(test::greedy(10));
  Recorder fresh(test::greedy(10));
  const auto one = kept->generate(request, again, {});
  const auto other = session()->generate(request, fresh, {});
  QVERIFY(one && other);
  QCOMPARE(again.prompt.reused_tokens, 0);  // a batch counts when it is whole
  QCOMPARE(one->sequences[0].ids, other->sequences[0].ids);
}

void TestContext::progress_is_told() {
  Recorder recorder(test::greedy(1));
  QVERIFY(session()->generate(test::from_ids(random_ids(120)), recorder, {}));
  QVERIFY(recorder.prefill.size() >= 2);
  QCOMPARE(recorder.prefill.back(), std::make_pair(120, 120));
  QVERIFY(std::is_sorted(recorder.prefill.begin(), recorder.prefill.end()));
}

void TestContext::stop_policy_refuses_a_long_prompt() {
  for (const int length : {context_, context_ + 50}) {
    Recorder recorder(test::greedy(5));
    const auto result = session()->generate(
        test::from_ids(random_ids(static_cast<std::size_t>(length))), recorder, {});
    QVERIFY(!result);
    QCOMPARE(result.error().kind, ErrorKind::usage);
    QVERIFY(result.error().message.find(std::to_string(length)) != std::string::npos);
    QVERIFY(result.error().message.find(std::to_string(context_)) != std::string::npos);
  }
  Recorder recorder(test::greedy(5));
  const auto result = session()->generate(
      test::from_ids(random_ids(static_cast<std::size_t>(context_ - 1))), recorder, {});
  QVERIFY(result);
  QCOMPARE(result->sequences[0].ids.size(), std::size_t{1});
  QCOMPARE(result->sequences[0].finish_reason, FinishReason::length);
}

void TestContext::slide_keeps_bos_and_the_newest() {
  const Ids ids = random_ids(static_cast<std::size_t>(context_) + 70);
  GenerationRequest request = test::from_ids(ids);
  request.context_policy = ContextPolicy::slide;
  Recorder recorder(test::greedy(3));
  const auto result = session()->generate(request, recorder, {});
  QVERIFY2(result, test::why(result).c_str());
  const Ids& sent = result->prompt_ids;
  QCOMPARE(sent.front(), 1);
  QVERIFY(std::equal(sent.begin() + 1, sent.end(),
                     ids.end() - static_cast<std::ptrdiff_t>(sent.size() - 1)));
  QCOMPARE(recorder.prompt.dropped_tokens, static_cast<std::int32_t>(ids.size() - sent.size()));
  QCOMPARE(recorder.prompt.prompt_tokens, static_cast<std::int32_t>(sent.size()));
  QVERIFY(static_cast<std::int32_t>(sent.size()) < context_);
}

void TestContext::what_is_left_out_grows_by_steps() {
  constexpr std::int32_t context = 128;
  const auto pinned = static_cast<std::int32_t>(1 + random_() % 20);
  const std::size_t step = static_cast<std::size_t>(context - pinned) / 4;
  std::size_t steps = 0;
  std::size_t last = 0;
  for (std::size_t all = context; all < 5 * context; ++all) {
    PromptIds prompt;
    prompt.pinned = pinned;
    Ids text(all);
    std::iota(text.begin(), text.end(), 0);
    const std::size_t written = random_() % (all / 2);
    prompt.ids.assign(text.begin(), text.end() - static_cast<std::ptrdiff_t>(written));
    const auto left = fit_in_context(prompt, std::span(text).last(written), context);
    QVERIFY(left);
    QVERIFY(left->size() <= context - step && left->size() > context - 2 * step);
    const std::size_t dropped = all - left->size();
    QVERIFY(dropped == last || dropped == last + step || last == 0);
    steps += dropped != last;
    last = dropped;
    const auto oldest = static_cast<std::ptrdiff_t>(pinned);
    QVERIFY(std::equal(left->begin(), left->begin() + oldest, text.begin()));
    QVERIFY(std::equal(left->begin() + oldest, left->end(),
                       text.begin() + oldest + static_cast<std::ptrdiff_t>(dropped)));
  }
  QVERIFY(steps <= 4 * context / step + 2);
}

void TestContext::of_a_chat_no_turn_too_many_is_left_out() {
  constexpr std::int32_t context = 1000;
  std::vector<Ids> turns;
  PromptIds prompt;
  prompt.pinned = 5;
  prompt.ids = random_ids(5);
  for (std::int32_t i = 0; i < 200; ++i) {
    turns.emplace_back(1 + random_() % 90, i);
    prompt.ids = joined(prompt.ids, turns.back());
  }
  int calls = 0;
  prompt.droppable_turns = 199;
  prompt.without_oldest = [&](std::int32_t n) {
    ++calls;
    Ids ids(prompt.ids.begin(), prompt.ids.begin() + 5);
    for (std::size_t i = static_cast<std::size_t>(n); i < turns.size(); ++i) {
      ids = joined(ids, turns[i]);
    }
    return ids;
  };
  const auto left = fit_in_context(prompt, {}, context);
  QVERIFY(left);
  QVERIFY(calls <= 10);
  // With one turn more, fewer steps would have gone than have to.
  const std::size_t drop = [&] {
    const std::size_t step = (context - 5) / 4;
    return (prompt.ids.size() - (context - step) + step - 1) / step * step;
  }();
  const std::int32_t first = (*left)[5];
  QCOMPARE(*left, prompt.without_oldest(first));
  QVERIFY(prompt.ids.size() - left->size() >= drop);
  QVERIFY(prompt.ids.size() - prompt.without_oldest(first - 1).size() < drop);
}

// A conversation that has outgrown its context does not read it all anew at each turn.
void TestContext::a_slid_prefix_is_found_again() {
  const auto kept = session();
  Ids conversation = random_ids(static_cast<std::size_t>(context_));
  int found = 0;
  for (int turn = 0; turn < 20; ++turn) {
    GenerationRequest request = test::from_ids(conversation);
    request.context_policy = ContextPolicy::slide;
    Recorder recorder(test::greedy(4));
    const auto result = kept->generate(request, recorder, {});
    QVERIFY2(result, test::why(result).c_str());
    found += recorder.prompt.reused_tokens > context_ / 3;
    conversation = joined(joined(conversation, result->sequences[0].ids), random_ids(5));
  }
  // Twenty turns of nine tokens are five steps of forty.
  QVERIFY2(found >= 14, qPrintable(QString::number(found)));
}

// Each token behind a slide is what the model says to BOS and the newest ids alone.
void TestContext::slide_in_mid_reply() {
  GenerationRequest request = test::from_ids(random_ids(30), random_());
  request.context_policy = ContextPolicy::slide;
  Recorder recorder(test::greedy(3 * context_));
  std::vector<std::size_t> slid_at;
  recorder.after_token = [&](Recorder& self) {
    if (self.slides.size() > slid_at.size()) {
      slid_at.push_back(self.tokens - 1);
    }
  };
  const auto result = session()->generate(request, recorder, {});
  QVERIFY2(result, test::why(result).c_str());
  const Ids all = joined(result->prompt_ids, result->sequences[0].ids);
  QCOMPARE(result->sequences[0].ids.size(), static_cast<std::size_t>(3 * context_));
  QCOMPARE(result->sequences[0].text, recorder.texts[0]);
  QVERIFY(slid_at.size() >= 3);
  for (std::size_t i = 0; i < slid_at.size(); ++i) {
    const auto known = static_cast<std::ptrdiff_t>(30 + slid_at[i]);
    const std::int32_t left = context_ - recorder.slides[i];
    Ids window = {1};
    window.insert(window.end(), all.begin() + known - (left - 1), all.begin() + known);
    const auto logits = session()->logits(window, false);
    QVERIFY(logits);
    QCOMPARE(all[static_cast<std::size_t>(known)],
             static_cast<std::int32_t>(std::max_element(logits->begin(), logits->end()) -
                                       logits->begin()));
  }
}

void TestContext::slide_with_variants() {
  GenerationRequest request = test::from_ids(random_ids(90), random_());
  request.context_policy = ContextPolicy::slide;
  request.num_return_sequences = 3;
  Recorder together(test::sampling(200));
  const auto all = session()->generate(request, together, {});
  QVERIFY2(all, test::why(all).c_str());
  QVERIFY(together.slides.size() >= 3);
  request.num_return_sequences = 1;
  for (std::int32_t i = 0; i < 3; ++i) {
    request.first_sequence = i;
    Recorder alone(test::sampling(200));
    const auto one = session()->generate(request, alone, {});
    QVERIFY(one);
    QCOMPARE(one->sequences[0].ids.size(), std::size_t{200});
    QCOMPARE(one->sequences[0].ids, all->sequences[static_cast<std::size_t>(i)].ids);
  }
}

void TestContext::chat_drops_the_oldest_turns() {
  GenerationRequest request;
  request.prompt.mode = PromptMode::chat;
  request.prompt.messages = {{Role::system, "You are a cat."}};
  for (int i = 0; i < 12; ++i) {
    request.prompt.messages.push_back({Role::user, "Question " + std::to_string(i)});
    request.prompt.messages.push_back({Role::assistant, "Answer " + std::to_string(i)});
  }
  request.prompt.messages.push_back({Role::user, "And now?"});
  for (const ChatTemplate format :
       {ChatTemplate::zephyr, ChatTemplate::chatml, ChatTemplate::plain, ChatTemplate::llama2}) {
    request.prompt.chat_template = format;
    const auto whole = encoded(request.prompt);
    QVERIFY(static_cast<std::int32_t>(whole.size()) >= context_);

    request.context_policy = ContextPolicy::stop;
    Recorder refused(test::greedy(3));
    QVERIFY(!session()->generate(request, refused, {}));

    request.context_policy = ContextPolicy::slide;
    Recorder recorder(test::greedy(3));
    const auto result = session()->generate(request, recorder, {});
    QVERIFY2(result, test::why(result).c_str());
    QCOMPARE(recorder.prompt.dropped_tokens,
             static_cast<std::int32_t>(whole.size() - result->prompt_ids.size()));
    // It is the prompt of the same chat with some of its oldest turns left out.
    Prompt shorter = request.prompt;
    bool found = false;
    while (shorter.messages.size() > 2 && !found) {
      shorter.messages.erase(shorter.messages.begin() + 1, shorter.messages.begin() + 3);
      found = encoded(shorter) == result->prompt_ids;
    }
    QVERIFY(found);
  }
}

void TestContext::chat_slides_in_mid_reply() {
  GenerationRequest request;
  request.prompt.mode = PromptMode::chat;
  request.prompt.chat_template = ChatTemplate::zephyr;
  request.prompt.messages = {
      {Role::system, "Cat."}, {Role::user, "One"}, {Role::assistant, "1"}, {Role::user, "Two"}};
  request.context_policy = ContextPolicy::slide;
  GenerationSettings settings = test::sampling(2 * context_);
  Recorder recorder(settings);
  const auto result = session()->generate(request, recorder, {});
  QVERIFY2(result, test::why(result).c_str());
  QCOMPARE(result->sequences[0].ids.size(), static_cast<std::size_t>(2 * context_));
  QVERIFY(!recorder.slides.empty());
  QCOMPARE(recorder.prompt.dropped_tokens, 0);
}

void TestContext::stopped_while_sliding() {
  GenerationRequest request = test::from_ids(random_ids(30), random_());
  request.context_policy = ContextPolicy::slide;
  struct Stopper : Recorder {
    using Recorder::Recorder;
    void on_context_slid(std::int32_t dropped) override {
      Recorder::on_context_slid(dropped);
      stop.request_stop();
    }
    std::stop_source stop;
  };
  const auto kept = session();
  Stopper stopper(test::sampling(3 * context_));
  const auto result = kept->generate(request, stopper, stopper.stop.get_token());
  QVERIFY(result);
  QCOMPARE(result->sequences[0].finish_reason, FinishReason::cancelled);
  QCOMPARE(result->sequences[0].ids.size(), static_cast<std::size_t>(context_ - 30));
  Recorder again(test::greedy(5));
  Recorder fresh(test::greedy(5));
  const auto one = kept->generate(request, again, {});
  const auto other = session()->generate(request, fresh, {});
  QVERIFY(one && other);
  QCOMPARE(one->sequences[0].ids, other->sequences[0].ids);
}

}  // namespace cria::engine

QTEST_APPLESS_MAIN(cria::engine::TestContext)
#include "context_test.moc"
