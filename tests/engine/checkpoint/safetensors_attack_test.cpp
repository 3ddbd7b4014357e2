// Hostile safetensors files, each named after the attack.
#include <QtTest>

#include "engine/checkpoint/safetensors.h"
#include "tests/engine/checkpoint/file_builder.h"
#include "tests/engine/checkpoint/stored_bytes.h"

namespace cria::engine {
namespace {

Result<std::vector<StoredTensor>> read(const std::string& bytes) {
  const ExactBytes exact(bytes);
  auto tensors = read_safetensors(exact.span(), "evil.safetensors");
  if (tensors) {
    for (const StoredTensor& tensor : *tensors) touch_ends(tensor);
  }
  return tensors;
}

std::string entry(const std::string& name, const std::string& dtype, const std::string& shape,
                  const std::string& offsets) {
  return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape +
         ",\"data_offsets\":" + offsets + "}";
}

/// One or more entries in braces. (Not `"{" + ..`: gcc 12 warns of that falsely.)
std::string object(const std::string& entries) {
  std::string out("{");
  out.append(entries).append("}");
  return out;
}

void row(const char* name, const std::string& bytes, const char* message) {
  QTest::newRow(name) << QByteArray::fromStdString(bytes) << QString(message);
}

}  // namespace

class SafetensorsAttackTest : public QObject {
  Q_OBJECT

 private slots:
  void refused_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("message");
    const std::string good = entry("a", "F32", "[2]", "[0,8]");
    row("too short for a length", "1234567", "has 7 bytes, too few");
    row("header length beyond the cap", little(100'000'001, 8) + "{}", "more than the 100000000");
    row("header length of 2^64-1", little(~0ull, 8) + "{}", "18446744073709551615 bytes");
    row("header length that wraps around", little(~0ull - 7, 8) + "{}", "more than the");
    row("header longer than the file", little(3, 8) + "{}", "is cut short");
    row("no JSON", safetensors_file("{\"a\":", 0), "not valid JSON");
    row("broken UTF-8", safetensors_file("{\"\xff\":1}", 0), "not valid JSON");
    row("text after the JSON", safetensors_file("{}{}", 0), "not valid JSON");
    row("a list", safetensors_file("[1]", 0), "not a JSON object but a list");
    row("a number", safetensors_file("1", 0), "not a JSON object but a number");
    row("an entry that is no object", safetensors_file("{\"a\":1}", 0), "should be an object");
    row("no dtype", safetensors_file(R"({"a":{"shape":[],"data_offsets":[0,4]}})", 4),
        "has no dtype");
    row("no shape", safetensors_file(R"({"a":{"dtype":"F32","data_offsets":[0,4]}})", 4),
        "has no shape");
    row("no offsets", safetensors_file(R"({"a":{"dtype":"F32","shape":[]}})", 4),
        "has no data_offsets");
    row("a field twice", safetensors_file(R"({"a":{"dtype":"F32","dtype":"F32"}})", 4),
        "gives a field twice");
    row("unknown dtype", safetensors_file(object(entry("a", "F99", "[]", "[0,4]")), 4),
        "the dtype \"F99\"");
    row("dtype that is no text", safetensors_file(R"({"a":{"dtype":7}})", 0),
        "has a number where the dtype's name");
    row("shape of text", safetensors_file(R"({"a":{"shape":["2"]}})", 0),
        "has a string where a size");
    row("nested shape", safetensors_file(R"({"a":{"shape":[[2]]}})", 0), "has a list where a size");
    row("negative size", safetensors_file(object(entry("a", "F32", "[-2]", "[0,8]")), 8),
        "a negative number where a size");
    row("fractional size", safetensors_file(object(entry("a", "F32", "[2.0]", "[0,8]")), 8),
        "a fraction where a size");
    row("size of 2^63",
        safetensors_file(object(entry("a", "U8", "[9223372036854775808]", "[0,8]")), 8),
        "impossible size");
    row("size of 2^64",
        safetensors_file(object(entry("a", "U8", "[18446744073709551616]", "[0,8]")), 8),
        "a fraction where a size");
    row("product overflows to 0",
        safetensors_file(object(entry("a", "U8", "[4294967296,4294967296]", "[0,0]")), 0),
        "impossible shape [4294967296, 4294967296]");
    row("product overflows in bytes",
        safetensors_file(object(entry("a", "F64", "[2305843009213693952]", "[0,0]")), 0),
        "impossible shape");
    row("nine dimensions",
        safetensors_file(object(entry("a", "U8", "[1,1,1,1,1,1,1,1,1]", "[0,1]")), 1),
        "more than 8 dimensions");
    row("one offset", safetensors_file(object(entry("a", "F32", "[2]", "[0]")), 8),
        "needs two data_offsets");
    row("three offsets", safetensors_file(object(entry("a", "F32", "[2]", "[0,8,8]")), 8),
        "needs two data_offsets");
    row("offsets backwards", safetensors_file(object(entry("a", "F32", "[0]", "[8,0]")), 8),
        "expected them to begin at 0");
    row("offsets of another size", safetensors_file(object(entry("a", "F32", "[2]", "[0,4]")), 4),
        "needs 8 bytes, but its data_offsets give 4");
    row("data cut short", safetensors_file(object(good), 7), "it is cut short");
    row("bytes after the data", safetensors_file(object(good), 9), "has 1 bytes after");
    row("a hole", safetensors_file(object(good + "," + entry("b", "F32", "[1]", "[12,16]")), 16),
        "expected them to begin at 8");
    row("an overlap", safetensors_file(object(good + "," + entry("b", "F32", "[1]", "[4,8]")), 8),
        "expected them to begin at 8");
    row("all tensors on one place",
        safetensors_file(object(good + "," + entry("b", "F32", "[2]", "[0,8]")), 8),
        "expected them to begin at 8");
    row("metadata of numbers", safetensors_file(R"({"__metadata__":{"a":1}})", 0),
        "__metadata__ that is not a map of strings");
    row("metadata twice", safetensors_file(R"({"__metadata__":{},"__metadata__":{}})", 0),
        "__metadata__ twice");
    row("nested metadata", safetensors_file(R"({"__metadata__":{"a":{}}})", 0),
        "__metadata__ that is not a map of strings");
    std::string deep;
    for (int i = 0; i < 1'000'000; ++i) deep += "[";
    row("a million open brackets", safetensors_file("{\"a\":{\"x\":" + deep, 0),
        "nested too deeply");
    row("a name of a megabyte",
        safetensors_file(object(entry(std::string(1 << 20, 'n'), "F32", "[2]", "[0,8]")), 8),
        "of 1048576 bytes, more than the 1024");
  }
  void refused() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, message);
    const auto tensors = read(bytes.toStdString());
    QVERIFY(!tensors);
    const QString text = text_of(tensors.error());
    QCOMPARE(tensors.error().kind, ErrorKind::checkpoint);
    QVERIFY2(text.contains(message), qPrintable(text));
    QVERIFY2(text.startsWith("evil.safetensors: "), qPrintable(text));
    QVERIFY2(text.size() < 500 && !text.contains('\n'), qPrintable(text));
  }

  void scalars_empty_tensors_and_unknown_fields_are_fine() {
    const auto tensors = read(safetensors_file(
        "  {" + entry("scalar", "F32", "[]", "[0,4]") + "," +
            entry("none", "F16", "[3,0]", "[4,4]") +
            R"(,"new":{"dtype":"U8","later":{"a":[1,{"b":null}]},"shape":[2],"data_offsets":[4,6]})" +
            R"(,"__metadata__":{"format":"pt"}}   )",
        6));
    QVERIFY2(tensors, tensors ? "" : qPrintable(text_of(tensors.error())));
    QCOMPARE(tensors->size(), std::size_t{3});
    QVERIFY(tensors->front().shape.empty());
  }

  void a_name_with_control_characters_is_shown_escaped() {
    const auto tensors =
        read(safetensors_file(object(entry("a\\n\\u001b[31m", "F32", "[1]", "[0,8]")), 8));
    QVERIFY(!tensors);
    QVERIFY2(text_of(tensors.error()).contains("\"a\\x0a\\x1b[31m\""),
             qPrintable(text_of(tensors.error())));
  }

  void a_hundred_thousand_empty_tensors_take_no_time() {
    std::string header = "{";
    for (int i = 0; i < 100'000; ++i) {
      if (i > 0) header += ',';
      header += entry(std::to_string(i), "U8", "[0]", "[0,0]");
    }
    QElapsedTimer timer;
    timer.start();
    const auto tensors = read(safetensors_file(header + "}", 0));
    QVERIFY(tensors);
    QCOMPARE(tensors->size(), std::size_t{100'000});
    QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
  }
};

}  // namespace cria::engine

QTEST_APPLESS_MAIN(cria::engine::SafetensorsAttackTest)
#include "safetensors_attack_test.moc"
