// PyTorch's zip container: every entry stored at a multiple of 64 bytes, sizes and checksum behind
// the data and in the central directory only.
#include "tests/tools/torch_bin_writer.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <string_view>

namespace cria::tools {
namespace {

constexpr std::uint64_t limit32 = 0xFFFFFFFFU;
constexpr std::uint64_t alignment = 64;

class Crc32 {
 public:
  void add(const char* data, std::size_t size) {
    static const std::array<std::uint32_t, 256> table = make_table();
    for (std::size_t i = 0; i < size; ++i)
      value_ = table[(value_ ^ static_cast<unsigned char>(data[i])) & 0xFFU] ^ (value_ >> 8U);
  }
  std::uint32_t value() const { return ~value_; }

 private:
  static std::array<std::uint32_t, 256> make_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit)
        value = (value >> 1U) ^ ((value & 1U) != 0 ? 0xEDB88320U : 0U);
      table[i] = value;
    }
    return table;
  }
  std::uint32_t value_ = limit32;
};

std::string little(std::uint64_t value, unsigned bytes) {
  std::string text;
  for (unsigned i = 0; i < bytes; ++i) text += static_cast<char>((value >> (8 * i)) & 0xFFU);
  return text;
}

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text.append(part);
  return text;
}

class ZipWriter {
 public:
  explicit ZipWriter(std::ostream& out) : out_(out) {}

  void begin(const std::string& name) {
    entry_ = {joined({"pytorch_model/", name}), at_, 0, 0};
    crc_ = {};
    const std::uint64_t before = at_ + 30 + entry_.name.size() + 4;
    const std::uint64_t padding = (alignment - before % alignment) % alignment;
    put({"PK\x03\x04", little(0, 2), little(0x0808, 2), little(0, 18),
         little(entry_.name.size(), 2), little(4 + padding, 2), entry_.name, "FB",
         little(padding, 2), std::string(padding, 'Z')});
  }

  void add(const char* data, std::size_t size) {
    crc_.add(data, size);
    entry_.size += size;
    out_.write(data, static_cast<std::streamsize>(size));
    at_ += size;
  }

  void end() {
    entry_.crc = crc_.value();
    const unsigned width = entry_.size >= limit32 ? 8 : 4;
    put({"PK\x07\x08", little(entry_.crc, 4), little(entry_.size, width),
         little(entry_.size, width)});
    directory_.push_back(entry_);
  }

  void add_entry(const std::string& name, const std::string& text) {
    begin(name);
    add(text.data(), text.size());
    end();
  }

  void finish() {
    const std::uint64_t start = at_;
    for (const Entry& entry : directory_) put_central(entry);
    const std::uint64_t size = at_ - start;
    const std::uint64_t end64 = at_;
    const std::uint64_t count = directory_.size();
    put({"PK\x06\x06", little(44, 8), little(45, 2), little(45, 2), little(0, 8), little(count, 8),
         little(count, 8), little(size, 8), little(start, 8)});
    put({"PK\x06\x07", little(0, 4), little(end64, 8), little(1, 4)});
    put({"PK\x05\x06", little(0, 4), little(count, 2), little(count, 2),
         little(std::min(size, limit32), 4), little(std::min(start, limit32), 4), little(0, 2)});
  }

 private:
  struct Entry {
    std::string name;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::uint32_t crc = 0;
  };

  void put_central(const Entry& entry) {
    std::string wide;
    if (entry.size >= limit32) wide += little(entry.size, 8) + little(entry.size, 8);
    if (entry.offset >= limit32) wide += little(entry.offset, 8);
    if (!wide.empty()) wide = joined({little(1, 2), little(wide.size(), 2), wide});
    const std::uint64_t size = std::min(entry.size, limit32);
    put({"PK\x01\x02", little(0, 2), little(0, 2), little(0x0808, 2), little(0, 6),
         little(entry.crc, 4), little(size, 4), little(size, 4), little(entry.name.size(), 2),
         little(wide.size(), 2), little(0, 10), little(std::min(entry.offset, limit32), 4),
         entry.name, wide});
  }

  void put(std::initializer_list<std::string_view> parts) {
    const std::string text = joined(parts);
    out_ << text;
    at_ += text.size();
  }

  std::ostream& out_;
  std::uint64_t at_ = 0;
  Entry entry_;
  Crc32 crc_;
  std::vector<Entry> directory_;
};

std::string text_op(std::string_view text) { return joined({"X", little(text.size(), 4), text}); }

std::string int_op(std::int64_t value) {
  return joined({"J", little(static_cast<std::uint64_t>(value), 4)});
}

std::string tuple_op(const std::vector<std::int64_t>& values) {
  std::string text = "(";
  for (const std::int64_t value : values) text.append(int_op(value));
  return text.append("t");
}

/// Protocol 2: a dict of name -> _rebuild_tensor_v2(storage, offset, size, stride, ..).
std::string pickle(const std::vector<engine::RandomTensor>& tensors, kernels::DType type) {
  const std::string storage = type == kernels::DType::f32   ? "FloatStorage"
                              : type == kernels::DType::f16 ? "HalfStorage"
                                                            : "BFloat16Storage";
  std::string text = "\x80\x02}(";
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const engine::RandomTensor& tensor = tensors[i];
    const std::vector<std::int64_t> stride = tensor.is_norm()
                                                 ? std::vector<std::int64_t>{1}
                                                 : std::vector<std::int64_t>{tensor.shape[1], 1};
    text.append(
        joined({text_op(tensor.name), "ctorch._utils\n_rebuild_tensor_v2\n((", text_op("storage"),
                "ctorch\n", storage, "\n", text_op(std::to_string(i)), text_op("cpu"),
                int_op(tensor.count()), "tQ", int_op(0), tuple_op(tensor.shape), tuple_op(stride),
                "\x89", "ccollections\nOrderedDict\n)RtR"}));
  }
  return text.append("u.");
}

}  // namespace

void write_torch_bin(std::ostream& out, const std::vector<engine::RandomTensor>& tensors,
                     kernels::DType type, std::uint64_t seed) {
  ZipWriter zip(out);
  zip.add_entry("data.pkl", pickle(tensors, type));
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    zip.begin("data/" + std::to_string(i));
    engine::RandomBytes bytes(tensors[i], type, seed);
    for (const std::vector<char>* piece = &bytes.next(); !piece->empty(); piece = &bytes.next())
      zip.add(piece->data(), piece->size());
    zip.end();
  }
  zip.add_entry("version", "3\n");
  zip.finish();
}

}  // namespace cria::tools
