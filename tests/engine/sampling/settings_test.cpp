// What settings are refused, and with which words.
#include "engine/sampling/settings.h"

#include <QTest>
#include <cmath>
#include <functional>
#include <limits>

namespace cria::engine {

using Change = std::function<void(GenerationSettings&)>;

class TestSettings : public QObject {
  Q_OBJECT

 private slots:
  void good_ones_pass();
  void bad_ones_are_named_data();
  void bad_ones_are_named();
};

void TestSettings::good_ones_pass() {
  QVERIFY(validate({}));
  GenerationSettings edge;
  edge.do_sample = true;
  edge.temperature = 0;
  edge.top_k = 0;
  edge.top_p = 0;
  edge.min_p = 1;
  edge.repetition_penalty = 0.01F;
  edge.max_new_tokens = 1;
  edge.eos_token_id = {-1, 2};
  QVERIFY(validate(edge));
  QVERIFY(!samples(edge));
  edge.temperature = 0.5F;
  QVERIFY(samples(edge));
}

void TestSettings::bad_ones_are_named_data() {
  QTest::addColumn<QString>("name");
  QTest::addColumn<Change>("change");
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const auto add = [](const char* name, const char* how, const Change& change) {
    QTest::addRow("%s %s", name, how) << QString::fromLatin1(name) << change;
  };
  for (const float bad : {nan, inf, -0.5F}) {
    const QByteArray how = QByteArray::number(static_cast<double>(bad));
    add("temperature", how, [bad](auto& s) { s.temperature = bad; });
    add("top_p", how, [bad](auto& s) { s.top_p = bad; });
    add("min_p", how, [bad](auto& s) { s.min_p = bad; });
    add("typical_p", how, [bad](auto& s) { s.typical_p = bad; });
    add("epsilon_cutoff", how, [bad](auto& s) { s.epsilon_cutoff = bad; });
    add("eta_cutoff", how, [bad](auto& s) { s.eta_cutoff = bad; });
    add("repetition_penalty", how, [bad](auto& s) { s.repetition_penalty = bad; });
  }
  add("top_p", "1.5", [](auto& s) { s.top_p = 1.5F; });
  add("typical_p", "0", [](auto& s) { s.typical_p = 0; });
  add("epsilon_cutoff", "1", [](auto& s) { s.epsilon_cutoff = 1; });
  add("repetition_penalty", "0", [](auto& s) { s.repetition_penalty = 0; });
  add("top_k", "-1", [](auto& s) { s.top_k = -1; });
  add("no_repeat_ngram_size", "-1", [](auto& s) { s.no_repeat_ngram_size = -1; });
  add("max_new_tokens", "0", [](auto& s) { s.max_new_tokens = 0; });
  add("max_length", "-3", [](auto& s) { s.max_length = -3; });
  add("min_new_tokens", "-1", [](auto& s) { s.min_new_tokens = -1; });
  add("min_length", "-1", [](auto& s) { s.min_length = -1; });
}

void TestSettings::bad_ones_are_named() {
  QFETCH(const QString, name);
  QFETCH(const Change, change);
  GenerationSettings settings;
  settings.do_sample = true;
  change(settings);
  const Status status = validate(settings);
  QVERIFY(!status);
  QCOMPARE(status.error().kind, ErrorKind::usage);
  QVERIFY2(QString::fromStdString(status.error().message).contains(name),
           status.error().message.c_str());
}

}  // namespace cria::engine

QTEST_APPLESS_MAIN(cria::engine::TestSettings)
#include "settings_test.moc"
