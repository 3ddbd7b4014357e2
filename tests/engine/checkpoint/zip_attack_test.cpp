// Hostile zip archives, each named after the attack.
#include <QtTest>

#include "engine/checkpoint/zip.h"
#include "tests/engine/checkpoint/file_builder.h"
#include "tests/engine/checkpoint/stored_bytes.h"

namespace cria::engine {
namespace {

FakeZip two_records() { return {{{"p/a", "first"}, {"p/b", "second one"}}}; }

void row(const char* name, const std::string& bytes, const char* message) {
  QTest::newRow(name) << QByteArray::fromStdString(bytes) << QString(message);
}

template <typename Change>
void lie(const char* name, Change change, const char* message) {
  FakeZip zip = two_records();
  change(zip);
  row(name, zip.bytes(), message);
}

}  // namespace

class ZipAttackTest : public QObject {
  Q_OBJECT

 private slots:
  void good_archive_data() {
    QTest::addColumn<bool>("zip64");
    QTest::addColumn<QByteArray>("comment");
    QTest::newRow("plain") << false << QByteArray();
    QTest::newRow("sizes and offsets in Zip64 fields") << true << QByteArray();
    QTest::newRow("with a comment") << false << QByteArray("PK\5\6 is not the end yet");
    QTest::newRow("with the longest comment") << false << QByteArray(0xffff, 'c');
  }
  void good_archive() {
    QFETCH(bool, zip64);
    QFETCH(QByteArray, comment);
    FakeZip zip = two_records();
    zip.zip64_fields = zip64;
    zip.comment = comment.toStdString();
    const ExactBytes bytes(zip.bytes());
    const auto archive = ZipArchive::read(bytes.span(), "good.zip");
    QVERIFY2(archive, archive ? "" : qPrintable(text_of(archive.error())));
    QCOMPARE(archive->first_name(), std::string_view("p/a"));
    const ZipRecord* record = archive->find("p/b");
    QVERIFY(record != nullptr);
    QCOMPARE(QByteArray(reinterpret_cast<const char*>(record->data.data()),
                        static_cast<qsizetype>(record->data.size())),
             QByteArray("second one"));
    QVERIFY(archive->find("p/c") == nullptr);
  }

  void refused_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("message");
    const std::string good = two_records().bytes();
    row("only the magic", "PK\3\4", "no directory at its end");
    row("no directory", good.substr(0, good.size() - 22), "no directory at its end");
    row("bytes after the end", good + "x", "no directory at its end");
    row("empty archive", FakeZip().bytes(), "is an empty zip archive");
    lie(
        "more records than there are", [](FakeZip& z) { z.count_lie = 1; },
        "too few for 3 records");
    lie(
        "60000 records", [](FakeZip& z) { z.count_lie = 60000; }, "too few for 60002 records");
    lie(
        "fewer records than there are", [](FakeZip& z) { z.count_lie = -1; }, "bytes follow");
    lie(
        "directory beyond the file", [](FakeZip& z) { z.directory_offset_lie = 1 << 30; },
        "outside the file");
    lie(
        "directory at 4 GiB", [](FakeZip& z) { z.directory_offset_lie = 0xff000000; },
        "outside the file");
    lie(
        "directory longer than the file", [](FakeZip& z) { z.directory_size_lie = 1 << 20; },
        "outside the file");
    lie(
        "directory shifted", [](FakeZip& z) { z.directory_offset_lie = -1; },
        "missing or overwritten");
    lie(
        "compressed", [](FakeZip& z) { z.records[1].method = 8; }, "is compressed (method 8)");
    lie(
        "encrypted", [](FakeZip& z) { z.records[0].flags |= 1; }, "is encrypted");
    lie(
        "two sizes", [](FakeZip& z) { z.records[0].size_mismatch = 1; }, "two sizes differ");
    lie(
        "a record larger than the file", [](FakeZip& z) { z.records[1].size_lie = 1 << 30; },
        "lie between it and the directory");
    lie(
        "a record running into the directory", [](FakeZip& z) { z.records[1].size_lie = 1; },
        "lie between it and the directory");
    lie(
        "a record of 2^64-1 bytes",
        [](FakeZip& z) {
          z.zip64_fields = true;
          z.records[1].size_lie = -11;
        },
        "should have 18446744073709551615 bytes");
    lie(
        "a record at 2^63",
        [](FakeZip& z) {
          z.zip64_fields = true;
          z.records[0].offset_lie = INT64_MIN;
        },
        "outside the file");
    lie(
        "a record whose offset wraps",
        [](FakeZip& z) {
          z.zip64_fields = true;
          z.records[0].offset_lie = -30;
        },
        "outside the file");
    lie(
        "no header at the offset", [](FakeZip& z) { z.records[1].offset_lie = 1; },
        "has no header at byte");
    lie(
        "another name in the header", [](FakeZip& z) { z.records[0].local_name = "p/x"; },
        "is called \"p/x\" by its own header");
    lie(
        "one name twice", [](FakeZip& z) { z.records[1].name = "p/a"; }, "is there twice");
    lie(
        "Zip64 field missing",
        [](FakeZip& z) {
          z.zip64_fields = true;
          z.zip64_extra = little(2, 2) + little(0, 2);
        },
        "no complete Zip64 field");
    lie(
        "Zip64 field cut",
        [](FakeZip& z) {
          z.zip64_fields = true;
          z.zip64_extra = little(1, 2) + little(16, 2) + little(0, 8) + little(0, 8);
        },
        "no complete Zip64 field");
    lie(
        "Zip64 field longer than its record",
        [](FakeZip& z) {
          z.zip64_fields = true;
          z.zip64_extra = little(1, 2) + little(0xffff, 2) + little(0, 8);
        },
        "no complete Zip64 field");
    row("Zip64 record outside the file", with_locator(1ull << 40), "lies outside the file");
    row("Zip64 record that is none", with_locator(0), "Zip64 record is missing");
  }
  void refused() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, message);
    const ExactBytes exact(bytes.toStdString());
    const auto archive = ZipArchive::read(exact.span(), "evil.zip");
    QVERIFY(!archive);
    const QString text = text_of(archive.error());
    QVERIFY2(text.contains(message), qPrintable(text));
    QVERIFY2(text.startsWith("evil.zip: "), qPrintable(text));
  }

 private:
  /// A Zip64 locator in front of the end record.
  static std::string with_locator(std::uint64_t offset) {
    FakeZip zip = two_records();
    zip.records[0].data = std::string(100, 'x');
    std::string bytes = zip.bytes();
    return bytes.insert(bytes.size() - 22,
                        "PK\6\7" + little(0, 4) + little(offset, 8) + little(1, 4));
  }
};

}  // namespace cria::engine

QTEST_APPLESS_MAIN(cria::engine::ZipAttackTest)
#include "zip_attack_test.moc"
