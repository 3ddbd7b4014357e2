#include "engine/tokenizer/sentencepiece_tokenizer.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <exception>
#include <map>
#include <sentencepiece_processor.h>
#include <utility>

#include "engine/tokenizer/added_token_set.h"
#include "engine/tokenizer/stream_decoder.h"
#include "engine/tokenizer/utf8.h"

namespace cria::engine {
namespace {

constexpr std::string_view kMetaSpace = "\xE2\x96\x81";  // "▁", how a piece writes a space

/// "<0x0A>" -> 10
std::optional<std::uint8_t> parse_byte_piece(std::string_view piece) {
  std::uint8_t byte = 0;
  if (piece.size() != 6 || !piece.starts_with("<0x") || piece.back() != '>') return std::nullopt;
  const char* end = piece.data() + 5;
  const auto result = std::from_chars(piece.data() + 3, end, byte, 16);
  return result.ec == std::errc() && result.ptr == end ? std::optional(byte) : std::nullopt;
}

struct Token {
  std::string text;
  std::optional<std::uint8_t> byte;
  bool special = false;
};

class SentencePieceTokenizer final : public Tokenizer {
 public:
  std::int32_t vocab_size() const override { return static_cast<std::int32_t>(tokens_.size()); }

  std::vector<std::int32_t> encode(std::string_view utf8,
                                   const EncodeOptions& options) const override {
    const TextPart whole[] = {{utf8, options.parse_special_tokens}};
    return encode_parts(whole, options.add_bos);
  }

  std::vector<std::int32_t> encode_parts(std::span<const TextPart> parts,
                                         bool add_bos) const override {
    std::vector<std::int32_t> ids;
    if (add_bos && bos_) ids.push_back(*bos_);
    std::string text;
    std::vector<TextRange> parsed;
    bool all_parsed = true;
    for (const TextPart& part : parts) {
      const std::size_t begin = text.size();
      text += to_valid_utf8(part.text);
      if (!part.parse_special_tokens) {
        all_parsed = false;
      } else if (!parsed.empty() && parsed.back().end == begin) {
        parsed.back().end = text.size();
      } else {
        parsed.push_back({begin, text.size()});
      }
    }
    for (const TextSegment& segment : splitter_.split(text, parsed)) {
      if (segment.id != TextSegment::kText) {
        ids.push_back(segment.id);
      } else {
        encode_segment(segment.text, all_parsed, ids);
      }
    }
    return ids;
  }

  std::string decode(std::span<const std::int32_t> ids, bool skip_special_tokens) const override {
    StreamDecoder decoder(*this, LeadingSpace::drop, skip_special_tokens);
    std::string text;
    for (const std::int32_t id : ids) text += decoder.push(id);
    return text += decoder.finish();
  }

  std::string piece(std::int32_t id) const override {
    const Token* token = find(id);
    return token == nullptr ? std::string() : token->text;
  }

  std::optional<std::uint8_t> byte_of(std::int32_t id) const override {
    const Token* token = find(id);
    return token == nullptr ? std::nullopt : token->byte;
  }

  bool is_special(std::int32_t id) const override {
    const Token* token = find(id);
    return token != nullptr && token->special;
  }

  std::optional<std::int32_t> id_of(std::string_view special_token) const override {
    const auto it = ids_.find(special_token);
    return it == ids_.end() ? std::nullopt : std::optional(it->second);
  }

  std::optional<std::int32_t> bos() const override { return bos_; }
  std::optional<std::int32_t> eos() const override { return eos_; }
  bool add_bos_by_default() const override { return add_bos_; }

  Status open(const SentencePieceModel& model, const TokenizerSettings& settings);

 private:
  const Token* find(std::int32_t id) const {
    return id >= 0 && id < vocab_size() ? &tokens_[static_cast<std::size_t>(id)] : nullptr;
  }

  /// What transformers' normaliser makes of a segment.
  std::string normalize(std::string_view text) const {
    std::string normal;
    if (text.empty()) return normal;
    normal.reserve(text.size() * 5 / 4 + kMetaSpace.size());
    if (add_prefix_space_) normal += kMetaSpace;
    for (const char c : text) {
      if (c == ' ') {
        normal += kMetaSpace;
      } else {
        normal += c;
      }
    }
    return normal;
  }

  /// Tokens that are looked for in the normalised text are no marks of any chat template: they
  /// count only where special tokens are parsed everywhere.
  void encode_segment(std::string_view text, bool parse, std::vector<std::int32_t>& ids) const {
    const std::string normal = normalize(text);
    if (!parse || normalized_splitter_.empty()) return encode_pieces(normal, ids);
    const TextRange whole[] = {{0, normal.size()}};
    for (const TextSegment& part : normalized_splitter_.split(normal, whole)) {
      if (part.id != TextSegment::kText) {
        ids.push_back(part.id);
      } else {
        encode_pieces(part.text, ids);
      }
    }
  }

  void encode_pieces(std::string_view normal, std::vector<std::int32_t>& ids) const {
    if (normal.empty()) return;
    std::vector<int> pieces;
    if (!processor_.Encode(normal, &pieces).ok()) pieces.assign(1, processor_.unk_id());
    ids.insert(ids.end(), pieces.begin(), pieces.end());
  }

  void add_tokens(const SentencePieceModel& model, const TokenizerSettings& settings);

  sentencepiece::SentencePieceProcessor processor_;
  std::vector<Token> tokens_;  ///< by id
  AddedTokenSplitter splitter_;
  AddedTokenSplitter normalized_splitter_;
  std::map<std::string, std::int32_t, std::less<>> ids_;  ///< special and added tokens
  std::optional<std::int32_t> bos_;
  std::optional<std::int32_t> eos_;
  bool add_bos_ = true;
  bool add_prefix_space_ = true;
};

Status SentencePieceTokenizer::open(const SentencePieceModel& model,
                                    const TokenizerSettings& settings) {
  add_bos_ = settings.add_bos;
  add_prefix_space_ = settings.add_prefix_space;
  try {  // the library reports by status; what it is built on may throw
    const auto status = processor_.LoadFromSerializedProto(serialize_sentencepiece_model(model));
    if (!status.ok()) return Error{ErrorKind::checkpoint, status.ToString()};
  } catch (const std::exception& e) {
    return Error{ErrorKind::checkpoint, e.what()};
  }
  tokens_.reserve(model.pieces.size());
  for (const SentencePiece& piece : model.pieces) {
    const bool special = piece.type == PieceType::control || piece.type == PieceType::unknown;
    const auto byte = piece.type == PieceType::byte ? parse_byte_piece(piece.text) : std::nullopt;
    tokens_.push_back({piece.text, byte, special});
  }
  add_tokens(model, settings);
  bos_ = id_of(settings.bos_token.value_or(model.bos_piece));
  eos_ = id_of(settings.eos_token.value_or(model.eos_piece));
  return {};
}

void SentencePieceTokenizer::add_tokens(const SentencePieceModel& model,
                                        const TokenizerSettings& settings) {
  AddedTokenSet added;
  for (const AddedToken& token : settings.added_tokens) added.add(token);
  for (std::size_t i = 0; i < model.pieces.size(); ++i) {
    const SentencePiece& piece = model.pieces[i];
    const bool matched = tokens_[i].special || piece.type == PieceType::user_defined;
    if (!matched) continue;
    AddedToken token{piece.text, static_cast<std::int32_t>(i)};
    token.special = tokens_[i].special;
    added.add(std::move(token));
  }
  std::vector<AddedToken> normalized;
  std::vector<AddedToken> plain;
  for (AddedToken& token : added.take()) {
    const auto index = static_cast<std::size_t>(token.id);
    if (index >= tokens_.size()) tokens_.resize(index + 1);
    tokens_[index] = {token.content, std::nullopt, token.special};
    ids_.emplace(token.content, token.id);
    if (token.normalized) {
      token.content = normalize(token.content);
      normalized.push_back(std::move(token));
    } else {
      plain.push_back(std::move(token));
    }
  }
  splitter_ = AddedTokenSplitter(std::move(plain));
  normalized_splitter_ = AddedTokenSplitter(std::move(normalized));
}

}  // namespace

Result<std::unique_ptr<Tokenizer>> make_sentencepiece_tokenizer(const SentencePieceModel& model,
                                                                const TokenizerSettings& settings) {
  auto tokenizer = std::make_unique<SentencePieceTokenizer>();
  if (auto status = tokenizer->open(model, settings); !status) return status.error();
  return std::unique_ptr<Tokenizer>(std::move(tokenizer));
}

}  // namespace cria::engine
