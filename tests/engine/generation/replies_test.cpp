// How replies end, what a seed and variants give, and what a change in mid-reply does.
#include <QTest>
#include <random>

#include "tests/engine/generation/testing.h"

namespace cria::engine {

using test::Recorder;

class TestReplies : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase();
  void lengths();
  void prompt_as_long_as_max_length_is_refused();
  void eos_list_ends_the_reply();
  void min_new_tokens_holds_eos_off();
  void stop_strings_end_before_themselves();
  void streamed_text_is_the_result();
  void seeds_reproduce();
  void variants_are_the_single_replies();
  void greedy_variants_are_refused();
  void a_change_acts_on_the_next_token_data();
  void a_change_acts_on_the_next_token();
  void bad_settings_in_mid_reply_are_an_error();
  void lowered_and_raised_length();
  void variants_outgrow_what_was_asked_for();
  void weights_cut_off_in_mid_reply_are_an_error();

 private:
  Result<GenerationResult> run(const GenerationRequest& request, Recorder& recorder);
  std::vector<std::int32_t> ids(const GenerationRequest& request,
                                const GenerationSettings& settings);

  QTemporaryDir folder_;
  std::unique_ptr<Model> model_;
  std::mt19937_64 random_;
};

void TestReplies::initTestCase() {
  random_.seed(test::fresh_seed());
  test::write_checkpoint(folder_.path().toStdString());
  model_ = test::open_model(folder_.path().toStdString());
  QVERIFY(model_);
}

// In a session of its own: nothing is left of an earlier reply.
Result<GenerationResult> TestReplies::run(const GenerationRequest& request, Recorder& recorder) {
  auto session = model_->new_session({});
  if (!session) {
    return session.error();
  }
  return (*session)->generate(request, recorder, {});
}

std::vector<std::int32_t> TestReplies::ids(const GenerationRequest& request,
                                           const GenerationSettings& settings) {
  Recorder recorder(settings);
  const auto result = run(request, recorder);
  return result ? result->sequences[0].ids : std::vector<std::int32_t>();
}

void TestReplies::lengths() {
  const auto request = test::complete("One day a cat");
  const auto prompt = static_cast<std::int32_t>(model_->tokenize(request.prompt)->ids.size());
  GenerationSettings settings = test::sampling(1);
  const auto count = [&] { return static_cast<std::int32_t>(ids(request, settings).size()); };
  settings.max_new_tokens = 7;
  settings.max_length = prompt + 3;
  QCOMPARE(count(), 7);  // max_new_tokens wins
  settings.max_new_tokens.reset();
  QCOMPARE(count(), 3);
  settings.max_length.reset();
  QCOMPARE(count(), 20);  // transformers' default
  settings.max_length = 100000;
  QCOMPARE(count(), model_->info().context_length - prompt);  // ContextPolicy::stop
}

void TestReplies::prompt_as_long_as_max_length_is_refused() {
  const auto request = test::complete("One day a cat");
  const auto prompt = static_cast<std::int32_t>(model_->tokenize(request.prompt)->ids.size());
  GenerationSettings settings;
  settings.max_length = prompt;
  Recorder recorder(settings);
  const auto result = run(request, recorder);
  QVERIFY(!result);
  QCOMPARE(result.error().kind, ErrorKind::usage);
  QVERIFY(result.error().message.find(std::to_string(prompt)) != std::string::npos);
  QCOMPARE(recorder.tokens, std::size_t{0});
}

void TestReplies::eos_list_ends_the_reply() {
  const auto request = test::complete("The dog", 5);
  GenerationSettings settings = test::sampling(60);
  const auto all = ids(request, settings);
  QCOMPARE(all.size(), std::size_t{60});
  for (int round = 0; round < 20; ++round) {
    const std::size_t at = random_() % all.size();
    settings.eos_token_id = {599, all[at]};
    const auto end = std::find(all.begin(), all.end(), all[at]) + 1;
    Recorder recorder(settings);
    const auto result = run(request, recorder);
    QVERIFY(result);
    QCOMPARE(result->sequences[0].ids, std::vector<std::int32_t>(all.begin(), end));
    QCOMPARE(result->sequences[0].finish_reason, FinishReason::eos);
    const auto before = model_->tokenize(request.prompt)->ids;
    std::vector<std::int32_t> shown = before;
    shown.insert(shown.end(), all.begin(), end - 1);
    QCOMPARE(result->sequences[0].text,
             model_->detokenize(shown).substr(model_->detokenize(before).size()));
  }
}

void TestReplies::min_new_tokens_holds_eos_off() {
  GenerationSettings settings = test::sampling(30);
  for (std::int32_t id = 0; id < 600; id += 3) {
    settings.eos_token_id.push_back(id);
  }
  settings.min_new_tokens = 12;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const auto reply = ids(test::complete("So", seed), settings);
    QVERIFY(reply.size() >= 13);
    QVERIFY(std::none_of(reply.begin(), reply.begin() + 12, [](auto id) { return id % 3 == 0; }));
    QVERIFY(reply.size() == 30 || reply.back() % 3 == 0);
  }
}

// A stop string cut out of a known reply, at any place and of any length: it may begin and end in
// the middle of a token.
void TestReplies::stop_strings_end_before_themselves() {
  const auto request = test::complete("Once", 9);
  GenerationSettings settings = test::sampling(80);
  Recorder whole(settings);
  std::vector<std::size_t> lengths;  // of the text after each token
  whole.after_token = [&](Recorder& self) { lengths.push_back(self.texts[0].size()); };
  const auto free_run = run(request, whole);
  QVERIFY(free_run);
  const std::string& text = free_run->sequences[0].text;
  const auto& all = free_run->sequences[0].ids;
  QVERIFY(text.size() > 60);
  for (int round = 0; round < 40; ++round) {
    const std::size_t at = random_() % (text.size() - 12);
    std::string stop = text.substr(at, 1 + random_() % 12);
    if ((static_cast<unsigned char>(stop.front()) & 0xC0U) == 0x80 ||
        (static_cast<unsigned char>(text[at + stop.size()]) & 0xC0U) == 0x80) {
      continue;  // cut in the middle of a character: that never occurs in text
    }
    const std::size_t first = text.find(stop);
    settings.stop_strings = {"never said", stop};
    Recorder recorder(settings);
    const auto result = run(request, recorder);
    QVERIFY(result);
    const GeneratedSequence& reply = result->sequences[0];
    QCOMPARE(reply.finish_reason, FinishReason::stop);
    QCOMPARE(reply.text, text.substr(0, first));
    QCOMPARE(recorder.texts[0], reply.text);
    QVERIFY(std::equal(reply.ids.begin(), reply.ids.end(), all.begin()));
    // The ids reach to the token whose text completes the stop string, and no further.
    const auto complete = std::find_if(lengths.begin(), lengths.end(), [&](std::size_t length) {
      return length >= first + stop.size();
    });
    QCOMPARE(reply.ids.size(), static_cast<std::size_t>(complete - lengths.begin()) + 1);
  }
}

void TestReplies::streamed_text_is_the_result() {
  for (int round = 0; round < 20; ++round) {
    Recorder recorder(test::sampling(50));
    const auto result = run(test::complete("A bird", random_()), recorder);
    QVERIFY(result);
    QCOMPARE(recorder.texts[0], result->sequences[0].text);
    QCOMPARE(recorder.ids[0], result->sequences[0].ids);
    auto all = result->prompt_ids;
    const std::string prompt = model_->detokenize(all);
    all.insert(all.end(), recorder.ids[0].begin(), recorder.ids[0].end());
    QCOMPARE(prompt + result->sequences[0].text, model_->detokenize(all));
  }
}

void TestReplies::seeds_reproduce() {
  const auto settings = test::sampling(40);
  const std::uint64_t seed = random_();
  const auto first = ids(test::complete("It was", seed), settings);
  QCOMPARE(ids(test::complete("It was", seed), settings), first);
  QVERIFY(ids(test::complete("It was", seed + 1), settings) != first);
}

void TestReplies::variants_are_the_single_replies() {
  GenerationSettings settings = test::sampling(60);
  for (std::int32_t id = 0; id < 600; id += 40) {  // so that they end at different times
    settings.eos_token_id.push_back(id);
  }
  GenerationRequest request = test::complete("The sun and the", random_());
  request.num_return_sequences = 6;
  Recorder together(settings);
  const auto all = run(request, together);
  QVERIFY2(all, test::why(all).c_str());
  QCOMPARE(all->sequences.size(), std::size_t{6});
  request.num_return_sequences = 1;
  bool different = false;
  for (std::int32_t i = 0; i < 6; ++i) {
    request.first_sequence = i;
    Recorder alone(settings);
    const auto single = run(request, alone);
    QVERIFY(single);
    const GeneratedSequence& one = single->sequences[0];
    const GeneratedSequence& other = all->sequences[static_cast<std::size_t>(i)];
    QCOMPARE(one.sequence, i);
    QCOMPARE(other.sequence, i);
    QCOMPARE(one.ids, other.ids);
    QCOMPARE(one.text, other.text);
    QCOMPARE(one.finish_reason, other.finish_reason);
    QCOMPARE(together.texts[static_cast<std::size_t>(i)], other.text);
    different |= other.ids != all->sequences[0].ids;
  }
  QVERIFY(different);
}

void TestReplies::greedy_variants_are_refused() {
  GenerationRequest request = test::complete("The");
  for (const int count : {0, -1, 2, 1000}) {
    request.num_return_sequences = count;
    Recorder recorder(test::greedy(5));
    const auto result = run(request, recorder);
    QVERIFY(!result);
    QCOMPARE(result.error().kind, ErrorKind::usage);
  }
}

void TestReplies::a_change_acts_on_the_next_token_data() {
  QTest::addColumn<std::function<void(GenerationSettings&)>>("change");
  const auto add = [](const char* name, const std::function<void(GenerationSettings&)>& change) {
    QTest::newRow(name) << change;
  };
  add("do_sample off", [](auto& s) { s.do_sample = false; });
  add("temperature 0", [](auto& s) { s.temperature = 0; });
  add("top_k 1", [](auto& s) { s.top_k = 1; });
  add("top_p 0", [](auto& s) { s.top_p = 0; });
  add("min_p 1", [](auto& s) { s.min_p = 1; });
}

// Sampled up to a moment, then as good as greedy: that very token is the best one.
void TestReplies::a_change_acts_on_the_next_token() {
  using Change = std::function<void(GenerationSettings&)>;
  QFETCH(const Change, change);
  auto session = model_->new_session({});
  QVERIFY(session);
  int surprises = 0;
  for (int round = 0; round < 12; ++round) {
    const std::size_t moment = random_() % 30;
    const auto request = test::complete("There was", random_());
    const auto sampled = ids(request, test::sampling(40));
    Recorder recorder(test::sampling(40));
    recorder.before_token = [&](Recorder& self) {
      if (self.tokens == moment) {
        change(self.now);
      }
    };
    const auto result = run(request, recorder);
    QVERIFY(result);
    const auto& reply = result->sequences[0].ids;
    QVERIFY(std::equal(reply.begin(), reply.begin() + static_cast<std::ptrdiff_t>(moment),
                       sampled.begin()));
    auto before = result->prompt_ids;
    before.insert(before.end(), reply.begin(), reply.begin() + static_cast<std::ptrdiff_t>(moment));
    const auto logits = (*session)->logits(before, false);
    QVERIFY(logits);
    const auto best = std::max_element(logits->begin(), logits->end()) - logits->begin();
    QCOMPARE(reply[moment], static_cast<std::int32_t>(best));
    surprises += reply[moment] != sampled[moment];
  }
  QVERIFY(surprises > 0);  // else nothing was seen to change
}

void TestReplies::bad_settings_in_mid_reply_are_an_error() {
  Recorder recorder(test::sampling(40));
  recorder.before_token = [](Recorder& self) {
    if (self.tokens == 5) {
      self.now.top_p = 7;
    }
  };
  const auto result = run(test::complete("A"), recorder);
  QVERIFY(!result);
  QCOMPARE(result.error().kind, ErrorKind::usage);
  QCOMPARE(recorder.tokens, std::size_t{5});
}

void TestReplies::lowered_and_raised_length() {
  for (const std::int32_t limit : {4, 10, 25}) {
    Recorder recorder(test::sampling(20));
    recorder.before_token = [limit](Recorder& self) {
      if (self.tokens == 10) {
        self.now.max_new_tokens = limit;
      }
    };
    const auto result = run(test::complete("A"), recorder);
    QVERIFY(result);
    QCOMPARE(recorder.tokens, static_cast<std::size_t>(std::max(limit, 10)));
    QCOMPARE(result->sequences[0].finish_reason, FinishReason::length);
    QCOMPARE(result->sequences[0].text, recorder.texts[0]);
  }
}

// Room was made for 5 tokens each; then the slider goes up.
void TestReplies::variants_outgrow_what_was_asked_for() {
  GenerationRequest request = test::complete("The sun and the", random_());
  request.num_return_sequences = 3;
  Recorder recorder(test::sampling(5));
  recorder.before_token = [](Recorder& self) {
    if (self.tokens == 6) {
      self.now.max_new_tokens = 40;
    }
  };
  const auto all = run(request, recorder);
  QVERIFY2(all, test::why(all).c_str());
  request.num_return_sequences = 1;
  for (std::int32_t i = 0; i < 3; ++i) {
    request.first_sequence = i;
    QCOMPARE(all->sequences[static_cast<std::size_t>(i)].ids, ids(request, test::sampling(40)));
  }
  QVERIFY(recorder.slides.empty());
}

void TestReplies::weights_cut_off_in_mid_reply_are_an_error() {
  const QTemporaryDir other;
  const std::filesystem::path folder = other.path().toStdString();
  test::write_checkpoint(folder);
  // f32 from an F32 file: the weights are used where they lie.
  const auto model = test::open_model(folder);
  QVERIFY(model);
  const auto session = model->new_session({});
  QVERIFY(session);
  Recorder recorder(test::greedy(20));
  recorder.after_token = [&](Recorder& now) {
    if (now.tokens == 3) std::filesystem::resize_file(folder / "model.safetensors", 5000);
  };
  const auto result = (*session)->generate(test::complete("Once"), recorder, {});
  QVERIFY(!result);
  QCOMPARE(result.error().kind, ErrorKind::checkpoint);
  QVERIFY2(result.error().message.find("was cut short while it was open") != std::string::npos,
           test::why(result).c_str());
  QCOMPARE(recorder.tokens, std::size_t{3});
  // The model stays unusable, and says so again.
  Recorder again(test::greedy(5));
  QVERIFY(!(*session)->generate(test::complete("Twice"), again, {}));
}

}  // namespace cria::engine

QTEST_APPLESS_MAIN(cria::engine::TestReplies)
#include "replies_test.moc"
