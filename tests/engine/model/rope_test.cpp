// The rotations against transformers (tests/data/rope.json, made by tests/golden/make_models.py).
#include "engine/model/rope.h"

#include <QFile>
#include <QtTest>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

using cria::engine::LlamaConfig;
using cria::engine::Rope;
using nlohmann::json;

namespace {

constexpr float epsilon = std::numeric_limits<float>::epsilon();

json cases() {
  QFile file(QStringLiteral(CRIA_TEST_DATA_DIR "/rope.json"));
  if (!file.open(QIODevice::ReadOnly)) return json::array();
  return json::parse(file.readAll().toStdString())["cases"];
}

}  // namespace

class RopeTest : public QObject {
  Q_OBJECT

 private slots:
  void equals_transformers_data() {
    QTest::addColumn<int>("index");
    const json all = cases();
    QVERIFY(all.size() >= 10);
    for (std::size_t i = 0; i < all.size(); ++i)
      QTest::addRow("%s %d %d",
                    all[i]["config"]["rope_parameters"]["rope_type"].get<std::string>().c_str(),
                    all[i]["config"]["head_dim"].get<int>(), all[i]["length"].get<int>())
          << static_cast<int>(i);
  }

  void equals_transformers() {
    QFETCH(int, index);
    const json expected = cases()[static_cast<std::size_t>(index)];
    const auto config = cria::engine::parse_config(expected["config"].dump(), "config.json");
    QVERIFY2(config, config ? "" : config.error().message.c_str());
    Rope rope(*config);
    const auto length = expected["length"].get<std::int32_t>();

    const auto inv_freq = expected["inv_freq"].get<std::vector<float>>();
    const std::span<const float> found = rope.inv_freq(length);
    QCOMPARE(found.size(), inv_freq.size());
    // pow and division round once each, on either side; the dynamic base passes a pow of its own.
    for (std::size_t i = 0; i < inv_freq.size(); ++i)
      QVERIFY2(std::abs(found[i] - inv_freq[i]) <= 8 * epsilon * inv_freq[i],
               qPrintable(QString("%1: %2 %3").arg(i).arg(inv_freq[i]).arg(found[i])));
    const auto factor = expected["attention_factor"].get<float>();
    QVERIFY(std::abs(rope.attention_factor() - factor) <= 2 * epsilon * factor);

    std::vector<float> cos(inv_freq.size());
    std::vector<float> sin(inv_freq.size());
    const auto positions = expected["positions"].get<std::vector<std::int32_t>>();
    for (std::size_t p = 0; p < positions.size(); ++p) {
      rope.row(positions[p], length, cos, sin);
      for (std::size_t i = 0; i < cos.size(); ++i) {
        const float angle = static_cast<float>(positions[p]) * inv_freq[i];
        const float allowed = factor * epsilon * (8 * angle + 4);
        QVERIFY(std::abs(cos[i] - expected["cos"][p][i].get<float>()) <= allowed);
        QVERIFY(std::abs(sin[i] - expected["sin"][p][i].get<float>()) <= allowed);
      }
    }
  }

  void dynamic_grows_and_comes_back() {
    LlamaConfig config;
    config.hidden_size = config.head_dim = 64;
    config.num_attention_heads = 1;
    config.max_position_embeddings = 100;
    config.rope.type = cria::engine::RopeType::dynamic;
    config.rope.factor = 2;
    Rope rope(config);
    QCOMPARE(rope.length_limit(), 100);
    const auto at = [&](std::int32_t length) {
      const std::span<const float> frequencies = rope.inv_freq(length);
      return std::vector<float>(frequencies.begin(), frequencies.end());
    };
    const std::vector<float> within = at(1);
    QCOMPARE(at(100), within);
    QVERIFY(at(101)[20] < within[20]);
    QVERIFY(at(200)[20] < at(101)[20]);
    QCOMPARE(at(60), within);
  }
};

QTEST_APPLESS_MAIN(RopeTest)
#include "rope_test.moc"
