// Hostile PyTorch files, each named after the attack.
#include <QtTest>
#include <cstring>

#include "engine/checkpoint/torch_bin.h"
#include "engine/checkpoint/torch_state.h"
#include "tests/engine/checkpoint/file_builder.h"
#include "tests/engine/checkpoint/stored_bytes.h"

namespace cria::engine {
namespace {

using namespace pickle;  // the builder's opcodes

const std::string floats = storage("FloatStorage", "0", 4);

void row(const char* name, const std::string& bytes, const char* message) {
  QTest::newRow(name) << QByteArray::fromStdString(bytes) << QString(message);
}

/// One tensor "w" over a storage of four floats.
std::string one_tensor(const std::string& value) {
  return torch_file(dict({{text("w"), value}}), {{"0", std::string(16, '\x11')}});
}

std::string machine(bool little_endian) {
  return dict({{text("little_endian"), little_endian ? "\x88" : "\x89"}});
}

std::string legacy_magic() {
  return whole("\x8a\x0a" + std::string("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"));
}

std::string legacy_storage(const std::string& key, std::int64_t elements, const std::string& view) {
  return tuple({text("storage"), global("torch", "FloatStorage"), text(key), text("cpu"),
                integer(elements), view}) +
         "Q";
}

/// A legacy file of one tensor "w" of two floats.
struct FakeLegacy {
  std::string version = integer(1001);
  bool little_endian = true;
  std::string view = "N";
  std::int64_t offset = 0;
  std::string keys = "](" + text("7") + "e";
  std::string elements = little(2, 8);
  std::string data = std::string(8, '\x22');

  std::string bytes() const {
    const std::string state =
        dict({{text("w"), tensor(legacy_storage("7", 2, view), offset, {2}, {1})}});
    return legacy_magic() + whole(version) + whole(machine(little_endian)) + whole(state) +
           whole(keys) + elements + data;
  }
};

template <typename Change>
void legacy(const char* name, Change change, const char* message) {
  FakeLegacy file;
  change(file);
  row(name, file.bytes(), message);
}

}  // namespace

class TorchAttackTest : public QObject {
  Q_OBJECT

 private slots:
  void refused_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("message");
    pickles();
    memory();
    tensors();
    archives();
    legacy_files();
  }
  void refused() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, message);
    const ExactBytes exact(bytes.toStdString());
    QElapsedTimer timer;
    timer.start();
    const auto read = read_torch_bin(exact.span(), "evil.bin");
    QVERIFY2(!read, "was accepted");
    const QString text = text_of(read.error());
    QCOMPARE(read.error().kind, ErrorKind::checkpoint);
    QVERIFY2(text.contains(message), qPrintable(text));
    QVERIFY2(text.startsWith("evil.bin: "), qPrintable(text));
    QVERIFY2(text.size() < 700 && !text.contains('\n'), qPrintable(text));
    QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
  }

  void accepted_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("names");
    const std::string weight = tensor(floats, 0, {2, 2}, {2, 1});
    row("stride 0", one_tensor(tensor(floats, 3, {1000, 1000}, {0, 0})), "w");
    row("an empty tensor beyond its storage's end", one_tensor(tensor(floats, 4, {0, 7}, {7, 1})),
        "w");
    row("OrderedDict of a list of pairs",
        torch_file(call(global("collections", "OrderedDict"),
                        tuple({"](" + tuple({text("a"), weight}) + "](" + text("b") + weight + "e" +
                               "e"})),
                   {{"0", std::string(16, '\0')}}),
        "a b");
    row("one dict in two places",
        torch_file("}(" + text("a") + dict({{text("w"), weight}}) + "q\x05" + text("b") + "h\x05u",
                   {{"0", std::string(16, '\0')}}),
        "a.w b.w");
    row("values that are no tensors",
        torch_file(dict({{text("step"), integer(-3)},
                         {text("rate"), "G12345678"},
                         {text("pi"), "F3.14\n"},
                         {text("done"), "I01\n"},
                         {text("count"), "L123L\n"},
                         {text("raw"), "C\3abc"},
                         {text("set"), "\x8f(K\1\x90"},
                         {text("device"), call(global("torch", "device"), tuple({text("cpu")}))},
                         {"K\7", "N"},
                         {tuple({}), "N"},
                         {text("w"), weight}}),
                   {{"0", std::string(16, '\0')}}),
        "w");
    row("a bare tensor", torch_file(weight, {{"0", std::string(16, '\0')}}), "tensor");
    row("legacy", FakeLegacy().bytes(), "w");
    row("a list of tensors",
        torch_file("](" + weight + weight + "e", {{"0", std::string(16, '\0')}}), "0 1");
  }
  void accepted() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, names);
    const ExactBytes exact(bytes.toStdString());
    const auto read = read_torch_bin(exact.span(), "good.bin");
    QVERIFY2(read, read ? "" : qPrintable(text_of(read.error())));
    QStringList found;
    for (const StoredTensor& tensor : *read) {
      touch_ends(tensor);
      found << QString::fromStdString(tensor.name);
    }
    QCOMPARE(found.join(' '), names);
  }

  void many_tensors_of_one_storage_open() {
    std::string root = "}" + floats + "q\x01" + "0(";
    for (int i = 0; i < 200'000; ++i) {
      root += text("t" + std::to_string(i)) + global("torch._utils", "_rebuild_tensor_v2") +
              "(h\x01K" + little(0, 1) + "K\x04\x85K\x01\x85\x89)tR";
    }
    const ExactBytes exact(torch_file(root + "u", {{"0", std::string(16, '\0')}}));
    const auto read = read_torch_bin(exact.span(), "many.bin");
    QVERIFY2(read, read ? "" : qPrintable(text_of(read.error())));
    QCOMPARE(read->size(), std::size_t{200'000});
  }

 private:
  static void pickles() {
    row("os.system", one_tensor(call(global("os", "system"), tuple({text("true")}))),
        "names \"os\" \"system\", which is not on the list");
    row("eval under another name", one_tensor(call(global("builtins", "eval"), tuple({text("1")}))),
        "names \"builtins\" \"eval\"");
    row("a name by STACK_GLOBAL", one_tensor(text("posix") + text("system") + "\x93"),
        "names \"posix\" \"system\"");
    row("a dotted way out of torch", one_tensor(global("torch", "serialization.os.system")),
        "names \"torch\" \"serialization.os.system\"");
    row("a name with a newline in it", one_tensor(text("torch\nos") + text("x") + "\x93"),
        "names \"torch\\x0aos\"");
    row("STACK_GLOBAL of numbers", one_tensor("K\1K\2\x93"), "by something that is no text");
    for (const char* opcode : {"o", "i", "\x81", "\x92", "\x82", "\x83", "\x84", "P", "\x97",
                               "\x98", "S", "V", "d", "l", "\x8b", "\x91", "\xff"}) {
      const QByteArray name = "opcode " + QByteArray::number(static_cast<unsigned char>(opcode[0]));
      row(name.constData(), one_tensor(std::string("(") + opcode), "which no checkpoint of plain");
    }
    row("protocol 6", torch_file("\x80\x06", {}), "has protocol 6, expected at most 5");
    row("empty stack", torch_file("0", {}), "from an empty stack");
    row("tuple of nothing", torch_file("\x86", {}), "from an empty stack");
    row("reaching below a mark", torch_file("}(\x85", {}), "from an empty stack");
    row("no mark", torch_file("}u", {}), "a mark that is not there");
    row("a mark at the end", torch_file("}(", {}), "its stack not in order");
    row("two values at the end", torch_file("}}", {}), "its stack not in order");
    row("items for a number", torch_file("K\1(K\2e", {}), "adds items to what holds none");
    row("items for nothing", torch_file("(K\2e", {}), "adds items to nothing");
    row("a key without a value", torch_file("}(K\2u", {}), "a key without a value");
    row("memo never written", torch_file("h\x09", {}), "memo entry 9, which was never written");
    row("state of a number", torch_file("K\1}b", {}), "neither a dict nor a tensor");
    row("call of a number", torch_file("K\1)R", {}), "calls what is no function");
    row("call of a dtype", torch_file(global("torch", "float32") + ")R", {}), "calls a type");
    row("call without a tuple", torch_file(global("collections", "OrderedDict") + "}R", {}),
        "without a tuple");
    row("OrderedDict of a number",
        torch_file(call(global("collections", "OrderedDict"), tuple({"K\1"})), {}),
        "of what is no list of pairs");
    row("OrderedDict of triples",
        torch_file(call(global("collections", "OrderedDict"),
                        tuple({"](" + tuple({"K\1", "K\2", "K\3"}) + "e"})),
                   {}),
        "of what is no list of pairs");
    row("text longer than the pickle", torch_file("X" + little(1 << 30, 4) + "abc", {}),
        "runs past its end");
    row("text of 2^64-1 bytes", torch_file("\x8d" + little(~0ull, 8) + "abc", {}),
        "runs past its end");
    row("a number of 255 bytes, not there", torch_file("\x8a\xff\x01", {}), "runs past its end");
    row("a number in words", torch_file("Iseven\n", {}), "where a number of 64 bits");
    row("no STOP", torch_file("", {}).replace(torch_file("", {}).find("\x80\x05."), 3, "\x80\x05N"),
        "ends before its STOP");
    row("a module", one_tensor(tuple({text("module"), text("x")}) + "Q"), "that is no storage");
    row("persistent id of a number", one_tensor("K\1Q"), "a persistent id that is no tuple");
  }

  static void memory() {
    row("memo entry 2^32-2", torch_file("}r" + little(0xfffffffe, 4), {}), "out of proportion");
    row("ever deeper marks", torch_file(std::string(1'000'000, '('), {}), "nested too deeply");
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "\x85";
    row("a tuple in a tuple, 100000 times", torch_file("N" + deep, {}), "is nested too deeply");
    std::string laughs = "]q" + little(0, 1);
    for (std::uint64_t i = 0; i < 30; ++i) {
      laughs += "0](";
      for (int time = 0; time < 4; ++time) laughs.append("h").append(little(i, 1));
      laughs.append("eq").append(little(i + 1, 1));
    }
    row("a billion laughs", torch_file(laughs, {}), "repeats the same values without end");
    // Numbers alone, in one dict that stands in many places.
    std::string numbers = "N0}q" + little(0, 1) + "(";
    for (int i = 0; i < 20'000; ++i) numbers += "K" + little(1, 1) + "K" + little(2, 1);
    numbers += "u0](";
    for (int i = 0; i < 20'000; ++i) numbers += "h" + little(0, 1);
    row("one dict of numbers, again and again", torch_file(numbers + "e", {}),
        "repeats the same values without end");
    row("a list in itself", torch_file("]q" + little(0, 1) + "h" + little(0, 1) + "a", {}),
        "contains itself");
    row("a dict in itself",
        torch_file("}q" + little(0, 1) + text("a") + "h" + little(0, 1) + "s", {}),
        "contains itself");
    std::string copies = "](";
    for (int i = 0; i < 1000; ++i) copies += "NN\x86";
    copies += "e\x85q" + little(0, 1) + "0";
    for (int i = 0; i < 20'000; ++i) {
      copies += global("collections", "OrderedDict") + "h" + little(0, 1) + "R0";
    }
    row("one list copied again and again", torch_file(copies + "}", {}),
        "more values than any checkpoint needs");
    const std::string long_key(1000, 'k');
    row("keys that add up",
        torch_file(dict({{text(long_key), dict({{text(long_key), tensor(floats, 0, {1}, {1})}})}}),
                   {{"0", std::string(16, '\0')}}),
        "a name of more than 1024 bytes");
    row("a storage key of a megabyte",
        one_tensor(tensor(storage("FloatStorage", std::string(1 << 20, '0'), 4), 0, {1}, {1})),
        "neither a number nor a short text");
    row("a key that is a tuple",
        torch_file("}" + tuple({}) + tensor(floats, 0, {1}, {1}) + "s", {}),
        "neither text nor a number");
  }

  static void tensors() {
    row("beyond the storage", one_tensor(tensor(floats, 0, {5}, {1})),
        "tensor \"w\" of shape [5] and strides [1] needs 5 elements from element 0 on, but its "
        "storage \"0\" has 4");
    row("offset beyond the storage", one_tensor(tensor(floats, 4, {1}, {1})), "has 4");
    row("offset of 2^63-1", one_tensor(tensor(floats, INT64_MAX, {1}, {1})), "has 4");
    row("negative offset", one_tensor(tensor(floats, -1, {1}, {1})), "an offset that is no size");
    row("stride beyond the storage", one_tensor(tensor(floats, 0, {2, 2}, {3, 1})),
        "needs 5 elements");
    row("negative stride", one_tensor(tensor(floats, 3, {2}, {-1})), "impossible strides [-1]");
    row("stride of 2^63-1", one_tensor(tensor(floats, 0, {3}, {INT64_MAX})), "impossible strides");
    row("strides that sum to 0",
        one_tensor(tensor(floats, 0, {3, 3}, {INT64_MAX / 2 + 1, INT64_MAX / 2 + 1})),
        "impossible strides");
    row("negative size", one_tensor(tensor(floats, 0, {-2}, {1})), "impossible shape [-2]");
    row("two negative sizes", one_tensor(tensor(floats, 0, {-2, -2}, {1, 1})), "impossible shape");
    row("negative size beside an empty one", one_tensor(tensor(floats, 0, {0, -2}, {1, 1})),
        "impossible shape [0, -2]");
    row("negative stride of one element", one_tensor(tensor(floats, 3, {1}, {-1})),
        "impossible strides [-1]");
    row("product of 2^64", one_tensor(tensor(floats, 0, {1ll << 32, 1ll << 32}, {0, 0})),
        "impossible shape");
    row("nine dimensions",
        one_tensor(
            tensor(floats, 0, std::vector<std::int64_t>(9, 1), std::vector<std::int64_t>(9, 1))),
        "not at most 8 numbers");
    row("fewer strides than sizes", one_tensor(tensor(floats, 0, {2, 2}, {1})),
        "impossible strides");
    row("shape of text",
        one_tensor(call(global("torch._utils", "_rebuild_tensor_v2"),
                        tuple({floats, integer(0), tuple({text("2")}), tuple({integer(1)})}))),
        "not at most 8 numbers");
    row("shape that is a list",
        one_tensor(call(global("torch._utils", "_rebuild_tensor_v2"),
                        tuple({floats, integer(0), "]", "]"}))),
        "is no tuple");
    row("too few parts",
        one_tensor(call(global("torch._utils", "_rebuild_tensor_v2"), tuple({floats}))),
        "too few parts");
    row("no storage",
        one_tensor(call(global("torch._utils", "_rebuild_tensor_v2"),
                        tuple({"N", integer(0), sizes({1}), sizes({1})}))),
        "without a storage");
    row("number format that is a text",
        one_tensor(
            call(global("torch._utils", "_rebuild_tensor_v3"),
                 tuple({floats, integer(0), sizes({1}), sizes({1}), "\x89", "N", text("f")}))),
        "unknown number format");
    row("wider numbers than the storage's",
        one_tensor(call(global("torch._utils", "_rebuild_tensor_v3"),
                        tuple({floats, integer(0), sizes({3}), sizes({1}), "\x89", "N",
                               global("torch", "float64")}))),
        "needs 3 elements from element 0 on, but its storage \"0\" has 2");
    row("a parameter of nothing",
        one_tensor(call(global("torch._utils", "_rebuild_parameter"), tuple({"N"}))),
        "of what is no tensor");
    std::string wrapped = tuple({"N"});
    for (int i = 0; i < 100; ++i) {
      wrapped = tuple({global("torch._tensor", "_rebuild_from_type_v2"), "N", wrapped, "N"});
    }
    row("wrapped a hundred times",
        one_tensor(call(global("torch._tensor", "_rebuild_from_type_v2"), wrapped)),
        "too many times");
    row("storage of 2^62 doubles",
        one_tensor(tensor(storage("DoubleStorage", "0", 1ll << 62), 0, {1}, {1})),
        "an impossible size");
    row("storage of negative size",
        one_tensor(tensor(storage("FloatStorage", "0", -4), 0, {1}, {1})), "an impossible size");
    row("storage larger than its record",
        one_tensor(tensor(storage("FloatStorage", "0", 5), 0, {5}, {1})),
        "should have 20 bytes, but the file has 16");
    row("storage type that is a function",
        one_tensor(
            tuple({text("storage"), global("torch", "Size"), text("0"), text("cpu"), integer(4)}) +
            "Q"),
        "of an unknown type");
    row("storage not in the archive",
        one_tensor(tensor(storage("FloatStorage", "1", 4), 0, {1}, {1})), "needs storage \"1\"");
    row("storage in another folder",
        one_tensor(tensor(storage("FloatStorage", "../../etc/passwd", 4), 0, {1}, {1})),
        "which the file does not have");
  }

  static void archives() {
    FakeZip zip{{{"archive/data.pkl", whole("}")}, {"archive/byteorder", "big"}}};
    row("big-endian numbers", zip.bytes(), "byte order \"big\", expected \"little\"");
    row("no data.pkl", FakeZip{{{"archive/x", ""}}}.bytes(), "without \"archive/data.pkl\"");
    row("data.pkl in another folder", FakeZip{{{"a/x", ""}, {"b/data.pkl", whole("}")}}}.bytes(),
        "without \"a/data.pkl\"");
    row("a TorchScript program",
        FakeZip{{{"a/data.pkl", whole("}")}, {"a/constants.pkl", whole(")")}}}.bytes(),
        "is a TorchScript program");
    FakeZip packed{{{"archive/data.pkl", whole("}")}}};
    packed.records[0].method = 8;
    row("compressed", packed.bytes(), "is compressed");
  }

  static void legacy_files() {
    row("a bare pickle", whole("}"), "was not saved by torch.save");
    row("a pickle of another magic", whole("\x8a\x0a" + std::string(10, '\1')),
        "was not saved by torch.save");
    legacy(
        "legacy, unknown version", [](FakeLegacy& f) { f.version = integer(1002); },
        "unknown version of PyTorch's old layout");
    legacy(
        "legacy, big-endian", [](FakeLegacy& f) { f.little_endian = false; }, "big-endian");
    legacy(
        "legacy, no list of keys", [](FakeLegacy& f) { f.keys = "}"; }, "no list of its storages");
    legacy(
        "legacy, keys that are numbers", [](FakeLegacy& f) { f.keys = "](K\7e"; },
        "a storage key that is no text");
    legacy(
        "legacy, unknown key", [](FakeLegacy& f) { f.keys = "](" + text("8") + "e"; },
        "a storage \"8\" that no tensor describes");
    legacy(
        "legacy, no keys",
        [](FakeLegacy& f) {
          f.keys = "]";
          f.elements = f.data = "";
        },
        "needs storage \"7\"");
    legacy(
        "legacy, a key twice",
        [](FakeLegacy& f) {
          f.keys = "](" + text("7") + text("7") + "e";
          f.data += f.elements + f.data;
        },
        "storage \"7\" twice");
    legacy(
        "legacy, another number of elements", [](FakeLegacy& f) { f.elements = little(3, 8); },
        "has 3 elements, but its pickle says 2");
    legacy(
        "legacy, cut short", [](FakeLegacy& f) { f.data.pop_back(); }, "is not all there");
    legacy(
        "legacy, bytes at the end", [](FakeLegacy& f) { f.data += "x"; }, "1 bytes follow");
    legacy(
        "legacy, offset beyond", [](FakeLegacy& f) { f.offset = 1; }, "needs 2 elements");
    legacy(
        "legacy, view outside its storage",
        [](FakeLegacy& f) {
          f.view = tuple({text("v"), integer(1), integer(2)});
        },
        "a view that reaches outside");
    legacy(
        "legacy, tensor outside its view",
        [](FakeLegacy& f) {
          f.view = tuple({text("v"), integer(1), integer(1)});
        },
        "needs 2 elements");
    legacy(
        "legacy, view that wraps",
        [](FakeLegacy& f) {
          f.view = tuple({text("v"), integer(INT64_MAX), integer(2)});
        },
        "a view that reaches outside");
  }
};

}  // namespace cria::engine

QTEST_APPLESS_MAIN(cria::engine::TorchAttackTest)
#include "torch_attack_test.moc"
