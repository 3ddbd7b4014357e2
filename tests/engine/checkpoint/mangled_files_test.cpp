// Good files, damaged: cut at every byte, and with single bytes changed. Nothing may crash, and
// what is still read must lie inside the bytes that are there (sanitizer builds see to that).
#include <QDirIterator>
#include <QFile>
#include <QRandomGenerator>
#include <QtTest>

#include "engine/checkpoint/safetensors.h"
#include "engine/checkpoint/shard_index.h"
#include "engine/checkpoint/torch_bin.h"
#include "tests/engine/checkpoint/file_builder.h"
#include "tests/engine/checkpoint/stored_bytes.h"

namespace cria::engine {
namespace {

/// True where the bytes were read as a file.
bool survives(std::string_view bytes, const QString& name) {
  if (name.endsWith(".json")) return static_cast<bool>(parse_shard_index(bytes, "mangled"));
  const ExactBytes exact(bytes);
  const auto tensors = name.endsWith(".safetensors") ? read_safetensors(exact.span(), "mangled")
                                                     : read_torch_bin(exact.span(), "mangled");
  if (!tensors) return false;
  for (const StoredTensor& tensor : *tensors) touch_ends(tensor);
  return true;
}

}  // namespace

class MangledFilesTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QDirIterator files(QStringLiteral(CRIA_TEST_DATA_DIR "/checkpoint"), QDir::Files,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
      const QString path = files.next();
      if (path.endsWith(".bin") || path.endsWith(".safetensors") || path.endsWith(".index.json")) {
        paths_ << path;
      }
    }
    QVERIFY(paths_.size() > 20);
    paths_.sort();
  }

  void cut_at_every_byte_data() { rows(); }
  void cut_at_every_byte() {
    QFETCH(QString, path);
    const std::string good = content(path);
    QVERIFY(survives(good, path));
    for (std::size_t length = 0; length < good.size(); ++length) {
      // An index may end before its last line feed.
      if (path.endsWith(".json") && length + 1 == good.size()) continue;
      const bool read = survives(std::string_view(good).substr(0, length), path);
      QVERIFY2(!read, qPrintable(QString("read with %1 of %2 bytes").arg(length).arg(good.size())));
    }
  }

  void single_bytes_changed_data() { rows(); }
  void single_bytes_changed() {
    QFETCH(QString, path);
    const std::string good = content(path);
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    std::string bytes = good;
    for (int round = 0; round < 1500; ++round) {
      const auto at = static_cast<std::size_t>(random.bounded(static_cast<int>(good.size())));
      bytes[at] = static_cast<char>(random.bounded(256));
      survives(bytes, path);
      if (round % 4 != 0) bytes[at] = good[at];  // now and then the damage adds up
      if (round % 64 == 0) bytes = good;
    }
  }

 private:
  void rows() {
    QTest::addColumn<QString>("path");
    for (const QString& path : paths_) {
      QTest::newRow(qPrintable(path.section('/', -2))) << path;
    }
  }
  static std::string content(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
  }

  QStringList paths_;
};

}  // namespace cria::engine

QTEST_APPLESS_MAIN(cria::engine::MangledFilesTest)
#include "mangled_files_test.moc"
