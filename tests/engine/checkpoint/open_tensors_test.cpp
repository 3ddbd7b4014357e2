// Folders: which file is taken, shards against their index, and what stands where weights should
// be.
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/mapped_file.h"
#include "engine/checkpoint/tensor_source.h"
#include "tests/engine/checkpoint/file_builder.h"
#include "tests/engine/checkpoint/stored_bytes.h"

namespace cria::engine {
namespace {

/// A safetensors file of one-float tensors.
std::string floats(const std::vector<std::string>& names) {
  std::string header = "{";
  for (std::size_t i = 0; i < names.size(); ++i) {
    header += (i > 0 ? ",\"" : "\"") + names[i] +
              "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" + std::to_string(4 * i) +
              "," + std::to_string(4 * i + 4) + "]}";
  }
  return safetensors_file(header + "}", 4 * names.size());
}

std::string torch_floats(const std::string& name) {
  using namespace pickle;
  return torch_file(dict({{text(name), tensor(storage("FloatStorage", "0", 1), 0, {1}, {1})}}),
                    {{"0", "1234"}});
}

std::string index_of(const std::vector<std::pair<std::string, std::string>>& map) {
  std::string json = "{\"metadata\":{\"total_size\":8},\"weight_map\":{";
  for (std::size_t i = 0; i < map.size(); ++i) {
    json += (i > 0 ? ",\"" : "\"") + map[i].first + "\":\"" + map[i].second + "\"";
  }
  return json + "}}";
}

}  // namespace

class OpenTensorsTest : public QObject {
  Q_OBJECT

 private slots:
  void init() { folder_ = std::make_unique<QTemporaryDir>(); }

  void the_order_is_that_of_transformers() {
    write("pytorch_model.bin.index.json", index_of({{"d", "d.bin"}}));
    write("d.bin", torch_floats("d"));
    expect_first("d", "pytorch");
    write("pytorch_model.bin", torch_floats("c"));
    expect_first("c", "pytorch");
    write("model.safetensors.index.json", index_of({{"b", "b.safetensors"}}));
    write("b.safetensors", floats({"b"}));
    expect_first("b", "safetensors");
    write("model.safetensors", floats({"a"}));
    expect_first("a", "safetensors");
  }

  void a_file_or_an_index_itself_is_opened() {
    write("one.safetensors", floats({"a", "b"}));
    write("two.bin", torch_floats("c"));
    write("any.index.json",
          index_of({{"a", "one.safetensors"}, {"b", "one.safetensors"}, {"c", "two.bin"}}));
    QVERIFY(opened("one.safetensors")->find("b") != nullptr);
    QVERIFY(opened("two.bin")->find("c") != nullptr);
    const auto both = opened("any.index.json");
    QCOMPARE(both->tensors().size(), std::size_t{3});
    QCOMPARE(both->format(), std::string("safetensors (2 shards)"));
    QCOMPARE(both->total_bytes(),
             std::uint64_t{floats({"a", "b"}).size() + torch_floats("c").size()});
  }

  void refused_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* title, const char* name, const std::string& content,
                        const char* message) {
      QTest::newRow(title) << name << QByteArray::fromStdString(content) << message;
    };
    row("Git LFS pointer", "model.safetensors",
        "version https://git-lfs.github.com/spec/v1\noid sha256:6e60\nsize 2200119864\n",
        "is a Git LFS pointer of 75 bytes, not the weights: download the file itself");
    row("Git LFS pointer as .bin", "pytorch_model.bin",
        "version https://git-lfs.github.com/spec/v1\noid sha256:6e60\nsize 4400254027\n",
        "is a Git LFS pointer");
    row("web page", "pytorch_model.bin", "\n<!DOCTYPE html><html>Sign in</html>", "is a web page");
    row("error page in XML", "model.safetensors", "<?xml version=\"1.0\"?><Error>Expired</Error>",
        "is a web page");
    row("error in JSON", "pytorch_model.bin", "{\"error\":\"Repository not found\"}",
        "is a JSON text");
    row("GGUF", "pytorch_model.bin", std::string("GGUF\3\0\0", 7), "is a GGUF file");
    row("gzip", "pytorch_model.bin", "\x1f\x8b\x08 and so on", "compressed with gzip");
    row("tar", "pytorch_model.bin", std::string(257, '\0') + "ustar" + std::string(300, '\0'),
        "is a tar archive");
    row("empty file", "model.safetensors", "", "the file is empty");
    row("zip called safetensors", "model.safetensors", torch_floats("a"),
        "begins like a PyTorch file");
    row("no tensors", "model.safetensors", safetensors_file("{}", 0), "holds no tensors");
    row("a tensor twice", "model.safetensors", floats({"a", "b", "a"}),
        "tensor \"a\" is there twice");
    row("other weights only", "foo.gguf", "GGUF", "found only \"foo.gguf\"");
    row("no weights", "config.json", "{}", "found no weights");

    const char* index = "model.safetensors.index.json";
    row("index of nothing", index, "{}", "has no weight_map");
    row("empty index", index, index_of({}), "lists no tensors");
    row("index that is a list", index, "[]", "should be an object but is a list");
    row("index cut short", index, R"({"weight_map":{"a":)", "not valid JSON");
    row("weight_map that is a list", index, R"({"weight_map":["a"]})",
        "a weight_map that is a list");
    row("weight_map twice", index, R"({"weight_map":{"a":"x"},"weight_map":{"a":"x"}})",
        "a weight_map twice");
    row("shard that is a number", index, R"({"weight_map":{"a":1}})", "in a number, not in a file");
    row("shard that is an object", index, R"({"weight_map":{"a":{}}})",
        "in an object, not in a file");
    row("tensor listed twice", index, R"({"weight_map":{"a":"x","a":"y"}})",
        "lists tensor \"a\" twice");
    for (const char* name :
         {"../x.bin", "/etc/passwd", "a/b", "..", ".", "", "a\\\\b", "a\\u0000b"}) {
      row(qPrintable(QString("shard called ") + name), index, index_of({{"a", name}}),
          "expected the plain name of a file beside it");
    }
    row("shard missing", index, index_of({{"a", "gone.safetensors"}}),
        "gone.safetensors: this shard is missing");
    row("shard that is the index", index, index_of({{"a", index}}), "is a JSON text");
    std::vector<std::pair<std::string, std::string>> many;
    many.reserve(513);
    for (int i = 0; i < 513; ++i) many.emplace_back("t" + std::to_string(i), std::to_string(i));
    row("513 shards", index, index_of(many), "names 513 shards, more than the 512");
    row("listed but not in its shard", index, index_of({{"a", "s"}, {"b", "s"}, {"zz", "s"}}),
        "s: tensor \"zz\" is missing from this shard");
    row("in the shard but not listed", index, index_of({{"a", "s"}}),
        "s: tensor \"b\" is not listed in");
    row("in two shards", index, index_of({{"a", "s"}, {"b", "t"}}),
        "tensor \"b\" lies in this shard, but");
  }
  void refused() {
    QFETCH(QString, name);
    QFETCH(QByteArray, content);
    QFETCH(QString, message);
    write(name, content.toStdString());
    write("s", floats({"a", "b"}));
    write("t", floats({"b"}));
    expect_error("", message);
  }

  void a_folder_where_a_file_should_be() {
    QVERIFY(QDir(folder_->path()).mkdir("model.safetensors"));
    expect_error("", "expected a file, found a folder");
  }
  void a_pipe_does_not_hang() {
    QCOMPARE(::mkfifo(qPrintable(folder_->filePath("pytorch_model.bin")), 0600), 0);
    expect_error("", "expected a regular file");
  }
  void an_unfinished_download() {
    QVERIFY(QFile::link("../blobs/6e6001", folder_->filePath("model.safetensors")));
    expect_error("", "is a link to ../blobs/6e6001, which is missing");
  }
  void nothing_there() { expect_error("no such folder", "no such file or folder"); }
  void a_file_that_may_not_be_read() {
    write("model.safetensors", floats({"a"}));
    QVERIFY(QFile::setPermissions(folder_->filePath("model.safetensors"), {}));
    if (::geteuid() == 0) QSKIP("root may read everything");
    expect_error("", "cannot be read (Permission denied)");
  }

  void a_file_cut_short_while_open_is_noticed() {
    write("model.safetensors", floats({"a", "b"}));
    const auto source = opened("");
    QVERIFY(source->still_whole());
    QVERIFY(QFile::resize(folder_->filePath("model.safetensors"), 100));
    const Status status = source->still_whole();
    QVERIFY(!status);
    QVERIFY2(text_of(status.error()).contains("was cut short while it was open"),
             qPrintable(text_of(status.error())));
  }

  void what_was_cut_off_reads_as_zeros() {
    const std::size_t page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    write("cut", std::string(8 * page, 'c'));
    const auto file = MappedFile::open(folder_->filePath("cut").toStdString());
    QVERIFY(file);
    const auto bytes = (*file)->bytes();
    QVERIFY(QFile::resize(folder_->filePath("cut"), static_cast<qint64>(page + 3)));
    QCOMPARE(bytes[page], std::byte{'c'});
    QCOMPARE(bytes[page + 3], std::byte{});
    for (std::size_t i = 2 * page; i < bytes.size(); ++i) QCOMPARE(bytes[i], std::byte{});
    // The file grows back; what was read of it meanwhile is not forgiven.
    QVERIFY(QFile::resize(folder_->filePath("cut"), static_cast<qint64>(bytes.size())));
    const Status status = (*file)->still_whole();
    QVERIFY(!status);
    QVERIFY2(text_of(status.error()).contains("a part of it could not be read"),
             qPrintable(text_of(status.error())));
  }

  void released_pages_leave_memory_and_come_back() {
    const std::size_t page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    write("pages", std::string(8 * page, 'p'));
    const auto file = MappedFile::open(folder_->filePath("pages").toStdString());
    QVERIFY(file);
    const auto bytes = (*file)->bytes();
    // Parts of pages at the ends stay; nothing outside the part is touched.
    (*file)->release(bytes.subspan(1, 6 * page));
    (*file)->release(bytes.subspan(page + 1, page - 2));
    (*file)->release(bytes.subspan(bytes.size(), 0));
    for (const std::byte byte : bytes) QCOMPARE(byte, std::byte{'p'});
  }

  /// Pages that were advised to be read once leave memory before all others.
  void what_is_used_in_place_stays_in_memory() {
    write("model.safetensors", floats({"a"}));
    const auto source = opened("");
    const auto read_once = [&]() -> std::optional<bool> {
      std::ifstream maps("/proc/self/smaps");
      bool here = false;
      for (std::string line; std::getline(maps, line);) {
        here = here || line.ends_with(folder_->filePath("model.safetensors").toStdString());
        if (here && line.starts_with("VmFlags:")) return (line + ' ').find(" sr ") != line.npos;
      }
      return std::nullopt;
    };
    if (!read_once()) QSKIP("this kernel does not tell");
    QVERIFY(*read_once());
    source->keep();
    QVERIFY(!*read_once());
  }

  /// TinyLlama's files are larger than 4 GiB, with data.pkl behind that: Zip64 for real.
  void an_archive_beyond_4_gib() {
    using namespace pickle;
    constexpr std::uint64_t far = (4ull << 30) + 4096;
    const std::string root = whole(
        dict({{text("far"), tensor(storage("HalfStorage", "1", 2), 0, {2}, {1})},
              {text("huge"), tensor(storage("ByteStorage", "0", far - 64), far - 72, {8}, {1})}}));
    const auto local = [](const std::string& name) {
      return "PK\3\4" + little(0, 2) + little(0x0808, 2) + little(0, 2) + std::string(16, '\0') +
             little(name.size(), 2) + little(0, 2) + name;
    };
    const std::string first = local("p/data/0");
    const std::string second = local("p/data/1") + "ABCD" + local("p/data.pkl") + root;
    const std::uint64_t second_at = first.size() + far - 64;
    const std::uint64_t third_at = second_at + local("p/data/1").size() + 4;
    const auto central = [](const std::string& name, std::uint64_t size, std::uint64_t offset) {
      const bool wide_size = size >= 0xffffffff, wide_offset = offset >= 0xffffffff;
      std::string extra = (wide_size ? little(size, 8) + little(size, 8) : std::string()) +
                          (wide_offset ? little(offset, 8) : std::string());
      if (!extra.empty()) extra = little(1, 2) + little(extra.size(), 2) + extra;
      const std::uint64_t small = wide_size ? 0xffffffff : size;
      return "PK\1\2" + little(0, 4) + little(0x0808, 2) + little(0, 10) + little(small, 4) +
             little(small, 4) + little(name.size(), 2) + little(extra.size(), 2) + little(0, 10) +
             little(wide_offset ? 0xffffffff : offset, 4) + name + extra;
    };
    const std::string directory = central("p/data/0", far - 64, 0) +
                                  central("p/data/1", 4, second_at) +
                                  central("p/data.pkl", root.size(), third_at);
    const std::uint64_t at = second_at + second.size();
    const std::string end =
        "PK\6\6" + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 8) + little(3, 8) +
        little(3, 8) + little(directory.size(), 8) + little(at, 8) + "PK\6\7" + little(0, 4) +
        little(at + directory.size(), 8) + little(1, 4) + "PK\5\6" + little(0, 4) + little(3, 2) +
        little(3, 2) + little(directory.size(), 4) + little(0xffffffff, 4) + little(0, 2);
    QFile file(folder_->filePath("pytorch_model.bin"));
    QVERIFY(file.open(QIODevice::ReadWrite));
    file.write(QByteArray::fromStdString(first));
    if (!file.seek(static_cast<qint64>(second_at))) QSKIP("no room for a sparse file of 4 GiB");
    file.write(QByteArray::fromStdString(second + directory + end));
    file.close();

    const auto source = opened("");
    QCOMPARE(source->total_bytes(), at + directory.size() + end.size());
    const StoredTensor* tensor = source->find("far");
    QVERIFY(tensor != nullptr);
    QCOMPARE(contiguous_bytes(*tensor), QByteArray("ABCD"));
    QCOMPARE(contiguous_bytes(*source->find("huge")), QByteArray(8, '\0'));
  }

 private:
  std::filesystem::path path(const QString& name) const {
    return name.isEmpty() ? folder_->path().toStdString() : folder_->filePath(name).toStdString();
  }
  void write(const QString& name, const std::string& content) const {
    QFile file(folder_->filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(content));
  }
  std::unique_ptr<TensorSource> opened(const QString& name) const {
    auto source = open_tensors(path(name));
    if (source) return *std::move(source);
    qFatal("%s", source.error().message.c_str());
  }
  void expect_first(const char* name, const char* format) const {
    const auto source = opened("");
    QCOMPARE(source->tensors().front().name, std::string(name));
    QVERIFY(source->format().starts_with(format));
  }
  void expect_error(const QString& name, const QString& message) const {
    const auto source = open_tensors(path(name));
    QVERIFY2(!source, "was accepted");
    const QString text = text_of(source.error());
    QCOMPARE(source.error().kind, ErrorKind::checkpoint);
    QVERIFY2(text.contains(message), qPrintable(text));
    QVERIFY2(text.startsWith(folder_->path()), qPrintable(text));
    QVERIFY2(!text.contains('\n'), qPrintable(text));
  }

  std::unique_ptr<QTemporaryDir> folder_;
};

}  // namespace cria::engine

QTEST_APPLESS_MAIN(cria::engine::OpenTensorsTest)
#include "open_tensors_test.moc"
