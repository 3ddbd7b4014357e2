#include "engine/tokenizer/sentencepiece_proto.h"

#include <cmath>
#include <cstddef>
#include <cstring>
#include <optional>
#include <utility>

#include "engine/tokenizer/utf8.h"

namespace cria::engine {
namespace {

constexpr std::size_t kMaxPieces = 4'000'000;
constexpr std::size_t kMaxPieceBytes = 65'536;

Error broken(const std::string& what) { return {ErrorKind::checkpoint, what}; }

enum class Wire : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

struct Field {
  std::uint64_t number = 0;
  Wire wire = Wire::varint;
  std::uint64_t value = 0;  ///< varint and fixed
  std::string_view bytes;
};

/// Walks the fields of one protobuf message. After next() gave nothing, ok() tells the end of the
/// message from a broken one.
class FieldReader {
 public:
  explicit FieldReader(std::string_view message) : rest_(message) {}

  bool ok() const { return ok_; }

  std::optional<Field> next() {
    if (rest_.empty()) return std::nullopt;
    const auto tag = varint();
    if (!tag || (*tag >> 3U) == 0) return fail();
    Field field{*tag >> 3U, static_cast<Wire>(*tag & 7U), 0, {}};
    switch (field.wire) {
      case Wire::varint: {
        const auto value = varint();
        if (!value) return fail();
        field.value = *value;
        return field;
      }
      case Wire::fixed64:
        return fixed(field, 8);
      case Wire::fixed32:
        return fixed(field, 4);
      case Wire::bytes: {
        const auto length = varint();
        if (!length || *length > rest_.size()) return fail();
        field.bytes = rest_.substr(0, *length);
        rest_.remove_prefix(*length);
        return field;
      }
    }
    return fail();  // the two group types, which no SentencePiece model has
  }

 private:
  std::optional<Field> fail() {
    ok_ = false;
    rest_ = {};
    return std::nullopt;
  }

  std::optional<Field> fixed(Field field, std::size_t size) {
    if (rest_.size() < size) return fail();
    for (std::size_t i = size; i-- > 0;) {
      field.value = (field.value << 8U) | static_cast<std::uint8_t>(rest_[i]);
    }
    rest_.remove_prefix(size);
    return field;
  }

  std::optional<std::uint64_t> varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<std::uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80) return value;
    }
    return std::nullopt;
  }

  std::string_view rest_;
  bool ok_ = true;
};

std::optional<Error> check(const SentencePiece& piece, std::size_t id) {
  const std::string which = "piece " + std::to_string(id);
  if (piece.text.empty()) return broken(which + " is empty");
  if (piece.text.size() > kMaxPieceBytes) {
    return broken(which + " has " + std::to_string(piece.text.size()) + " bytes, more than " +
                  std::to_string(kMaxPieceBytes));
  }
  if (to_valid_utf8(piece.text) != piece.text) return broken(which + " is not UTF-8");
  if (!std::isfinite(piece.score)) return broken(which + " has a score that is no number");
  return std::nullopt;
}

Result<SentencePiece> parse_piece(std::string_view message, std::size_t id) {
  SentencePiece piece;
  FieldReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == 1 && field->wire == Wire::bytes) {
      piece.text = field->bytes;
    } else if (field->number == 2 && field->wire == Wire::fixed32) {
      const auto bits = static_cast<std::uint32_t>(field->value);
      std::memcpy(&piece.score, &bits, sizeof bits);
    } else if (field->number == 3 && field->wire == Wire::varint) {
      if (field->value < 1 || field->value > 6) {
        return broken("piece " + std::to_string(id) + " is of the unknown type " +
                      std::to_string(field->value));
      }
      piece.type = static_cast<PieceType>(field->value);
    }
  }
  if (!reader.ok()) return broken("piece " + std::to_string(id) + " is cut off");
  if (auto error = check(piece, id)) return *std::move(error);
  return piece;
}

Status parse_trainer_spec(std::string_view message, SentencePieceModel& model) {
  FieldReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == 3 && field->wire == Wire::varint) {
      if (field->value != 1 && field->value != 2) {
        return broken("its model type is " + std::to_string(field->value) +
                      ", and only unigram (1) and BPE (2) are known");
      }
      model.algorithm = static_cast<SentencePieceAlgorithm>(field->value);
    } else if (field->number == 35 && field->wire == Wire::varint) {
      model.byte_fallback = field->value != 0;
    } else if (field->number == 46 && field->wire == Wire::bytes) {
      model.bos_piece = field->bytes;
    } else if (field->number == 47 && field->wire == Wire::bytes) {
      model.eos_piece = field->bytes;
    }
  }
  if (!reader.ok()) return broken("its trainer settings are cut off");
  return {};
}

void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) out += static_cast<char>((value & 0x7FU) | 0x80U);
  out += static_cast<char>(value);
}

void put(std::string& out, std::uint64_t field, std::uint64_t value) {
  put_varint(out, field << 3U);
  put_varint(out, value);
}

void put(std::string& out, std::uint64_t field, std::string_view bytes) {
  put_varint(out, field << 3U | static_cast<std::uint64_t>(Wire::bytes));
  put_varint(out, bytes.size());
  out += bytes;
}

void put(std::string& out, std::uint64_t field, float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  put_varint(out, field << 3U | static_cast<std::uint64_t>(Wire::fixed32));
  for (unsigned shift = 0; shift < 32; shift += 8) {
    out += static_cast<char>((bits >> shift) & 0xFFU);
  }
}

}  // namespace

Result<SentencePieceModel> parse_sentencepiece_model(std::string_view bytes) {
  SentencePieceModel model;
  FieldReader reader(bytes);
  while (const auto field = reader.next()) {
    if (field->wire != Wire::bytes) continue;
    if (field->number == 1) {
      if (model.pieces.size() == kMaxPieces) return broken("it has more than 4000000 pieces");
      auto piece = parse_piece(field->bytes, model.pieces.size());
      if (!piece) return piece.error();
      model.pieces.push_back(*std::move(piece));
    } else if (field->number == 2) {
      if (auto status = parse_trainer_spec(field->bytes, model); !status) return status.error();
    }
  }
  if (!reader.ok()) return broken("it is cut off or no SentencePiece model");
  if (model.pieces.empty()) return broken("it holds no pieces, so it is no SentencePiece model");
  return model;
}

std::string serialize_sentencepiece_model(const SentencePieceModel& model) {
  std::string out;
  for (const SentencePiece& piece : model.pieces) {
    const PieceType type = piece.type == PieceType::user_defined ? PieceType::control : piece.type;
    std::string message;
    put(message, 1, piece.text);
    put(message, 2, piece.score);
    put(message, 3, static_cast<std::uint64_t>(type));
    put(out, 1, message);
  }
  std::string trainer;
  put(trainer, 3, static_cast<std::uint64_t>(model.algorithm));
  put(trainer, 35, static_cast<std::uint64_t>(model.byte_fallback));
  put(out, 2, trainer);
  std::string normalizer;
  put(normalizer, 3, std::uint64_t{0});  // add_dummy_prefix
  put(normalizer, 4, std::uint64_t{0});  // remove_extra_whitespaces
  put(normalizer, 5, std::uint64_t{1});  // escape_whitespaces
  put(out, 3, normalizer);
  return out;
}

}  // namespace cria::engine
