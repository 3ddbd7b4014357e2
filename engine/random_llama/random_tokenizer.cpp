// SentencePiece's ModelProto (sentencepiece_model.proto), written by hand: its library can train a
// model, but not make one of given pieces.
#include <bit>
#include <cstdio>

#include "engine/random_llama/random_llama.h"

namespace cria::engine {
namespace {

constexpr std::int64_t byte_pieces = 256;

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80U) {
    out += static_cast<char>(value | 0x80U);
    value >>= 7U;
  }
  out += static_cast<char>(value);
}

void put_number(std::string& out, std::uint32_t field, std::uint64_t value) {
  put_varint(out, field << 3U);
  put_varint(out, value);
}

void put_bytes(std::string& out, std::uint32_t field, const std::string& bytes) {
  put_varint(out, (field << 3U) | 2U);
  put_varint(out, bytes.size());
  out += bytes;
}

enum class Kind : std::uint32_t { normal = 1, unknown = 2, control = 3, byte = 6 };

void put_piece(std::string& out, const std::string& text, float score, Kind kind) {
  std::string piece;
  put_bytes(piece, 1, text);
  put_varint(piece, (2U << 3U) | 5U);
  const auto bits = std::bit_cast<std::uint32_t>(score);
  for (std::uint32_t shift = 0; shift < 32; shift += 8) piece += static_cast<char>(bits >> shift);
  put_number(piece, 3, static_cast<std::uint32_t>(kind));
  put_bytes(out, 1, piece);
}

}  // namespace

std::string random_tokenizer(std::int64_t vocab_size) {
  std::string out;
  put_piece(out, "<unk>", 0, Kind::unknown);
  put_piece(out, "<s>", 0, Kind::control);
  put_piece(out, "</s>", 0, Kind::control);
  constexpr std::int64_t special_pieces = 3;
  for (std::int64_t i = 0; i < byte_pieces; ++i) {
    char name[8];
    std::snprintf(name, sizeof name, "<0x%02X>", static_cast<unsigned>(i));
    put_piece(out, name, 0, Kind::byte);
  }
  for (std::int64_t i = 0; i + special_pieces + byte_pieces < vocab_size; ++i)
    put_piece(out, "\xE2\x96\x81w" + std::to_string(i), -static_cast<float>(i), Kind::normal);
  std::string trainer;
  put_number(trainer, 3, 2);  // model_type: BPE
  put_number(trainer, 4, static_cast<std::uint64_t>(vocab_size));
  put_number(trainer, 35, 1);  // byte_fallback
  put_bytes(out, 2, trainer);
  std::string normalizer;
  put_bytes(normalizer, 1, "identity");
  put_number(normalizer, 3, 1);  // add_dummy_prefix
  put_number(normalizer, 4, 0);  // remove_extra_whitespaces
  put_number(normalizer, 5, 1);  // escape_whitespaces
  put_bytes(out, 3, normalizer);
  return out;
}

}  // namespace cria::engine
