// Every good file, small ones of our own and real ones, against what PyTorch says is in it.
#include <QCryptographicHash>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>
#include <map>

#include "engine/checkpoint/tensor_layout.h"
#include "engine/checkpoint/torch_state.h"
#include "tests/engine/checkpoint/stored_bytes.h"

namespace cria::engine {
namespace {

const QString own_folder = QStringLiteral(CRIA_TEST_DATA_DIR "/checkpoint/");
const QString shared_folder = QStringLiteral(CRIA_SHARED_DIR "/data/");

QJsonObject read_json(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object()
                                        : QJsonObject();
}

std::filesystem::path path_of(const QString& path) { return path.toStdString(); }

QJsonArray array_of(const std::vector<std::int64_t>& values) {
  QJsonArray array;
  for (const std::int64_t value : values) array.append(static_cast<qint64>(value));
  return array;
}

QString sha256_of(const StoredTensor& tensor) {
  return QString::fromLatin1(
      QCryptographicHash::hash(contiguous_bytes(tensor), QCryptographicHash::Sha256).toHex());
}

const std::map<QString, QString> storage_dtypes = {
    {"DoubleStorage", "F64"}, {"FloatStorage", "F32"}, {"HalfStorage", "F16"},
    {"LongStorage", "I64"},   {"IntStorage", "I32"},   {"ShortStorage", "I16"},
    {"CharStorage", "I8"},    {"ByteStorage", "U8"},   {"BoolStorage", "BOOL"}};

/// The first elements of a tensor as numbers; enough types for the real files.
double number_at(const StoredTensor& tensor, qsizetype index) {
  const QByteArray bytes = contiguous_bytes(tensor);
  const auto read = [&]<typename T>(T value) {
    std::memcpy(&value, bytes.constData() + index * static_cast<qsizetype>(sizeof(T)), sizeof(T));
    return static_cast<double>(value);
  };
  switch (tensor.type) {
    case ElementType::f64:
      return read(double());
    case ElementType::f32:
      return read(float());
    case ElementType::i64:
      return read(std::int64_t());
    case ElementType::i32:
      return read(std::int32_t());
    case ElementType::i16:
      return read(std::int16_t());
    case ElementType::i8:
      return read(std::int8_t());
    default:
      return read(std::uint8_t());
  }
}

}  // namespace

class ExpectedFilesTest : public QObject {
  Q_OBJECT

 private slots:
  void own_file_data() {
    QTest::addColumn<QJsonArray>("expected");
    const QJsonObject files = read_json(own_folder + "expected.json")["files"].toObject();
    QVERIFY2(files.size() > 20, "tests/data/checkpoint/expected.json is missing");
    for (auto file = files.begin(); file != files.end(); ++file) {
      QTest::newRow(qPrintable(file.key())) << file.value().toArray();
    }
  }
  void own_file() {
    QFETCH(QJsonArray, expected);
    const auto source = open_tensors(path_of(own_folder + QTest::currentDataTag()));
    QVERIFY2(source, source ? "" : qPrintable(text_of(source.error())));
    QCOMPARE((*source)->tensors().size(), static_cast<std::size_t>(expected.size()));
    for (const QJsonValue row : expected) {
      const StoredTensor* tensor = (*source)->find(row["name"].toString().toStdString());
      QVERIFY2(tensor != nullptr, qPrintable(row["name"].toString()));
      QCOMPARE(QString::fromStdString(std::string(name_of(tensor->type))), row["dtype"].toString());
      QCOMPARE(array_of(tensor->shape), row["shape"].toArray());
      QCOMPARE(array_of(tensor->strides), row["strides"].toArray());
      QCOMPARE(sha256_of(*tensor), row["sha256"].toString());
      (*source)->release(*tensor);
      QCOMPARE(sha256_of(*tensor), row["sha256"].toString());  // the pages come back
    }
    QVERIFY((*source)->still_whole());
  }

  void real_pytorch_file_data() {
    QTest::addColumn<QJsonArray>("expected");
    const QJsonObject files = read_json(shared_folder + "pytorch/EXPECTED.json");
    for (auto file = files.begin(); file != files.end(); ++file) {
      QTest::newRow(qPrintable(file.key())) << file.value().toArray();
    }
    if (files.isEmpty()) QTest::newRow("none") << QJsonArray();
  }
  void real_pytorch_file() {
    QFETCH(QJsonArray, expected);
    if (expected.isEmpty()) QSKIP("the shared real files are not here");
    const auto source = open_tensors(path_of(shared_folder + "pytorch/" + QTest::currentDataTag()));
    QVERIFY2(source, source ? "" : qPrintable(text_of(source.error())));
    QCOMPARE((*source)->tensors().size(), static_cast<std::size_t>(expected.size()));
    for (const QJsonValue row : expected) compare_real(row.toObject(), **source);
  }

  void refused_real_file_data() {
    QTest::addColumn<QString>("message");
    QTest::newRow("broken.pt") << "begins like no file of weights";
    QTest::newRow("tar_float32.tar") << "is a tar archive";
  }
  void refused_real_file() {
    QFETCH(QString, message);
    const QString path = shared_folder + "pytorch/" + QTest::currentDataTag();
    if (!QFileInfo::exists(path)) QSKIP("the shared real files are not here");
    const auto source = open_tensors(path_of(path));
    QVERIFY(!source);
    QCOMPARE(source.error().kind, ErrorKind::checkpoint);
    QVERIFY2(text_of(source.error()).contains(message), qPrintable(text_of(source.error())));
    QVERIFY(text_of(source.error()).startsWith(path));
  }

  void tinyllama_layout_data() {
    QTest::addColumn<bool>("wrapped");
    QTest::newRow("tinyllama_layout_proto2.data.pkl") << false;
    QTest::newRow("tinyllama_layout_proto5.data.pkl") << true;
  }
  void tinyllama_layout() {
    QFile file(shared_folder + "pytorch/" + QTest::currentDataTag());
    if (!file.open(QIODevice::ReadOnly)) QSKIP("the shared real files are not here");
    const QByteArray content = file.readAll();
    const auto state = read_torch_state(std::as_bytes(std::span(content)), "data.pkl");
    QVERIFY2(state, state ? "" : qPrintable(text_of(state.error())));
    QCOMPARE(state->tensors.size(), std::size_t{201});
    std::map<std::string, std::vector<std::int64_t>> expected = {
        {"model.embed_tokens.weight", {32000, 2048}},
        {"lm_head.weight", {32000, 2048}},
        {"model.norm.weight", {2048}}};
    for (int i = 0; i < 22; ++i) {
      const std::string layer = "model.layers." + std::to_string(i) + ".";
      expected[layer + "input_layernorm.weight"] = {2048};
      expected[layer + "post_attention_layernorm.weight"] = {2048};
      expected[layer + "self_attn.q_proj.weight"] = {2048, 2048};
      expected[layer + "self_attn.k_proj.weight"] = {256, 2048};
      expected[layer + "self_attn.v_proj.weight"] = {256, 2048};
      expected[layer + "self_attn.o_proj.weight"] = {2048, 2048};
      expected[layer + "mlp.gate_proj.weight"] = {5632, 2048};
      expected[layer + "mlp.up_proj.weight"] = {5632, 2048};
      expected[layer + "mlp.down_proj.weight"] = {2048, 5632};
    }
    for (const TorchTensor& tensor : state->tensors) {
      QVERIFY2(expected.contains(tensor.name), tensor.name.c_str());
      QCOMPARE(tensor.shape, expected[tensor.name]);
      QCOMPARE(tensor.strides, contiguous_strides(tensor.shape));
      QCOMPARE(tensor.type, ElementType::f32);
      QCOMPARE(tensor.offset, std::uint64_t{0});
      QCOMPARE(state->storages[tensor.storage].elements, *element_count(tensor.shape, tensor.type));
      expected.erase(tensor.name);
    }
    QVERIFY(expected.empty());
  }

  void real_safetensors_data() {
    QTest::addColumn<int>("tensors");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QJsonArray>("shape");
    QTest::newRow("stories260K") << 47 << "model.embed_tokens.weight" << QJsonArray{512, 64};
    QTest::newRow("safetensors/multi_layer.safetensors") << 9 << "conv1.bias" << QJsonArray{4};
  }
  void real_safetensors() {
    QFETCH(int, tensors);
    QFETCH(QString, name);
    QFETCH(QJsonArray, shape);
    const QString path = shared_folder + QTest::currentDataTag();
    if (!QFileInfo::exists(path)) QSKIP("the shared real files are not here");
    const auto source = open_tensors(path_of(path));
    QVERIFY2(source, source ? "" : qPrintable(text_of(source.error())));
    QCOMPARE((*source)->format(), std::string("safetensors"));
    QCOMPARE(static_cast<int>((*source)->tensors().size()), tensors);
    const StoredTensor* tensor = (*source)->find(name.toStdString());
    QVERIFY(tensor != nullptr);
    QCOMPARE(array_of(tensor->shape), shape);
    QCOMPARE((*source)->find("no such tensor"), static_cast<const StoredTensor*>(nullptr));
  }

 private:
  static void compare_real(const QJsonObject& row, const TensorSource& source) {
    const StoredTensor* tensor = source.find(row["name"].toString().toStdString());
    QVERIFY2(tensor != nullptr, qPrintable(row["name"].toString()));
    QCOMPARE(array_of(tensor->shape), row["shape"].toArray());
    const bool brief = row.contains("sha256");
    QCOMPARE(sha256_of(*tensor), row[brief ? "sha256" : "sha256_contiguous_le"].toString());
    if (!brief) {
      QCOMPARE(array_of(tensor->strides), row["stride"].toArray());
      QCOMPARE(QString::fromStdString(std::string(name_of(tensor->type))),
               storage_dtypes.at(row["storage"].toString()));
    }
    if (tensor->type == ElementType::f16) return;  // its values are covered by the hash
    const QJsonArray values = row[brief ? "first4" : "values"].toArray();
    for (qsizetype i = 0; i < std::min<qsizetype>(values.size(), 64); ++i) {
      if (values[i].isString()) continue;  // "nan", "inf"
      const double expected =
          values[i].isBool() ? (values[i].toBool() ? 1 : 0) : values[i].toDouble();
      QCOMPARE(number_at(*tensor, i), expected);
    }
  }
};

}  // namespace cria::engine

QTEST_APPLESS_MAIN(cria::engine::ExpectedFilesTest)
#include "expected_files_test.moc"
