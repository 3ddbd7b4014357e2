// tokenizer.model: the part of sentencepiece's ModelProto (a protobuf) that matters for Llama.
//
// The file is read here, and not handed to the library as it lies there, for two reasons. A
// transformers tokenizer takes pieces and scores from it and nothing else: normaliser and prefix
// are its own. And the normaliser's table is a blob that the library walks without checks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/result.h"

namespace cria::engine {

/// The numbers are the file format's.
enum class PieceType : std::uint8_t {
  normal = 1,
  unknown = 2,
  control = 3,
  user_defined = 4,
  unused = 5,
  byte = 6,
};

struct SentencePiece {
  std::string text;  ///< valid UTF-8, not empty
  float score = 0;   ///< finite
  PieceType type = PieceType::normal;
};

enum class SentencePieceAlgorithm : std::uint8_t { unigram = 1, bpe = 2 };

struct SentencePieceModel {
  std::vector<SentencePiece> pieces;  ///< the index is the id
  SentencePieceAlgorithm algorithm = SentencePieceAlgorithm::unigram;
  bool byte_fallback = false;
  std::string bos_piece = "<s>";
  std::string eos_piece = "</s>";
};

/// Unknown fields are skipped. Errors: checkpoint (a sentence without the file's name).
Result<SentencePieceModel> parse_sentencepiece_model(std::string_view bytes);

/// A ModelProto that makes the library do nothing but split: no normaliser, no prefix, and control
/// and user-defined pieces never made from text.
std::string serialize_sentencepiece_model(const SentencePieceModel& model);

}  // namespace cria::engine
