// Little-endian numbers from bytes that may end anywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace cria::engine {

/// The number in `bytes`, lowest byte first. Precondition: at most 8 bytes.
inline std::uint64_t little_endian(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | std::to_integer<std::uint64_t>(bytes[i]);
  }
  return value;
}

inline std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Walks over borrowed bytes; whatever would go past the end is nothing, and moves nothing.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::size_t position() const { return position_; }
  std::size_t left() const { return bytes_.size() - position_; }

  std::optional<std::span<const std::byte>> take(std::uint64_t count) {
    if (count > left()) return std::nullopt;
    const auto taken = bytes_.subspan(position_, static_cast<std::size_t>(count));
    position_ += taken.size();
    return taken;
  }

  /// An unsigned number of `width` bytes. Precondition: width <= 8.
  std::optional<std::uint64_t> number(std::size_t width) {
    const auto taken = take(width);
    return taken ? std::optional(little_endian(*taken)) : std::nullopt;
  }

  /// Up to the next line feed, which is taken but not returned.
  std::optional<std::string_view> line() {
    const std::string_view rest = as_text(bytes_.subspan(position_));
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    position_ += end + 1;
    return rest.substr(0, end);
  }

 private:
  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
};

}  // namespace cria::engine
